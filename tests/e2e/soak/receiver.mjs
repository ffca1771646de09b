// A receiver of the soak, in a process of its own that may be killed at any moment. What it sees goes into its file, in one
// append a line, before it answers.
//
//   node receiver.mjs '{"mode": "slow", "port": 0, "key": "key.pem", "cert": "cert.pem", "file": "posts.jsonl"}'
//
// Prints its port once it listens.
import { openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:https';

const { mode, port, key, cert, file } = JSON.parse(process.argv[2]);
const record = openSync(file, 'a');
const one = (list) => list[Math.floor(Math.random() * list.length)];

// What it answers and when; a status of null cuts the connection. 6.5 s are more than a receiver has.
const modes = {
  healthy: () => ({ status: one([200, 200, 204]), delay: 0 }),
  slow: () => ({ status: 200, delay: Math.random() < 0.03 ? 6500 : Math.random() * 1500 }),
  failing: () => ({ status: Math.random() < 0.3 ? 200 : one([500, 404, 302, 503]), delay: 0 }),
  resetting: () => ({ status: Math.random() < 0.3 ? null : 200, delay: 0 }),
};

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('error', () => {});
  request.on('end', () => {
    const { status, delay } = modes[mode]();
    const { id } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    writeSync(record, `${JSON.stringify({ received_at: Date.now(), nonce: request.headers['wechatpay-nonce'], id, status })}\n`);
    setTimeout(() => {
      if (status === null) return request.socket.destroy();
      response.writeHead(status);
      response.end();
      return undefined;
    }, delay);
  });
});
server.keepAliveTimeout = 4000;
server.listen(port, '127.0.0.1', () => console.log(server.address().port));
