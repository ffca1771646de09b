// HTTP as bytes on a socket, plain or over TLS: what no client library would send as it is given.
//
//   const { status, headers, body } = await rawExchange({ port }, bytes);
import net from 'node:net';
import tls from 'node:tls';
import { within } from './patience.mjs';

// The first answer: { status, headers, body }, names of headers in lower case; rejects where none came.
export function rawExchange({ port, ca }, bytes) {
  let socket;
  const answering = new Promise((resolve, reject) => {
    socket = ca ? tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca }) : net.connect(port, '127.0.0.1');
    const chunks = [];
    const settle = (fault) => {
      const answer = parseAnswer(Buffer.concat(chunks));
      if (!answer && !fault) return;
      if (answer) resolve(answer);
      else reject(fault);
    };
    socket.on('data', (chunk) => { chunks.push(chunk); settle(); });
    socket.on('error', settle);
    socket.on('close', () => settle(new Error('the connection was cut without an answer')));
    socket.write(bytes);
  });
  return within('an answer', answering).finally(() => socket.destroy());
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
