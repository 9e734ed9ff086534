// node-redis doing its usual work: node node_redis.mjs MODULE PORT. Says each step that it begins; a failed one throws.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const [name, port] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/`);
const { createClient, createClientPool, WatchError, ErrorReply } = require(name);
const version = require(`${name}/package.json`).version;

async function connect(options = {}) {
  const client = createClient({ socket: { port: Number(port) }, ...options });
  client.on('error', () => {}); // a client that is killed tells it here, and connects again
  return client.connect();
}

async function until(condition) {
  for (let i = 0; i < 3000; i++) {
    if (await condition()) {
      return;
    }
    await sleep(10);
  }
  throw new Error(`never: ${condition}`);
}

const steps = {
  async introduction(RESP) {
    const client = await connect({ RESP, name: 'tester', database: 3 });
    assert.equal(await client.ping(), 'PONG');
    const me = await client.clientInfo();
    assert.equal(me.name, 'tester');
    assert.equal(me.db, 3);
    assert.equal(me.resp, RESP);
    assert.match(me.libName, /^node-redis/);
    assert.match(me.libVer, /^\d+\./);
    assert.ok((await client.clientList()).some((other) => other.id === me.id));
    assert.match(await client.info('server'), /redis_version:/);
    assert.deepEqual({ ...(await client.configGet('databases')) }, { databases: '16' });
    assert.ok((await client.commandCount()) > 100);
    assert.equal((await client.commandInfo(['get']))[0].name, 'get');
    assert.deepEqual(await client.commandGetKeys(['MSET', 'a', '1', 'b', '2']), ['a', 'b']);
    assert.deepEqual((await client.hello()).server, 'redis');
    client.destroy();
  },

  async strings(RESP) {
    const client = await connect({ RESP });
    assert.equal(await client.set('k', 'wört'), 'OK');
    assert.equal(await client.get('k'), 'wört');
    assert.equal(await client.get('none'), null);
    assert.equal(await client.set('k', 'v', { condition: 'NX' }), null);
    assert.equal(await client.set('k', 'v', { expiration: { type: 'EX', value: 100 }, GET: true }), 'wört');
    assert.ok((await client.ttl('k')) > 90);
    assert.equal(await client.getEx('k', { type: 'PERSIST' }), 'v');
    assert.equal(await client.ttl('k'), -1);
    assert.equal(await client.mSet({ a: '1', b: '2' }), 'OK');
    assert.deepEqual(await client.mGet(['a', 'none', 'b']), ['1', null, '2']);
    assert.equal(await client.incrBy('a', 41), 42);
    assert.equal(Number(await client.incrByFloat('a', 0.5)), 42.5);
    assert.equal(await client.append('s', 'Hello'), 5);
    assert.equal(await client.setRange('s', 5, ' World'), 11);
    assert.equal(await client.getRange('s', 0, -7), 'Hello');
    assert.equal(await client.lcs('s', 'k'), '');
    assert.equal(await client.getDel('s'), 'Hello World');
    const large = 'x'.repeat(5_000_000);
    await client.set('large', large);
    assert.equal(await client.get('large'), large);
    await assert.rejects(client.incr('large'), (e) => e instanceof ErrorReply && /not an integer/.test(e.message));
    client.destroy();
  },

  async keys(RESP) {
    const client = await connect({ RESP });
    const all = Array.from({ length: 1000 }, (_, i) => `key:${i}`);
    await Promise.all(all.map((key) => client.set(key, key))); // in one pipeline
    const seen = new Set();
    for await (const keys of client.scanIterator({ MATCH: 'key:*', COUNT: 50, TYPE: 'string' })) {
      keys.forEach((key) => seen.add(key));
    }
    assert.deepEqual(seen, new Set(all));
    assert.equal(await client.expire('key:1', 100), 1);
    assert.equal(await client.expire('key:1', 50, 'GT'), 0);
    assert.equal(await client.persist('key:1'), 1);
    assert.equal(await client.copy('key:1', 'copied'), 1);
    assert.equal(await client.renameNX('copied', 'key:2'), 0);
    assert.equal(await client.unlink(['copied', 'none']), 1);
    assert.equal(await client.type('key:1'), 'string');
    assert.equal(await client.objectEncoding('key:1'), 'embstr');
    assert.equal(await client.setBit('bits', 7, 1), 0);
    assert.equal(await client.bitCount('bits'), 1);
    assert.deepEqual(await client.bitField('field', [
      { operation: 'SET', encoding: 'u8', offset: 0, value: 200 },
      { operation: 'GET', encoding: 'u4', offset: 0 },
    ]), [0, 12]);
    assert.equal(await client.pfAdd('seen', ['a', 'b']), 1);
    assert.equal(await client.pfCount('seen'), 2);
    await assert.rejects(client.rename('none', 'other'), /no such key/);
    client.destroy();
  },

  async transactions(RESP) {
    const client = await connect({ RESP });
    const other = await connect({ RESP });
    assert.deepEqual(await client.multi().set('t', '1').incr('t').get('t').exec(), ['OK', 2, '2']);
    await client.watch('t');
    await other.set('t', 'changed');
    await assert.rejects(client.multi().set('t', 'lost').exec(), WatchError);
    assert.equal(await client.get('t'), 'changed');
    await assert.rejects(client.multi().incr('t').exec());
    client.destroy();
    other.destroy();

    const pool = await createClientPool({ socket: { port: Number(port) }, RESP }, { minimum: 2, maximum: 8 })
      .on('error', () => {}).connect();
    const increment = () => pool.execute(async (isolated) => {
      for (;;) {
        await isolated.watch('sum');
        const sum = Number((await isolated.get('sum')) ?? 0);
        try {
          return await isolated.multi().set('sum', String(sum + 1)).exec();
        } catch (e) {
          assert.ok(e instanceof WatchError, e);
        }
      }
    });
    await Promise.all(Array.from({ length: 50 }, increment));
    assert.equal(await pool.get('sum'), '50');
    pool.destroy();
  },

  async messages(RESP) {
    const client = await connect({ RESP });
    const subscriber = await connect({ RESP });
    const heard = [];
    await subscriber.subscribe('news', (message, channel) => heard.push([channel, message]));
    await subscriber.pSubscribe('n*', (message, channel) => heard.push(['pattern', channel, message]));
    await subscriber.sSubscribe('shard', (message, channel) => heard.push(['shard', channel, message]));
    assert.equal(await client.publish('news', 'hello'), 2);
    assert.equal(await client.sPublish('shard', 'hello'), 1);
    await until(() => heard.length === 3);
    assert.deepEqual(heard, [['news', 'hello'], ['pattern', 'news', 'hello'], ['shard', 'shard', 'hello']]);
    assert.deepEqual(await client.pubSubChannels('n*'), ['news']);
    assert.equal(await client.pubSubNumPat(), 1);
    await subscriber.unsubscribe('news');
    heard.length = 0;
    await Promise.all(Array.from({ length: 1000 }, (_, i) => client.publish('numbers', String(i))));
    await until(() => heard.length === 1000);
    assert.deepEqual(heard.map(([, , message]) => Number(message)), Array.from({ length: 1000 }, (_, i) => i));
    assert.match(await subscriber.ping(), /pong/i);
    client.destroy();
    subscriber.destroy();
  },

  async caching(RESP) {
    if (RESP === 2) {
      return; // needs pushes
    }
    const client = await connect({ RESP, clientSideCache: { ttl: 0, maxEntries: 100 } });
    const other = await connect({ RESP });
    await other.set('cached', 'old');
    assert.equal(await client.get('cached'), 'old');
    assert.equal(await client.get('cached'), 'old');
    await other.set('cached', 'new');
    await until(async () => (await client.get('cached')) === 'new');
    client.destroy();
    other.destroy();
  },

  async users(RESP) {
    const client = await connect({ RESP });
    assert.equal(await client.aclWhoAmI(), 'default');
    assert.equal(await client.aclSetUser('ann', ['on', '>secret', '~ann:*', '+@string', '+@connection']), 'OK');
    assert.ok((await client.aclUsers()).includes('ann'));
    const ann = await connect({ RESP, username: 'ann', password: 'secret' });
    assert.equal(await ann.get('ann:1'), null);
    await assert.rejects(ann.get('bob:1'), /NOPERM/);
    await assert.rejects(ann.del('ann:1'), /NOPERM/);
    assert.equal(await client.aclDelUser('ann'), 1);
    ann.destroy();
    client.destroy();
  },

  async reconnection(RESP) {
    const client = await connect({ RESP, name: 'victim' });
    const other = await connect({ RESP });
    const id = await client.clientId();
    assert.equal(await other.clientKill({ filter: 'ID', id }), 1);
    await until(async () => {
      try {
        return (await client.clientId()) !== id;
      } catch {
        return false; // what was on its way when the connection ended
      }
    });
    assert.equal(await client.clientGetName(), 'victim');
    client.destroy();
    other.destroy();
  },
};

const client = await connect();
for (const RESP of [2, 3]) {
  for (const [step, run] of Object.entries(steps)) {
    console.log(`RESP${RESP} ${step} …`);
    await client.flushAll();
    await run(RESP);
  }
}
await client.flushAll();
client.destroy();
console.log(`node-redis ${version}: all steps done`);
process.exit(); // a timer of a client that has been closed may keep the process for minutes
