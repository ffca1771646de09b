// Many connections that ask for nothing: 10,000 are held with a bounded memory while others are served, and where the bound is
// reached the ones that have waited longest give way.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureLatency } from './support/latency.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';

const many = 10_000;
const callbacks = '/v3/marketing/busifavor/callbacks';
const sanitized = /asan/.test(process.env.FAVORHOOK);
const allowed = Number(execFileSync('sh', ['-c', 'ulimit -Hn']).toString().replace('unlimited', '1000000'));

const residentKiB = (sandbox) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${sandbox.child.pid}/status`, 'utf8'))[1]);
const descriptors = (sandbox) => readdirSync(`/proc/${sandbox.child.pid}/fd`).length;

const callersOwn = 4;

async function connect(port, bytes) {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.once('close', () => { socket.over = true; });
  socket.resume();
  await new Promise((resolve) => { socket.once('connect', resolve); socket.once('close', resolve); });
  if (bytes) socket.write(bytes);
  return socket;
}

// Some at a time: the kernel's queue of an acceptor is shorter than all of them.
async function connectMany(port, count, bytesOf) {
  const sockets = [];
  while (sockets.length < count) {
    const some = Math.min(200, count - sockets.length);
    sockets.push(...await Promise.all(Array.from({ length: some }, (_, index) => connect(port, bytesOf(sockets.length + index)))));
  }
  return sockets;
}

async function sandboxWithCaller(options) {
  const sandbox = await Sandbox.start(options);
  return { sandbox, caller: makeCaller('1900000001', await sandbox.addMerchant('1900000001')) };
}

// Half of them without a byte, half with an answer behind them.
test(`${many} idle connections cost little memory and nobody's time`, {
  skip: (sanitized && 'the sanitizer\'s memory tells nothing') || (allowed < 2 * many && `the hard limit on descriptors is ${allowed}: ${2 * many} are needed`),
}, async (t) => {
  const { sandbox, caller } = await sandboxWithCaller({ env: { FAVORHOOK_KEEP_ALIVE_MS: '120000' } });
  try {
    await signedCall(caller, sandbox.ports.http, 'GET', callbacks);
    const before = { rss: residentKiB(sandbox), fds: descriptors(sandbox) };
    const quiet = await measureLatency(caller, sandbox.ports.http);
    const whole = 'GET /v3/nothing HTTP/1.1\r\nHost: a\r\n\r\n';
    const sockets = await connectMany(sandbox.ports.http, many, (index) => [undefined, whole][index % 2]);
    await sleep(500);
    assert.equal(sockets.filter((socket) => socket.over).length, 0, 'connections were closed');
    // The callers' own connections, of which some were open before and some are now.
    const open = descriptors(sandbox) - before.fds;
    assert.ok(open >= many - callersOwn, `${open} connections are open`);
    const each = (residentKiB(sandbox) - before.rss) / many;
    const held = await measureLatency(caller, sandbox.ports.http);
    t.diagnostic(`${each.toFixed(1)} KiB a connection; p50 ${quiet.p50.toFixed(2)} -> ${held.p50.toFixed(2)} ms, p99 ${quiet.p99.toFixed(2)} -> ${held.p99.toFixed(2)} ms`);
    assert.ok(each < 12, `${each} KiB a connection`);
    assert.ok(held.p50 < Math.max(2 * quiet.p50, 10), `p50 ${quiet.p50} -> ${held.p50} ms`);
    for (const socket of sockets) socket.destroy();
    for (let tries = 0; tries < 100 && descriptors(sandbox) > before.fds + callersOwn; tries += 1) await sleep(100);
    assert.ok(descriptors(sandbox) <= before.fds + callersOwn, `${descriptors(sandbox)} descriptors are open, before it were ${before.fds}`);
  } finally {
    await sandbox.remove();
  }
});

test('at the bound the connections that have waited longest give way, and the operator is never kept out', async () => {
  // A process with 1,024 descriptors lets 512 connections in.
  const { sandbox, caller } = await sandboxWithCaller({ descriptors: 1024 });
  try {
    const bound = 512;
    const old = await connectMany(sandbox.ports.http, bound, () => undefined);
    await sleep(300);
    const young = await connectMany(sandbox.ports.http, bound / 2, (index) => [undefined, 'GET /v3'][index % 2]);
    await sleep(500);
    const gone = (sockets) => sockets.filter((socket) => socket.over).length;
    // A connection gives way to one on its own loop, so a few may have been closed at the accept instead.
    assert.ok(gone(old) > bound / 3 && gone(old) < bound, `${gone(old)} of the old ones are gone`);
    assert.ok(gone(young) < bound / 8, `${gone(young)} of the young ones are gone`);
    for (let count = 0; count < 20; count += 1) {
      const answer = await signedCall(caller, sandbox.ports.http, 'GET', callbacks);
      assert.equal(answer.status, 404, answer.body);
    }
    assert.equal((await fetch(`http://127.0.0.1:${sandbox.ports.admin}/healthz`)).status, 200);
    assert.match(sandbox.log, /connections_full open=\d+ gave_way=\d+ refused=\d+/);
    for (const socket of [...old, ...young]) socket.destroy();
  } finally {
    await sandbox.remove();
  }
});
