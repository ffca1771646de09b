// Receivers that misbehave: a raw listener whose connections run a script, before or behind a TLS handshake.
//
//   const receiver = await SickReceiver.start({ identity }, async (talk) => { await talk.request(); talk.write('HTTP/1.1 200'); });
//   … receiver.url, receiver.connections, receiver.callers: their ports, receiver.accepted: bytes that the other side's socket has taken
//   await receiver.over();                     // every script has ended
//   await receiver.stop();
import net from 'node:net';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from './patience.mjs';

class Talk {
  constructor(receiver, socket, accepted) {
    Object.assign(this, { receiver, socket, accepted, received: Buffer.alloc(0), over: false, wake: () => {} });
    socket.on('data', (chunk) => { this.received = Buffer.concat([this.received, chunk]); this.wake(); });
    socket.on('error', () => {});
    for (const event of ['end', 'close']) socket.on(event, () => { this.over = true; this.wake(); });
  }

  // Until a whole request has come.
  async request() {
    while (!this.over) {
      const end = this.received.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(this.received.toString('latin1'))?.[1] ?? 0);
      if (end >= 0 && this.received.length >= end + 4 + length) break;
      await new Promise((resolve) => { this.wake = resolve; });
    }
    this.received = Buffer.alloc(0);
  }

  // So long after the connection was accepted: the handshake is in the five seconds too.
  async until(milliseconds) {
    await sleep(Math.max(0, this.accepted + milliseconds - Date.now()));
  }

  // Resolves when the bytes are out of this process, or the connection is over.
  write(bytes) {
    if (this.over) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.socket.once('close', () => resolve(false));
      this.socket.write(bytes, (error) => {
        if (!error) this.receiver.accepted += Buffer.byteLength(bytes);
        resolve(!error);
      });
    });
  }

  async flood(bytes, total) {
    for (let sent = 0; sent < total && !this.over; sent += bytes.length) if (!await this.write(bytes)) return;
  }

  async drip(bytes, milliseconds) {
    for (let at = 0; at < bytes.length && !this.over; at += 1) {
      await this.write(bytes.slice(at, at + 1));
      await sleep(milliseconds);
    }
  }

  hang() { return new Promise((resolve) => { this.socket.once('close', resolve); }); }
  end(bytes = '') { this.socket.end(bytes); }
  close() { this.socket.destroy(); }
  reset() { (this.socket.raw ?? this.socket).resetAndDestroy(); }
}

export class SickReceiver {
  static async start(options, script) {
    const receiver = new SickReceiver();
    Object.assign(receiver, { connections: 0, callers: [], accepted: 0, sockets: new Set(), scripts: [] });
    const take = (socket, accepted = Date.now()) => {
      receiver.connections += 1;
      receiver.sockets.add(socket);
      receiver.scripts.push(script(new Talk(receiver, socket, accepted)).catch(() => socket.destroy()));
    };
    receiver.server = net.createServer((raw) => {
      receiver.callers.push(raw.remotePort);
      if (options.plain) return take(raw);
      const accepted = Date.now();
      raw.on('error', () => {});
      receiver.sockets.add(raw);
      const secureContext = tls.createSecureContext({ ...options.identity, ciphers: 'DEFAULT:@SECLEVEL=0', ...options.context });
      const socket = new tls.TLSSocket(raw, { isServer: true, secureContext, ...options.tls });
      socket.raw = raw;
      socket.on('error', () => {});
      socket.once('secure', () => take(socket, accepted));
    });
    await new Promise((resolve) => { receiver.server.listen(0, '127.0.0.1', resolve); });
    receiver.url = `https://${options.host ?? 'localhost'}:${receiver.server.address().port}/notify`;
    return receiver;
  }

  async over() { await within('every connection is over', Promise.all(this.scripts)); }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}
