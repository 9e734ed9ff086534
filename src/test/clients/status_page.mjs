// The status page in Chromium: node status_page.mjs ADDRESS PORT FOLDER. Writes to the server at PORT and looks whether the page
// follows; leaves pictures in FOLDER. Says each step that it begins; a failed one throws.
import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [address, port, folder] = process.argv.slice(2);
const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');
const CHARTS = 6;
const SIZES = { desktop: { width: 1280, height: 980 }, phone: { width: 390, height: 844 } };

function installed(name) {
  return process.env.PATH.split(path.delimiter).map(place => path.join(place, name)).find(file => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const browser = await chromium.launch({
  executablePath: installed('chromium'),
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});
const page = await browser.newPage({ viewport: SIZES.desktop, colorScheme: 'light' });
const complaints = [];
const asked = new Set();
page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
page.on('pageerror', error => complaints.push(String(error)));
page.on('request', request => asked.add(new URL(request.url()).origin));

const text = selector => page.locator(selector).innerText();
const state = wanted => page.waitForFunction(words => document.getElementById('state').textContent === words, wanted);
const valueOf = chart => page.evaluate(i => document.querySelector(`#chart-${i} .value`).firstChild.nodeValue, chart);

// A client that writes until it is told to stop.
let writing = true;
let written = 0;
async function write() {
  const socket = net.connect(Number(port), '127.0.0.1');
  const replies = socket[Symbol.asyncIterator]();
  while (writing) {
    socket.write(`SET picture:${written} ${'v'.repeat(200)} EX 1000\r\nGET picture:${written}\r\n`);
    written++;
    await replies.next();
    await sleep(2);
  }
  socket.end();
}

const steps = {
  async the_page_gets_ready() {
    const answer = await page.goto(address);
    assert.equal(answer.status(), 200);
    await state('Ready');
    assert.match(await text('h1'), /^Mini Redis \d+\.\d+/);
    assert.match(await text('#uptime'), /^up \d+\s(s|min)/);
    assert.equal(await page.locator('#charts svg').count(), CHARTS);
    assert.equal(await valueOf(3), '0');
  },

  async its_figures_change_after_writes() {
    const client = write();
    try {
      await page.waitForFunction(i => Number(document.querySelector(`#chart-${i} .value`).firstChild.nodeValue) > 100, 3);
      await page.waitForFunction(() => /^[1-9]/.test(document.querySelector('#chart-0 .value').firstChild.nodeValue));
      await page.waitForFunction(() => /\sms$/.test(document.querySelector('#chart-1 .value').firstChild.nodeValue));
      assert.equal(await valueOf(4), '1');
      await sleep(8000); // something to look at in the pictures
    } finally {
      writing = false;
      await client;
    }
    await page.waitForFunction(
      ([i, keys]) => document.querySelector(`#chart-${i} .value`).firstChild.nodeValue.replace(',', '') === keys,
      [3, String(written)]);
    const log = await text('#log');
    assert.match(log, /Can be written\s+yes/);
    assert.match(log, new RegExp(`On disk up to\\s+${written.toLocaleString('en')}\\b`));
  },

  async every_chart_is_drawn_and_says_what_it_shows() {
    for (let i = 0; i < CHARTS; i++) {
      const drawn = await page.locator(`#chart-${i} path.line`).evaluateAll(lines => lines.map(l => l.getAttribute('d')));
      drawn.forEach(line => assert.match(line, /^M[\d.]+ [\d.]+L/, `chart ${i}`));
      assert.match(await page.locator(`#chart-${i} svg`).getAttribute('aria-label'), /now$/);
    }
  },

  async it_fits_desktops_and_phones_by_day_and_night() {
    for (const [name, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), name);
        await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`), fullPage: true });
      }
    }
    await page.setViewportSize(SIZES.desktop);
    await page.emulateMedia({ colorScheme: 'light' });
  },

  async a_log_that_cannot_be_written_is_not_overlooked() {
    await instead(status => { status.log.problem = 'No space left on device'; });
    await state('Writes refused');
    assert.match(await text('#alarm'), /writes are refused: No space left on device/);
    await page.screenshot({ path: path.join(folder, 'refused.png'), fullPage: true });
    await page.unroute('**/status.json');
    await state('Ready');
    assert.ok(await page.locator('#alarm').isHidden());
  },

  async a_replay_shows_how_far_it_is() {
    await instead(status => {
      status.state = 'replaying';
      Object.assign(status.figures, {
        mini_redis_replay_running: 1,
        mini_redis_replay_loaded_bytes: 3 * 2 ** 30,
        mini_redis_replay_size_bytes: 8 * 2 ** 30,
        mini_redis_replay_eta_seconds: 75,
      });
    });
    await state('Loading 38 %');
    assert.match(await text('#replay-text'), /^3\.00\sGiB of 8\.00\sGiB, about 1\smin 15\ss to go/);
    await page.screenshot({ path: path.join(folder, 'replay.png'), fullPage: true });
    await page.unroute('**/status.json');
    await state('Ready');
  },

  async nothing_came_from_elsewhere_and_nothing_was_complained_of() {
    asked.delete('null'); // the icon, which is in the page
    assert.deepEqual([...asked], [new URL(address).origin]);
    assert.deepEqual(complaints, []);
  },

  async a_server_that_does_not_answer_is_no_ready_one() {
    await page.context().setOffline(true);
    await state('No answer');
    await page.context().setOffline(false);
    await state('Ready');
  },
};

/** The server's own figures, but for one thing. */
async function instead(change) {
  await page.route('**/status.json', async route => {
    const answer = await route.fetch();
    const status = await answer.json();
    change(status);
    await route.fulfill({ response: answer, json: status });
  });
}

try {
  for (const [name, step] of Object.entries(steps)) {
    console.log(name);
    await step();
  }
  console.log('status page: all steps done');
} finally {
  await browser.close();
}
