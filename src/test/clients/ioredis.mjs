// ioredis doing its usual work: node ioredis.mjs MODULE PORT. Says each step that it begins; a failed one throws.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const [name, port] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/`);
const module = require(name);
const Redis = module.Redis ?? module.default ?? module;
const version = require(`${name}/package.json`).version;
const clients = [];

function connect(options = {}) {
  const client = new Redis({ port: Number(port), host: '127.0.0.1', ...options });
  client.on('error', () => {}); // a client that is killed tells it here, and connects again
  clients.push(client);
  return client;
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
  async introduction() {
    const redis = connect({ connectionName: 'tester', db: 3 }); // asks for INFO before it is ready
    assert.equal(await redis.ping(), 'PONG');
    assert.match(await redis.client('INFO'), /name=tester .*db=3 /);
    assert.match(await redis.client('INFO'), /lib-name=ioredis/);
    assert.equal(await redis.client('GETNAME'), 'tester');
    assert.match(await redis.info('server'), /redis_mode:standalone/);
    assert.deepEqual(await redis.config('GET', 'databases'), ['databases', '16']);
    assert.equal((await redis.command('INFO', 'get'))[0][1], 2);
  },

  async strings() {
    const redis = connect();
    assert.equal(await redis.set('k', 'wört', 'EX', 100), 'OK');
    assert.equal(await redis.get('k'), 'wört');
    assert.deepEqual(await redis.getBuffer('k'), Buffer.from('wört'));
    assert.equal(await redis.set('k', Buffer.from([0, 255, 13, 10]), 'KEEPTTL', 'GET'), 'wört');
    assert.deepEqual(await redis.getBuffer('k'), Buffer.from([0, 255, 13, 10]));
    assert.ok((await redis.ttl('k')) > 90);
    assert.equal(await redis.set('k', 'x', 'NX'), null);
    assert.equal(await redis.mset({ a: 1, b: 2 }), 'OK');
    assert.deepEqual(await redis.mget('a', 'none', 'b'), ['1', null, '2']);
    assert.equal(await redis.incrby('a', 41), 42);
    assert.equal(await redis.incrbyfloat('a', 0.5), '42.5');
    assert.equal(await redis.append('s', 'Hello'), 5);
    assert.equal(await redis.getrange('s', -4, -1), 'ello');
    assert.equal(await redis.setbit('bits', 7, 1), 0);
    assert.equal(await redis.bitcount('bits'), 1);
    assert.equal(await redis.pfadd('seen', 'a', 'b'), 1);
    assert.equal(await redis.pfcount('seen'), 2);
    const large = 'x'.repeat(5_000_000);
    await redis.set('large', large);
    assert.equal(await redis.get('large'), large);
    await assert.rejects(redis.incr('large'), /ERR value is not an integer or out of range/);
    await assert.rejects(redis.call('NOPE', 'x'), /ERR unknown command 'NOPE', with args beginning with: 'x'/);
  },

  async keys() {
    const redis = connect({ keyPrefix: 'app:' });
    const plain = connect();
    const all = Array.from({ length: 1000 }, (_, i) => `key:${i}`);
    await Promise.all(all.map((key) => redis.set(key, key)));
    const seen = new Set();
    for await (const keys of plain.scanStream({ match: 'app:key:*', count: 50, type: 'string' })) {
      keys.forEach((key) => seen.add(key));
    }
    assert.deepEqual(seen, new Set(all.map((key) => `app:${key}`)));
    assert.equal(await plain.dbsize(), 1000);
    assert.equal(await redis.expire('key:1', 100, 'NX'), 1);
    assert.equal(await redis.copy('key:1', 'copied'), 1);
    assert.equal(await redis.rename('copied', 'renamed'), 'OK');
    assert.ok((await redis.pttl('renamed')) > 90_000);
    assert.equal(await redis.unlink('renamed', 'none'), 1);
    assert.equal(await redis.exists('key:1', 'key:2', 'none'), 2);
    await plain.restore('restored', 0, await plain.dumpBuffer('app:key:1'));
    assert.equal(await plain.get('restored'), 'key:1');
  },

  async pipelines() {
    const redis = connect({ enableAutoPipelining: true });
    const pipeline = redis.pipeline();
    for (let i = 0; i < 10_000; i++) {
      pipeline.incr('counter');
    }
    assert.deepEqual(await pipeline.exec(), Array.from({ length: 10_000 }, (_, i) => [null, i + 1]));
    const answers = await Promise.all(Array.from({ length: 1000 }, () => redis.incr('counter')));
    assert.deepEqual(answers, Array.from({ length: 1000 }, (_, i) => 10_001 + i));
  },

  async transactions() {
    const redis = connect();
    const other = connect();
    assert.deepEqual(await redis.multi().set('t', 1).incr('t').get('t').exec(), [[null, 'OK'], [null, 2], [null, '2']]);
    await redis.multi({ pipeline: false });
    assert.equal(await redis.set('t', 5), 'QUEUED');
    assert.deepEqual(await redis.exec(), [[null, 'OK']]);
    await redis.watch('t');
    await other.set('t', 'changed');
    assert.equal(await redis.multi().set('t', 'lost').exec(), null);
    const [[, ok], [failed]] = await redis.multi().set('t', 'text').incr('t').exec();
    assert.equal(ok, 'OK');
    assert.match(failed.message, /not an integer/);
    await assert.rejects(redis.multi().set('t').get('t').exec(), /EXECABORT/);
    assert.equal(await redis.get('t'), 'text');
  },

  async messages() {
    const redis = connect();
    const subscriber = connect();
    const heard = [];
    subscriber.on('message', (channel, message) => heard.push([channel, message]));
    subscriber.on('pmessage', (pattern, channel, message) => heard.push([pattern, channel, message]));
    subscriber.on('smessage', (channel, message) => heard.push(['shard', channel, message]));
    assert.equal(await subscriber.subscribe('news', 'weather'), 2);
    assert.equal(await subscriber.psubscribe('n*'), 3);
    assert.equal(await subscriber.ssubscribe('shard'), 1);
    assert.equal(await redis.publish('news', 'hello'), 2);
    assert.equal(await redis.spublish('shard', 'hello'), 1);
    await until(() => heard.length === 3);
    assert.deepEqual(heard, [['news', 'hello'], ['n*', 'news', 'hello'], ['shard', 'shard', 'hello']]);
    if (version.startsWith('5.')) { // which speaks RESP2
      await assert.rejects(subscriber.get('k'), /subscriber mode/);
    }
    assert.deepEqual(await redis.pubsub('NUMSUB', 'news', 'none'), ['news', 1, 'none', 0]);
    heard.length = 0;
    await Promise.all(Array.from({ length: 1000 }, (_, i) => redis.publish('numbers', i)));
    await until(() => heard.length === 1000);
    assert.deepEqual(heard.map(([, , message]) => Number(message)), Array.from({ length: 1000 }, (_, i) => i));
    await subscriber.unsubscribe('news', 'weather');
    await subscriber.punsubscribe('n*');
    await subscriber.sunsubscribe('shard');
    assert.equal(await subscriber.get('none'), null);
  },

  async monitoring() {
    const redis = connect();
    const monitor = await connect().monitor();
    const seen = [];
    monitor.on('monitor', (time, args) => seen.push(args));
    await redis.set('seen', 1);
    await until(() => seen.some((args) => args.join(' ').toLowerCase() === 'set seen 1'));
    monitor.disconnect();
  },

  async users() {
    const redis = connect();
    assert.equal(await redis.acl('SETUSER', 'ann', 'on', '>secret', '~ann:*', '+@string', '+@connection', '+info'), 'OK');
    const ann = connect({ username: 'ann', password: 'secret' });
    assert.equal(await ann.get('ann:1'), null);
    await assert.rejects(ann.get('bob:1'), /NOPERM/);
    await assert.rejects(ann.flushall(), /NOPERM/);
    assert.equal(await redis.acl('DELUSER', 'ann'), 1);
  },

  async reconnection() {
    const redis = connect({ connectionName: 'victim' });
    const other = connect();
    const id = await redis.client('ID');
    assert.equal(await other.client('KILL', 'ID', id), 1);
    await until(async () => (await redis.client('ID')) !== id);
    assert.equal(await redis.client('GETNAME'), 'victim');
  },
};

const redis = connect();
for (const [step, run] of Object.entries(steps)) {
  console.log(`${step} …`);
  await redis.flushall();
  await run();
}
await redis.flushall();
clients.forEach((client) => client.disconnect());
console.log(`ioredis ${version}: all steps done`);
