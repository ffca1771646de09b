// `favorhook audit`, `backup` and `restore` on the running program. What each check of an audit finds is tested beside its code
// (src/audit/audit_test.cc); here: real files, real deliveries, load, and kill -9 in the middle.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { patience, testTime, until } from './support/patience.mjs';
import { appid, mchid, openShop } from './support/shop.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';
import { stockTerms } from './support/stock.mjs';

// A sandbox with a merchant whose receiver writes down what it sees, and what the client was told.
class Shop {
  static async open() {
    const opened = await openShop();
    const shop = Object.assign(new Shop(), opened);
    shop.posts = join(shop.sandbox.root, 'posts.jsonl');
    shop.accepted = join(shop.sandbox.root, 'accepted.jsonl');
    writeFileSync(shop.posts, '');
    writeFileSync(shop.accepted, '');
    shop.receiver.answer = (post) => shop.see(post);
    shop.statusOf = () => 200;
    shop.caller = makeCaller(mchid, opened.merchant);
    await shop.call('callbacks', { notify_url: shop.receiver.url });
    const terms = stockTerms(mchid, { stock_send_rule: { max_coupons: 1_000_000_000, max_coupons_per_user: 100 } });
    shop.stockId = (await shop.call('stocks', terms)).stock_id;
    shop.agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
    shop.sent = 0;
    return shop;
  }

  async call(target, body) {
    const answer = await signedCall(this.caller, this.sandbox.ports.http, 'POST', `/v3/marketing/busifavor/${target}`, JSON.stringify(body), this.agent);
    assert.equal(answer.status, 200, answer.body);
    return JSON.parse(answer.body);
  }

  see(post) {
    const status = this.statusOf(post);
    const line = { nonce: post.headers['wechatpay-nonce'], id: JSON.parse(post.rawBody).id, status, received_at: Date.now() };
    appendFileSync(this.posts, `${JSON.stringify(line)}\n`);
    return { status };
  }

  async send() {
    const number = `audit_${this.sent += 1}`;
    const began = performance.now();
    const { send_coupon_result: told } = await this.call('coupons/send', {
      stock_id: this.stockId, appid, openid: `o${this.sent}_abcdefghijklmn`, out_request_no: number,
    });
    const line = { mchid, out_request_no: number, status: 200, coupon_code: told.coupon_code };
    appendFileSync(this.accepted, `${JSON.stringify(line)}\n`);
    return performance.now() - began;
  }

  async wait(state, count = 0) {
    await until(`${count} events are ${state}`, async () => {
      const { events } = await this.sandbox.admin('GET', `/admin/v1/events?state=${state}&limit=500`);
      return events.length === count;
    });
  }

  // A command on another data directory.
  cliOn(data, ...args) { return Object.assign(Object.create(this.sandbox), { data }).cli(...args); }

  records() { return ['--received', this.posts, '--accepted', this.accepted]; }

  async end() {
    this.agent.destroy();
    await this.close();
  }
}

const faultsOf = (report) => report.checks.filter(({ faults }) => faults > 0).map(({ name }) => name);

