// A port of 127.0.0.1 that no other program is given while it is held. Whoever connects is refused, until a program that shares
// addresses, as favorhook does, listens there.
//
//   const held = await HeldPort.take();      // held.port
//   …
//   held.release();
import { spawn } from 'node:child_process';
import { within } from './patience.mjs';

// Node cannot bind a port without listening.
const holder = `
import socket, sys
held = socket.socket()
held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
held.bind(("127.0.0.1", 0))
print(held.getsockname()[1], flush=True)
sys.stdin.read()
`;

export class HeldPort {
  static async take() {
    const held = new HeldPort();
    held.child = spawn('python3', ['-c', holder], { stdio: ['pipe', 'pipe', 'inherit'] });
    held.port = Number(await within('a port', new Promise((resolve) => { held.child.stdout.once('data', resolve); })));
    return held;
  }

  // It also ends with this process, whose end of the pipe closes.
  release() { this.child.stdin.end(); }
}
