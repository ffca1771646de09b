// Plays one case of hostile/*.txt over a connection of its own and checks what comes back.
//
//   await play(one, world, { pieces: 7 });      // throws an AssertionError
//   await playInTime(one, world);               // again, where the machine was slower than a deadline of the server
//
// World: { ports, caller, other, defines, texts }, callers as in signed.mjs.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { expand } from './hostile-cases.mjs';
import { patience, until } from './patience.mjs';
import { authorization } from './signed.mjs';

const callbacks = '/v3/marketing/busifavor/callbacks';
const waits = new Set(['drip', 'reset', 'deaf', 'tls', 'port']);
// Milliseconds of the server's shortest deadline here, that of an idle connection.
const shortestDeadline = 3000;
const slowTries = 10;

// Whether a case may be sent byte by byte: nothing in it depends on time, and it is short.
export function mayBeCut(one) {
  return one.steps.every(({ word, text }) => !waits.has(word) && !(word === 'cut' && text));
}

export async function play(one, world, { pieces = Infinity } = {}) {
  const client = new Client(one, world, pieces);
  try {
    for (const step of one.steps) {
      client.line = step.line;
      await client[step.word](step.text);
    }
  } finally {
    client.socket?.destroy();
  }
}

// A case that failed before any deadline of the server could have come has failed. One that took longer may have been cut by a
// deadline that it does not mean: it is played again, and fails where it always does.
export async function playInTime(one, world, options) {
  for (let tries = 1; ; tries += 1) {
    const begun = performance.now();
    try {
      return await play(one, world, options);
    } catch (error) {
      if (performance.now() - begun < shortestDeadline || tries === slowTries) throw error;
    }
  }
}

