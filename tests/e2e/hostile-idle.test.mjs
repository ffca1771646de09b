// Many connections that ask for nothing: 10,000 are held with a bounded memory while others are served, and where the bound is
// reached the ones that have waited longest give way.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { measureLatency } from './support/latency.mjs';
import { until } from './support/patience.mjs';
import { processorTime } from './support/processor-time.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';

const many = 10_000;
const callbacks = '/v3/marketing/busifavor/callbacks';
const sanitized = /asan/.test(process.env.FAVORHOOK);
const allowed = Number(execFileSync('sh', ['-c', 'ulimit -Hn']).toString().replace('unlimited', '1000000'));

const residentKiB = (sandbox) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${sandbox.child.pid}/status`, 'utf8'))[1]);
const descriptors = (sandbox) => readdirSync(`/proc/${sandbox.child.pid}/fd`).length;

const callersOwn = 4;
const gone = (sockets) => sockets.filter((socket) => socket.over).length;

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

// Idle connections are kept for longer than a test takes, so that none is closed but for others.
async function sandboxWithCaller(options = {}) {
  const sandbox = await Sandbox.start({ env: { FAVORHOOK_KEEP_ALIVE_MS: '600000' }, ...options });
  return { sandbox, caller: makeCaller('1900000001', await sandbox.addMerchant('1900000001')) };
}

// Half of them without a byte, half with an answer behind them.
test(`${many} idle connections cost little memory and nobody's time`, {
  skip: (sanitized && 'the sanitizer\'s memory tells nothing') || (allowed < 2 * many && `the hard limit on descriptors is ${allowed}: ${2 * many} are needed`),
}, async (t) => {
  const { sandbox, caller } = await sandboxWithCaller();
  try {
    await signedCall(caller, sandbox.ports.http, 'GET', callbacks);
    const before = { rss: residentKiB(sandbox), fds: descriptors(sandbox) };
    const quiet = await measureLatency(caller, sandbox.ports.http);
    const whole = 'GET /v3/nothing HTTP/1.1\r\nHost: a\r\n\r\n';
    const sockets = await connectMany(sandbox.ports.http, many, (index) => [undefined, whole][index % 2]);
    // The callers' own connections, of which some were open before and some are now.
    await until('all connections are open', () => descriptors(sandbox) - before.fds >= many - callersOwn);
    await until('all that asked are answered', () => sockets.filter((socket) => socket.bytesRead > 0).length === many / 2);
    assert.equal(gone(sockets), 0, 'connections were closed');
    const each = (residentKiB(sandbox) - before.rss) / many;
    const held = await measureLatency(caller, sandbox.ports.http);
    t.diagnostic(`${each.toFixed(1)} KiB a connection; p50 ${quiet.p50.toFixed(2)} -> ${held.p50.toFixed(2)} ms, p99 ${quiet.p99.toFixed(2)} -> ${held.p99.toFixed(2)} ms`);
    assert.ok(each < 12, `${each} KiB a connection`);
    const costOfARequest = () => processorTime(sandbox.child.pid, 400, () => measureLatency(caller, sandbox.ports.http, { pauseMs: 0 }));
    const beside = await costOfARequest();
    for (const socket of sockets) socket.destroy();
    await until('descriptors are given back', () => descriptors(sandbox) <= before.fds + callersOwn);
    const alone = await costOfARequest();
    t.diagnostic(`a request costs the server ${beside.toFixed(2)} ms of its own beside them, ${alone.toFixed(2)} ms without`);
    assert.ok(beside <= 2 * alone, `a request costs ${beside} ms beside them, ${alone} ms without`);
  } finally {
    await sandbox.remove();
  }
});

test('at the bound the connections that have waited longest give way, and the operator is never kept out', async () => {
  // A process with 1,024 descriptors lets 512 connections in.
  const { sandbox, caller } = await sandboxWithCaller({ descriptors: 1024 });
  try {
    const bound = 512;
    const before = descriptors(sandbox);
    const old = await connectMany(sandbox.ports.http, bound, () => undefined);
    await until('the old ones are open', () => descriptors(sandbox) - before >= bound - callersOwn);
    const young = await connectMany(sandbox.ports.http, bound / 2, (index) => [undefined, 'GET /v3'][index % 2]);
    await until('as many have given way as were too many', () => gone(old) + gone(young) >= bound / 2 - callersOwn);
    // A connection gives way to one on its own loop, so a few may have been closed at the accept instead.
    assert.ok(gone(old) > bound / 3 && gone(old) < bound, `${gone(old)} of the old ones are gone`);
    // Half a request has a deadline of its own, so only the silent ones tell.
    const silent = young.filter((_, index) => index % 2 === 0);
    assert.ok(gone(silent) < bound / 16, `${gone(silent)} of the young ones are gone`);
    for (let count = 0; count < 20; count += 1) {
      const answer = await signedCall(caller, sandbox.ports.http, 'GET', callbacks);
      assert.equal(answer.status, 404, answer.body);
    }
    assert.equal((await fetch(`http://127.0.0.1:${sandbox.ports.admin}/healthz`)).status, 200);
    await until('the log tells of it', () => /connections_full open=\d+ gave_way=\d+ refused=\d+/.test(sandbox.log));
    for (const socket of [...old, ...young]) socket.destroy();
  } finally {
    await sandbox.remove();
  }
});