describe('favorhook audit', () => {
  let shop;
  const audit = async (...args) => {
    const { code, stdout, stderr } = await shop.sandbox.cli('audit', ...args, '--json');
    return { code, stderr, report: stdout ? JSON.parse(stdout) : undefined };
  };

  before(async () => {
    shop = await Shop.open();
    // Two that are taken, one that is refused and waits, one that is sent again.
    await shop.send();
    await shop.send();
    await shop.wait('pending');
    const taken = new Set(shop.receiver.posts.map((post) => JSON.parse(post.rawBody).id));
    shop.statusOf = (post) => (taken.has(JSON.parse(post.rawBody).id) ? 200 : 500);
    await shop.send();
    const { events } = await shop.sandbox.admin('GET', '/admin/v1/events?state=delivered');
    await shop.sandbox.admin('POST', `/admin/v1/events/${events[0].id}/resend`);
    await until('four attempts have ended', async () => {
      const attempts = (await shop.sandbox.ledger(mchid)).flatMap((event) => event.attempts);
      return attempts.length >= 4 && attempts.every(({ verdict }) => verdict);
    });
    await shop.wait('delivered', 2);
    await shop.wait('pending', 1);
  });
  after(() => shop.end());

  test('finds no fault in a store that a server holds, and says who', async () => {
    const { code, report } = await audit(...shop.records(), '--ladder', 'documented');
    assert.equal(code, 0, JSON.stringify(report));
    assert.equal(report.state, 'running');
    assert.match(report.held_by, /favorhook serve/);
    const [{ accepted, delivered, pending, attempts, posts_seen: seen }] = report.merchants;
    assert.deepEqual({ accepted, delivered, pending }, { accepted: 3, delivered: 2, pending: 1 });
    // The one that is refused may have been tried again by now.
    assert.ok(attempts >= 4, `${attempts} attempts`);
    assert.equal(seen, attempts);
  });

  test('finds none after kill -9 either, in the folder and in a copy, and changes neither', async () => {
    await shop.sandbox.kill9();
    const copy = join(shop.sandbox.root, 'copy');
    mkdirSync(copy);
    for (const name of ['favorhook.db', 'favorhook.db-wal']) copyFileSync(join(shop.sandbox.data, name), join(copy, name));
    const look = () => [shop.sandbox.data, copy].flatMap((folder) => readdirSync(folder).map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return [folder, name, size, mtimeMs];
    }));
    const was = look();
    chmodSync(copy, 0o500);
    for (const [args, state] of [[[], 'stopped'], [[join(copy, 'favorhook.db')], 'copy']]) {
      const { code, report } = await audit(...args, ...shop.records());
      assert.equal(code, 0, JSON.stringify(report));
      assert.equal(report.state, state);
      assert.equal(report.merchants[0].accepted, 3);
    }
    assert.deepEqual(look(), was);
    chmodSync(copy, 0o700);
  });

  test('tells what is missing or made up', async () => {
    const lines = readFileSync(shop.posts, 'utf8').trimEnd().split('\n');
    const told = readFileSync(shop.accepted, 'utf8');
    const file = (name, text) => { writeFileSync(join(shop.sandbox.root, name), text); return join(shop.sandbox.root, name); };
    const all = (list) => list.map((line) => `${line}\n`).join('');
    const made = all([...lines, '{"nonce": "made up", "id": "x", "status": 200}']);
    assert.deepEqual(faultsOf((await audit('--received', file('less', all(lines.slice(1))))).report), ['posts']);
    assert.deepEqual(faultsOf((await audit('--received', file('more', made))).report), ['posts']);
    assert.deepEqual(faultsOf((await audit('--received', shop.posts, '--received', file('twice', all(lines.slice(0, 1))))).report), ['posts']);
    const lost = file('lost', `${told}{"mchid": "${mchid}", "out_request_no": "nobody", "status": 200}\n`);
    const { code, report } = await audit('--accepted', lost);
    assert.equal(code, 1);
    assert.deepEqual(faultsOf(report), ['accepted']);
  });

  // On a copy, in SQL: the path from the file to the checks. Every way to break a row is in src/audit/audit_test.cc.
  const broken = [
    ['an attempt is gone', 'DELETE FROM attempts WHERE event_seq = 1', ['states', 'counters']],
    ['an event is gone', 'DELETE FROM events WHERE seq = 1', ['events', 'accounting', 'counters']],
    ['a coupon is gone', 'DELETE FROM coupons WHERE id = 1', ['stock_counts', 'user_counts', 'events', 'accounting']],
    ['a state is another', "UPDATE events SET state = 'exhausted' WHERE seq = 1", ['states', 'ladder']],
    ['a state is none', "UPDATE events SET state = 'lost' WHERE seq = 1", ['rows']],
    ['a counter is off by one', 'UPDATE events SET attempts_counted = attempts_counted + 1 WHERE seq = 3', ['counters']],
    ['a stock counts too few', 'UPDATE stock_counts SET total_send_num = total_send_num - 1', ['stock_counts']],
    ['a sequence was set back', "UPDATE sequences SET last = 1 WHERE name = 'event'", ['sequences']],
    ['a nonce is there twice', 'UPDATE attempts SET nonce = (SELECT nonce FROM attempts WHERE event_seq = 3) WHERE event_seq = 1', ['nonces', 'posts']],
    ['an intent is left over', "UPDATE attempts SET verdict = '', finished = NULL WHERE event_seq = 1", ['in_flight']],
    ['an attempt was recorded as not sent', "UPDATE attempts SET verdict = 'connect_failed', status = 0 WHERE event_seq = 3", ['posts']],
    ['a due time is early', 'UPDATE events SET due = due - 1000 WHERE seq = 3', ['ladder']],
  ];
  for (const [name, sql, wanted] of broken) {
    test(`${name}: ${wanted.join(', ')}`, async () => {
      const copy = join(shop.sandbox.root, 'broken.db');
      assert.equal((await shop.sandbox.cli('backup', copy, '--force')).code, 0);
      execFileSync('sqlite3', [copy, sql]);
      const { code, report } = await audit(copy, '--received', shop.posts);
      assert.equal(code, 1);
      const found = faultsOf(report);
      for (const check of wanted) assert.ok(found.includes(check), `${check} is not among ${found}`);
    });
  }

  test('a truncated file is a fault; a foreign one, or none, cannot be read', async () => {
    const path = join(shop.sandbox.root, 'short.db');
    assert.equal((await shop.sandbox.cli('backup', path)).code, 0);
    truncateSync(path, statSync(path).size - 8192);
    const short = await audit(path);
    assert.equal(short.code, 1);
    assert.ok(faultsOf(short.report).includes('file'));
    for (const [name, why] of [[shop.posts, /not a database/], [join(shop.sandbox.root, 'none.db'), /unable to open/]]) {
      const { code, stderr } = await audit(name);
      assert.equal(code, 3);
      assert.match(stderr, why);
    }
    assert.equal((await audit('--received', shop.sandbox.root)).code, 3);
    assert.equal((await audit('--ladder', 'steep')).code, 2);
  });
});