class Client {
  constructor(one, world, pieces) {
    Object.assign(this, { world, pieces, mine: world.caller, offset: 0, contentType: 'application/json', extraLines: '', received: Buffer.alloc(0) });
    this.nonceText = randomBytes(16).toString('hex');
    this.toSign = ['GET', callbacks, ''];
    const now = Math.floor(Date.now() / 1000);
    this.values = {
      ...Object.fromEntries([...world.texts].map(([name, text]) => [name, () => expand(text, this.values)])),
      callbacks,
      nonce: this.nonceText,
      mchid: () => this.mine.mchid,
      serial: () => this.mine.serial,
      other_serial: world.other.serial,
      caller_serial: world.caller.serial,
      time: () => String(now + this.offset),
      authorization: () => this.authorize(...this.toSign),
      signature: () => /signature="([^"]*)"/.exec(this.authorize(...this.toSign))[1],
    };
    this.now = now;
  }

  authorize(method, target, body) {
    return authorization(this.mine, method, target, body, { timestamp: this.now + this.offset, nonce: this.nonceText });
  }

  // --- What is sent ---
  port(text) { this.portName = text === 'tls' ? 'https' : text; }
  tls(text) { this.tlsOptions = Object.fromEntries(text.split(' ').filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])); }
  time(text) { this.offset = Number(text); }
  by(text) { this.mine = this.world[text]; }
  type(text) { this.contentType = text; }
  extra(text) { this.extraLines += text; }
  sign(text) { this.toSign = this.requestOf(text); }

  requestOf(text) {
    const [method, target, ...body] = text.split(' ');
    return [method, expand(target, this.values).toString('latin1'), expand(body.join(' '), this.values)];
  }

  async send(text) { await this.write(expand(text, this.values)); }

  async signed(text) {
    const [method, target, body] = this.requestOf(text);
    const length = method === 'GET' && body.length === 0 ? '' : `Content-Length: ${body.length}\r\n`;
    const head = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nUser-Agent: t\r\n`
      + `${this.contentType ? `Content-Type: ${this.contentType}\r\n` : ''}${length}`;
    const end = `Authorization: ${this.authorize(method, target, body)}\r\n\r\n`;
    await this.write(Buffer.concat([Buffer.from(head), expand(this.extraLines, this.values), Buffer.from(end), body]));
  }

  async url(text) {
    const body = JSON.stringify({ notify_url: expand(text, this.values).toString('utf8') });
    await this.signed(`POST ${callbacks} ${body.replaceAll('\\', '\\\\')}`);
  }

  async drip(text) {
    const [milliseconds, ...rest] = text.split(' ');
    await this.connect();
    this.cutDripping = true;
    for (const byte of expand(rest.join(' '), this.values)) {
      if (this.ended) return;
      await this.write(Buffer.from([byte]));
      await sleep(Number(milliseconds));
    }
    this.cutDripping = this.ended;
  }

  async end() { await this.connect(); this.socket.end(); }
  async reset() { await this.connect(); this.socket.resetAndDestroy(); }
  async deaf() { await this.connect(); this.socket.pause(); this.isDeaf = true; }

  async write(bytes) {
    await this.connect();
    this.lastSent = performance.now();
    const size = Math.min(this.pieces, Math.max(bytes.length, 1));
    for (let at = 0; at < bytes.length && !this.ended; at += size) {
      this.socket.write(bytes.subarray(at, at + size));
      if (size < bytes.length) await new Promise((next) => { setImmediate(next); });
    }
  }

  async connect() {
    if (this.socket) return;
    this.begun = performance.now();
    this.lastSent = this.begun;
    const { ports } = this.world;
    const at = { host: '127.0.0.1', port: this.tlsOptions ? ports.https : ports[this.portName ?? 'http'] };
    this.socket = this.tlsOptions ? this.connectTls(at) : net.connect(at);
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => { this.received = Buffer.concat([this.received, chunk]); this.wake(); });
    this.socket.on('error', (error) => { this.error = error; this.ended = true; this.wake(); });
    for (const event of ['end', 'close']) this.socket.on(event, () => { this.ended = true; this.wake(); });
    const ready = this.tlsOptions ? 'secureConnect' : 'connect';
    await new Promise((resolve) => { this.socket.once(ready, resolve); this.socket.once('close', resolve); });
    this.connected = this.error === undefined;
  }

  connectTls(at) {
    const { min, max, alpn, ciphers } = this.tlsOptions;
    return tls.connect({ ...at, rejectUnauthorized: false, minVersion: min ?? 'TLSv1', maxVersion: max, ciphers: ciphers ?? 'ALL:@SECLEVEL=0',
      ...(alpn ? { ALPNProtocols: alpn.split(',') } : {}), allowHalfOpen: true });
  }

  // --- What is expected ---
  async until(condition, milliseconds) {
    const deadline = Date.now() + milliseconds;
    for (let result = condition(); ; result = condition()) {
      if (result !== undefined) return result;
      const left = deadline - Date.now();
      if (left <= 0) return undefined;
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => { clearTimeout(timer); resolve(); };
      });
    }
  }

  wake() {}

  async continue() {
    const told = 'HTTP/1.1 100 Continue\r\n\r\n';
    await this.until(() => (this.received.length >= told.length || this.ended ? true : undefined), patience);
    assert.equal(this.received.toString('latin1'), told, this.line);
    this.received = Buffer.alloc(0);
  }

  async answer(name) {
    const expected = this.world.defines.get(name);
    assert.ok(expected, `${this.line}: no answer is called ${name}`);
    const parsed = await this.until(() => this.takeAnswer() ?? (this.ended ? false : undefined), patience);
    assert.ok(parsed, `${this.line}: ${this.ended ? `the connection was cut (${this.error ?? 'in good order'})` : 'no answer'}`);
    assert.equal(parsed.status, expected.status, `${this.line}: ${parsed.body}`);
    checkBody(parsed.body, expected, this.line);
    assert.equal('wechatpay-signature' in parsed.headers, expected.signed, `${this.line}: what passed authentication is signed, and nothing else`);
    assert.ok(parsed.headers['request-id'], `${this.line}: no Request-ID`);
    assert.equal(parsed.headers.connection, expected.closes ? 'close' : 'keep-alive', this.line);
    if (expected.closes) assert.ok(await this.until(() => (this.ended ? true : undefined), patience), `${this.line}: it stays open`);
  }

  takeAnswer() {
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [line, ...lines] = this.received.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(lines.map((each) => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 1).trim()]));
    const whole = end + 4 + Number(headers['content-length'] ?? 0);
    if (this.received.length < whole) return undefined;
    const body = this.received.subarray(end + 4, whole).toString('utf8');
    this.received = this.received.subarray(whole);
    return { status: Number(line.split(' ')[1]), headers, body };
  }

  async cut(text) {
    await this.connect();
    if (this.isDeaf) await this.cutWhileDeaf();
    else {
      assert.ok(await this.until(() => (this.ended ? true : undefined), patience), `${this.line}: the connection stays open`);
      assert.ok(!this.received.includes('HTTP/'), `${this.line}: answered ${this.received.toString('latin1')}`);
    }
    if (!text) return;
    const [when, seconds] = text.split(' ');
    const [sinceSent, sinceBegun] = [this.lastSent, this.begun].map((time) => (performance.now() - time) / 1000);
    if (when === 'after') assert.ok(sinceSent >= Number(seconds), `${this.line}: cut after ${sinceSent} s`);
    else if (when === 'before') assert.ok(sinceBegun < Number(seconds), `${this.line}: cut ${sinceBegun} s after its beginning`);
    else if (when === 'dripping') assert.ok(this.cutDripping, `${this.line}: it was not cut before the last byte`);
    else assert.fail(`${this.line}: there is no cut ${when}`);
  }

  // Who does not read does not see the end either, but the kernel does.
  async cutWhileDeaf() {
    const [local, remote] = [this.socket.localPort, this.socket.remotePort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
    const established = new RegExp(`^ *\\d+: \\w+:${local} \\w+:${remote} 01 `, 'm');
    await until(`${this.line}: the server cuts`, () => !established.test(readFileSync('/proc/net/tcp', 'latin1')));
    this.socket.resume();
    assert.ok(await this.until(() => (this.ended ? true : undefined), patience), `${this.line}: the connection stays open`);
  }

  async refused() {
    await this.connect();
    const failed = await this.until(() => (this.error ? true : undefined), patience);
    assert.ok(failed && !this.connected, `${this.line}: the handshake was made`);
    assert.match(String(this.error), /alert|EPROTO|ECONNRESET|disconnected|SSL|TLS/, this.line);
  }
}

// Compact JSON with its members in order (protocol §1.8), and nothing else where there is no code.
function checkBody(body, expected, line) {
  if (expected.code === undefined) return assert.equal(body, '', line);
  const { code, detail, message, ...more } = JSON.parse(body);
  assert.deepEqual({ code, message, more }, { code: expected.code, message: expected.message, more: {} }, line);
  return assert.equal(body, JSON.stringify(detail === undefined ? { code, message } : { code, detail, message }), line);
}
