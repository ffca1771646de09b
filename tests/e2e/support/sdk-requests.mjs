// Requests in the style of each SDK, from api/vectors/sdk-requests (its README has the form of a file), filled in and signed
// over their raw bytes.
//
//   for (const file of sdkRequests()) socket.write(signedBytes(file, caller, merchant));
import { randomBytes, sign } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../api/vectors/sdk-requests', import.meta.url));
const inChina = (time) => `${new Date(time + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`;
const fill = (text, values) => text.replace(/\{\{(\w+)\}\}/g, (whole, name) => values[name] ?? whole);

// { name, answer, signedBy, head, body }; placeholders are still in them.
export function sdkRequests() {
  return readdirSync(folder).filter((name) => name.endsWith('.http')).sort().map((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const [comment] = /^(#.*\n)*/.exec(text);
    const rest = text.slice(comment.length);
    const end = rest.indexOf('\n\n');
    return {
      name: name.slice(0, -'.http'.length),
      answer: Number(/^# answer: (\d+)$/m.exec(comment)[1]),
      signedBy: /^# signed by: (.*)$/m.exec(comment)[1],
      head: rest.slice(0, end),
      body: rest.slice(end + 2).replace(/\n$/, ''),
    };
  });
}

// What goes on the wire. The nonce is what the file has with a fresh end, as nobody sends one twice.
export function signedBytes(file, caller, merchant) {
  const timestamp = Math.floor(Date.now() / 1000);
  const values = {
    mchid: caller.mchid, serial: caller.serial, lower_case_serial: caller.serial.toLowerCase(), timestamp: String(timestamp),
    platform_serial: merchant.platformSerial, public_key_id: merchant.publicKeyId, host: 'localhost',
    begin: inChina(Date.now() - 3600_000), end: inChina(Date.now() + 86400_000),
  };
  const body = Buffer.from(fill(file.body, values));
  const head = fill(file.head, values).replace(/nonce_str="(\w+)\w{4}"/, (_, stem) => `nonce_str="${stem}${randomBytes(2).toString('hex')}"`);
  const [method, target] = head.split(' ', 2);
  const [, nonce] = /nonce_str="(\w+)"/.exec(head) ?? [];
  const text = Buffer.concat([Buffer.from(`${method}\n${target}\n${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
  const signature = sign('sha256', text, caller.privateKey).toString('base64');
  const whole = fill(head, { signature, length: String(body.length) });
  return Buffer.concat([Buffer.from(`${whole.replaceAll('\n', '\r\n')}\r\n\r\n`), body]);
}