describe('favorhook backup and restore', () => {
  let shop;
  before(async () => { shop = await Shop.open(); });
  after(() => shop.end());

  // Sends with some at once until told; how long each took, and which backup was under way at its beginning and at its end.
  function load() {
    const state = { times: [], within: 0, backup: undefined, stop: false };
    const one = async () => {
      while (!state.stop) {
        const { backup } = state;
        state.times.push(await shop.send());
        if (backup !== undefined && backup === state.backup) state.within += 1;
      }
    };
    state.ended = Promise.all(Array.from({ length: 6 }, one));
    return state;
  }
  const p99 = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)];

  test('under load: the server goes on, and all that was answered before is in the backup', { timeout: testTime }, async () => {
    const sends = load();
    await until('a store to back up', () => sends.times.length >= 1000, { atMost: 5 * patience });
    const before = sends.times.length;
    const known = join(shop.sandbox.root, 'known.jsonl');
    let backups = 0;
    await until('sends are answered while a backup is made', async () => {
      copyFileSync(shop.accepted, known);
      sends.backup = backups;
      const made = await shop.sandbox.cli('backup', join(shop.sandbox.root, 'kept.db'), '--force');
      sends.backup = undefined;
      backups += 1;
      assert.equal(made.code, 0, made.stderr);
      return backups >= 10 && sends.within > 20;
    }, { atMost: 5 * patience });
    sends.stop = true;
    await sends.ended;
    const [calm, busy] = [sends.times.slice(0, before), sends.times.slice(before)].map((times) => p99(times).toFixed(0));
    console.log(`# ${sends.times.length} sends, ${sends.within} of them within one of ${backups} backups; p99 ${calm} ms, then ${busy} ms`);
    const proof = await shop.sandbox.cli('audit', join(shop.sandbox.root, 'kept.db'), '--accepted', known);
    assert.equal(proof.code, 0, proof.stdout + proof.stderr);
    assert.equal(statSync(join(shop.sandbox.root, 'kept.db')).mode & 0o777, 0o600);
  });

  test('nothing is replaced unless it is asked for', async () => {
    const path = join(shop.sandbox.root, 'once.db');
    assert.equal((await shop.sandbox.cli('backup', path)).code, 0);
    const again = await shop.sandbox.cli('backup', path);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /exists already/);
    const itself = await shop.sandbox.cli('backup', join(shop.sandbox.data, 'favorhook.db'), '--force');
    assert.equal(itself.code, 1);
    assert.match(itself.stderr, /is the store itself/);
    const restored = await shop.sandbox.cli('restore', path);
    assert.equal(restored.code, 1);
    assert.match(restored.stderr, /is a data directory already/);
    const other = await shop.cliOn(join(shop.sandbox.root, 'other'), 'restore', shop.accepted);
    assert.equal(other.code, 1);
    assert.ok(!existsSync(join(shop.sandbox.root, 'other', 'favorhook.json')));
  });

  test('killed in the middle, neither leaves half of anything, and the next try succeeds', { timeout: testTime }, async () => {
    const kept = join(shop.sandbox.root, 'killed.db');
    const data = join(shop.sandbox.root, 'killed-data');
    const killedAfter = async (milliseconds, args) => {
      const child = spawn(process.env.FAVORHOOK, args, { stdio: 'ignore' });
      const ended = new Promise((resolve) => { child.on('exit', resolve); });
      await sleep(milliseconds);
      child.kill('SIGKILL');
      await ended;
    };
    // At any moment of its usual life.
    const usual = async (args) => {
      const begun = Date.now();
      await shop.sandbox.cli(...args);
      return Date.now() - begun;
    };
    const backupTime = await usual(['backup', join(shop.sandbox.root, 'usual.db')]);
    for (let round = 0; round < 12; round += 1) {
      await killedAfter(Math.random() * backupTime, ['backup', kept, '--force', '--data', shop.sandbox.data]);
      if (existsSync(kept)) assert.equal((await shop.sandbox.cli('audit', kept)).code, 0);
    }
    assert.equal((await shop.sandbox.cli('backup', kept, '--force')).code, 0);
    for (let round = 0; round < 12; round += 1) {
      await killedAfter(Math.random() * backupTime, ['restore', kept, '--data', data]);
      const store = join(data, 'favorhook.db');
      if (existsSync(store)) assert.equal((await shop.sandbox.cli('audit', store)).code, 0);
      if (existsSync(join(data, 'favorhook.json'))) rmSync(data, { recursive: true });
    }
    const done = await shop.cliOn(data, 'restore', kept);
    assert.equal(done.code, 0, done.stderr);
    assert.ok(!existsSync(join(data, 'restore.unfinished')));
  });

  test('restored, a server goes on with the events that were pending, under their ids', { timeout: testTime }, async () => {
    shop.statusOf = () => 503;
    await shop.send();
    const waiting = await until('one event is refused', async () => {
      const { events } = await shop.sandbox.admin('GET', '/admin/v1/events?state=pending');
      return events.length === 1 && events[0].attempts_counted > 0 && events[0];
    });
    const kept = join(shop.sandbox.root, 'last.db');
    assert.equal((await shop.sandbox.cli('backup', kept)).code, 0);
    await shop.sandbox.kill9();

    const old = shop.sandbox.data;
    const key = join(old, 'master.key');
    shop.sandbox.data = join(shop.sandbox.root, 'restored');
    const done = await shop.sandbox.cliJson('restore', kept, '--master-key', key);
    assert.equal(done.mode, 'sandbox');
    assert.equal(statSync(join(shop.sandbox.data, 'favorhook.db')).mode & 0o777, 0o600);
    assert.equal((await shop.sandbox.cli('audit', ...shop.records())).code, 0);
    shop.statusOf = () => 200;
    await shop.sandbox.serve();
    await shop.sandbox.admin('POST', `/admin/v1/events/${waiting.id}/resend`);
    await shop.wait('pending');
    const event = await shop.sandbox.admin('GET', `/admin/v1/events/${waiting.id}`);
    assert.equal(event.state, 'delivered');
    const lines = readFileSync(shop.posts, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
    const statuses = lines.filter(({ id }) => id === waiting.id).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], [503, 200]);
    assert.equal(statuses.at(-1), 200);
    // The same client, with the keys that it was given by the server that is gone.
    await shop.send();
    await shop.wait('pending');
    const proof = await shop.sandbox.cli('audit', ...shop.records());
    assert.equal(proof.code, 0, proof.stdout + proof.stderr);
    cpSync(join(old, 'merchants'), join(shop.sandbox.data, 'merchants'), { recursive: true });
  });
});
