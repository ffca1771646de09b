// The hostile requests of hostile/requests.mjs, over raw sockets, whole and byte by byte: the exact answer to each, and
// afterwards the server still serves and nothing was written.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parameterErrors, requests } from './hostile/requests.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { authorization, makeCaller, signedCall } from './support/signed.mjs';

let sandbox;
let world;
let storedBefore;

const stored = () => execFileSync('sqlite3', ['-readonly', join(sandbox.data, 'favorhook.db'), '.dump'], { maxBuffer: 1 << 28 }).toString();

before(async () => {
  sandbox = await Sandbox.start();
  const caller = makeCaller('1900000001', await sandbox.addMerchant('1900000001'));
  const other = makeCaller('1900000002', await sandbox.addMerchant('1900000002'));
  world = { caller, other, authorize: (method, target, body, changes) => authorization(caller, method, target, body, changes) };
  storedBefore = stored();
});
after(() => sandbox?.remove());

// Sends the bytes and gives the first answer: { status, headers, body }, or nothing where the connection was cut without one.
function exchange(bytes, pieceSize = bytes.length) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(sandbox.ports.http, '127.0.0.1');
    const chunks = [];
    const timer = setTimeout(() => { socket.destroy(); reject(new Error('no answer and no cut within 5 s')); }, 5000);
    const settle = () => {
      const answer = parseAnswer(Buffer.concat(chunks));
      if (answer === undefined) return false;
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
      return true;
    };
    socket.setNoDelay(true);
    socket.on('data', (chunk) => { chunks.push(chunk); settle(); });
    socket.on('error', () => {});
    socket.on('close', () => { clearTimeout(timer); if (!settle()) resolve(undefined); });
    socket.on('connect', async () => {
      for (let at = 0; at < bytes.length && !socket.destroyed; at += pieceSize) {
        socket.write(bytes.subarray(at, at + pieceSize));
        if (pieceSize < bytes.length) await new Promise((next) => { setImmediate(next); });
      }
    });
  });
}

function parseAnswer(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(lines.map((text) => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]));
  const length = Number(headers['content-length'] ?? 0);
  if (bytes.length < end + 4 + length) return undefined;
  return { status: Number(line.split(' ')[1]), headers, body: bytes.subarray(end + 4, end + 4 + length).toString('utf8') };
}

describe(`${requests.length} hostile requests get the exact answer`, () => {
  for (const request of requests) {
    test(request.name, async () => {
      const bytes = request.bytes(world);
      for (const pieceSize of bytes.length > 4096 ? [bytes.length] : [bytes.length, 7]) {
        const answer = await exchange(request.bytes(world), pieceSize);
        assert.ok(answer, 'the connection was cut without an answer');
        assert.equal(answer.status, request.status, answer.body);
        assert.equal(answer.body, request.body);
        assert.ok(answer.headers['request-id'], 'no Request-ID');
        const authenticated = /"PARAM_ERROR"|Content-Type/.test(answer.body);
        assert.equal('wechatpay-signature' in answer.headers, authenticated, 'only what passed authentication is signed');
      }
    });
  }
});

describe(`${parameterErrors.length} hostile values get PARAM_ERROR, signed`, () => {
  for (const request of parameterErrors) {
    test(request.name, async () => {
      const answer = await exchange(request.bytes(world));
      assert.equal(answer?.status, 400, answer?.body);
      const { code, message } = JSON.parse(answer.body);
      assert.equal(code, 'PARAM_ERROR');
      assert.ok(message.length > 4);
      assert.ok(answer.headers['wechatpay-signature'], 'a business error is signed');
    });
  }
});

test('a request behind one that is no HTTP is not served', async () => {
  const first = Buffer.from('GET /v3/nothing HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
  const answer = await exchange(Buffer.concat([first, requests.find(({ name }) => name === 'an unknown path').bytes(world)]));
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.connection, 'close');
});

test('afterwards the server still serves and nothing was written', async () => {
  const answer = await signedCall(world.caller, sandbox.ports.http, 'GET', '/v3/marketing/busifavor/callbacks');
  assert.equal(answer.status, 404);
  assert.equal(JSON.parse(answer.body).code, 'RESOURCE_NOT_EXISTS');
  assert.equal(stored(), storedBefore);
});
