// A merchant's receiver over real TLS, whose behaviour a test sets.
//
//   const receiver = await Receiver.start(identity);
//   receiver.answer = (post) => ({ status: 200 });
//   const post = await receiver.next();      // { headers, rawBody }
import { createServer } from 'node:https';
import { within } from './patience.mjs';

export class Receiver {
  static async start(identity, port = 0, host = '127.0.0.1') {
    const receiver = new Receiver();
    receiver.posts = [];
    receiver.waiting = [];
    receiver.answer = () => ({ status: 200 });
    receiver.server = createServer(identity, (request, response) => receiver.take(request, response));
    // Longer than anybody keeps a connection to it: one that it closes while a POST is on its way would fail that POST.
    receiver.server.keepAliveTimeout = 600_000;
    await new Promise((resolve, reject) => {
      receiver.server.on('error', reject);
      receiver.server.listen(port, host, resolve);
    });
    receiver.port = receiver.server.address().port;
    receiver.url = `https://${host === '127.0.0.1' ? 'localhost' : host}:${receiver.port}/notify`;
    return receiver;
  }

  take(request, response) {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', async () => {
      const post = { method: request.method, path: request.url, headers: request.headers, rawBody: Buffer.concat(chunks).toString('utf8') };
      this.posts.push(post);
      const waiter = this.waiting.shift();
      if (waiter) waiter(post);
      const answer = await this.answer(post);
      if (answer === 'reset') return request.socket.destroy();
      response.writeHead(answer.status, answer.headers ?? {});
      response.end(answer.body ?? '');
      return undefined;
    });
  }

  // The next POST that arrives after this call.
  next() {
    return within('a notification', new Promise((resolve) => { this.waiting.push(resolve); }));
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}
