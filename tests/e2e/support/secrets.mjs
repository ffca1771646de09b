// What must stay secret, in every form that it could leak in, and the search for it.
//
//   const secrets = new Secrets();
//   secrets.addText('the APIv3 key', key);
//   secrets.addPrivateKey('the CA key', pem);
//   secrets.foundIn(bytes)          // ['the CA key as DER in hex', …]
import { createDecipheriv, createPrivateKey, hkdfSync } from 'node:crypto';
import { execFileSync } from 'node:child_process';

// Bytes inside a longer text that is encoded in base64 stand at one of three alignments; the digits at the ends depend on the neighbours.
function base64Forms(bytes) {
  return [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    .replace(/=*$/, '').slice(shift ? 4 : 0, -2));
}

export class Secrets {
  constructor() {
    this.needles = [];
  }

  add(name, bytes) {
    if (bytes.length >= 12) this.needles.push({ name, bytes: Buffer.from(bytes) });
  }

  // Bytes as they are, in hexadecimal digits and in base64.
  addBytes(name, bytes) {
    this.add(name, bytes);
    this.add(`${name} in hex`, bytes.toString('hex'));
    this.add(`${name} in HEX`, bytes.toString('hex').toUpperCase());
    for (const digits of base64Forms(bytes)) {
      this.add(`${name} in base64`, digits);
      if (/[+/]/.test(digits)) this.add(`${name} in base64url`, digits.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }

  addText(name, text) {
    this.addBytes(name, Buffer.from(text));
  }

  // Each line of the PEM text, the DER as bytes, and the secret numbers.
  addPrivateKey(name, pem) {
    const lines = pem.split('\n').filter((line) => line && !line.startsWith('-----'));
    // The first line of every RSA key begins with the same header.
    for (const line of lines.slice(1)) this.add(`a line of ${name}`, line);
    const key = createPrivateKey(pem);
    this.addBytes(`${name} as DER`, key.export({ type: 'pkcs8', format: 'der' }));
    const numbers = key.export({ format: 'jwk' });
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi']) {
      if (numbers[member]) this.addBytes(`${member} of ${name}`, Buffer.from(numbers[member], 'base64url'));
    }
  }

  foundIn(bytes) {
    const where = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
    return [...new Set(this.needles.filter((needle) => where.includes(needle.bytes)).map(({ name }) => name))];
  }
}

// The secrets of a store, as src/crypto/vault.h describes them: { place: secret }.
export function openStore(file, masterKey) {
  const derive = (purpose, size) => Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), purpose, size));
  const key = derive('favorhook data key v1', 32);
  const rows = (sql) => JSON.parse(execFileSync('sqlite3', ['-json', '-readonly', file, sql], { encoding: 'utf8' }) || '[]');
  const sealed = [
    ...rows("SELECT 'apiv3_keys/' || mchid || '/' || valid_from AS place, sealed_key AS sealed FROM apiv3_keys"),
    ...rows("SELECT 'platform_keys/' || serial AS place, sealed_key AS sealed FROM platform_keys"),
    ...rows("SELECT 'secrets/' || name AS place, sealed_value AS sealed FROM secrets"),
  ];
  return Object.fromEntries(sealed.map(({ place, sealed: text }) => {
    const [form, id, digits] = text.split(':');
    if (form !== 'v1' || id !== derive('favorhook master key id v1', 8).toString('hex')) throw new Error(`${place}: ${text.slice(0, 20)}`);
    const bytes = Buffer.from(digits, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(-16));
    return [place, Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')];
  }));
}
