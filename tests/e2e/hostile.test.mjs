// The hostile requests of hostile/*.txt against the running program: the exact answer or cut to each, nothing written, memory
// and descriptors given back, and meanwhile other clients are served.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCases } from './support/hostile-cases.mjs';
import { mayBeCut, playInTime } from './support/hostile-client.mjs';
import { measureLatency } from './support/latency.mjs';
import { until, within } from './support/patience.mjs';
import { processorTime } from './support/processor-time.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';

const folder = fileURLToPath(new URL('hostile', import.meta.url));
const { cases, defines, texts } = readCases(folder);
const callbacks = '/v3/marketing/busifavor/callbacks';

let sandbox;
let world;
let storedBefore;

const stored = () => execFileSync('sqlite3', ['-readonly', join(sandbox.data, 'favorhook.db'), '.dump'], { maxBuffer: 1 << 28 }).toString();
const residentKiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${sandbox.child.pid}/status`, 'utf8'))[1]);
const descriptors = () => readdirSync(`/proc/${sandbox.child.pid}/fd`).length;

before(async () => {
  sandbox = await Sandbox.start({ env: { FAVORHOOK_KEEP_ALIVE_MS: '3000' } });
  const caller = makeCaller('1900000001', await sandbox.addMerchant('1900000001'));
  const other = makeCaller('1900000002', await sandbox.addMerchant('1900000002'));
  world = { ports: sandbox.ports, caller, other, defines, texts };
  storedBefore = stored();
});
after(() => sandbox?.remove());

test('there are at least 300 cases, each of its own', () => {
  assert.ok(cases.length >= 300, `${cases.length}`);
  const seen = new Map();
  for (const one of cases) {
    const steps = JSON.stringify(one.steps.map(({ word, text }) => [word, text]));
    assert.ok(!seen.has(steps), `${one.file}: "${one.name}" is "${seen.get(steps)}" again`);
    seen.set(steps, one.name);
  }
  assert.equal(new Set(cases.map(({ file, name }) => `${file}: ${name}`)).size, cases.length, 'two cases of a file have the same name');
});

let before_;
describe(`${cases.length} hostile requests get the exact answer`, { concurrency: 48 }, () => {
  before(() => { before_ = { rss: residentKiB(), fds: descriptors() }; });
  for (const one of cases) {
    test(`${one.file.replace('.txt', '')}: ${one.name}`, async () => {
      await playInTime(one, world);
      if (mayBeCut(one)) await playInTime(one, world, { pieces: 7 });
    });
  }
});

test('afterwards the server still serves, nothing was written, memory and descriptors are given back', async (t) => {
  const answer = await signedCall(world.caller, sandbox.ports.http, 'GET', callbacks);
  assert.equal(answer.status, 404);
  assert.equal(JSON.parse(answer.body).code, 'RESOURCE_NOT_EXISTS');
  assert.equal(stored(), storedBefore);
  await until('descriptors are given back', () => descriptors() <= before_.fds + 4).catch(() => {});
  t.diagnostic(`resident ${before_.rss} -> ${residentKiB()} KiB, descriptors ${before_.fds} -> ${descriptors()}`);
  assert.ok(descriptors() <= before_.fds + 4, `${descriptors()} descriptors are open, before it were ${before_.fds}`);
  // ASan keeps what is freed for a while.
  const allowance = /asan/.test(process.env.FAVORHOOK) ? 300 : 32;
  assert.ok(residentKiB() < before_.rss + allowance * 1024, `${residentKiB()} KiB are resident, before it were ${before_.rss}`);
});

// The attack is another process, at a steady rate, with hundreds of connections that it holds. How long others wait meanwhile is the
// machine's mood as much as the server's: what is held against a bound is the server's own time on the processors.
test('a hostile request costs the server no more than a good one, and good ones are answered meanwhile', async (t) => {
  const worldFile = join(sandbox.root, 'world.json');
  writeFileSync(worldFile, JSON.stringify({ ports: world.ports, caller: world.caller, other: world.other }));
  const quiet = await measureLatency(world.caller, sandbox.ports.http);
  const attack = spawn(process.execPath, [fileURLToPath(new URL('support/hostile-attack.mjs', import.meta.url)), folder, worldFile],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  await within('the attack', new Promise((resolve) => { attack.stdout.once('data', resolve); }));
  const attacked = await measureLatency(world.caller, sandbox.ports.http);
  attack.kill();
  await new Promise((resolve) => { attack.once('exit', resolve); });
  t.diagnostic(`p50 ${quiet.p50.toFixed(2)} -> ${attacked.p50.toFixed(2)} ms, p99 ${quiet.p99.toFixed(2)} -> ${attacked.p99.toFixed(2)} ms`);

  const quick = cases.filter(mayBeCut);
  const { pid } = sandbox.child;
  const good = await processorTime(pid, 400, () => measureLatency(world.caller, sandbox.ports.http, { requests: 400, pauseMs: 0 }));
  const hostile = await processorTime(pid, quick.length, async () => { for (const one of quick) await playInTime(one, world); });
  t.diagnostic(`the server's own time for a good request ${good.toFixed(2)} ms, for a hostile one ${hostile.toFixed(2)} ms`);
  assert.ok(hostile <= 2 * good, `a hostile request costs ${hostile} ms, a good one ${good} ms`);
});
