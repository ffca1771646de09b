// What a user would write instead: the same notifications, sealed, signed and posted by Node.js.
//
//   node rival.mjs SETTINGS.json     with {"way": "bullmq" | "undici", "count", "first", ...} as bench/rival.cc writes it
//
// bullmq: jobs in a Redis that flushes each write, taken by a worker, gone when the receiver acknowledged them.
// undici: a loop over a list in memory, nothing durable. Both use the thread pool for RSA and keep their connections.
// Prints "ready" when the jobs are laid out, begins at the first line on its standard input and ends when all are acknowledged.
import { Queue, Worker } from 'bullmq';
import { constants, createCipheriv, createPrivateKey, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Pool } from 'undici';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const key = createPrivateKey(settings.private_key_pem);
const signed = promisify(sign);
const pool = new Pool(settings.origin, { connections: settings.connections, connect: { ca: settings.ca_pem } });
const redis = { path: settings.redis_socket, maxRetriesPerRequest: null };

function event(number) {
  const text = String(number).padStart(8, '0');
  return {
    id: `rival-${text}`,
    // As long as a COUPON.SEND without attach_info.
    plaintext: JSON.stringify({ event_type: 'EVENT_TYPE_BUSICOUPON_SEND', send_req_no: `bench_${text}`, padding: 'x'.repeat(340) }),
  };
}

function sealed({ id, plaintext }) {
  const nonce = randomBytes(9).toString('base64');
  const cipher = createCipheriv('aes-256-gcm', settings.apiv3_key, nonce);
  cipher.setAAD(Buffer.from('coupon'));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
  return JSON.stringify({
    id, create_time: new Date().toISOString(), resource_type: 'encrypt-resource', event_type: 'COUPON.SEND', summary: '商家券领券通知',
    resource: { original_type: 'coupon', algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data: 'coupon', nonce },
  });
}

async function deliver(job) {
  const body = sealed(job);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const signature = await signed('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), { key, padding: constants.RSA_PKCS1_PADDING });
  const answer = await pool.request({
    path: settings.path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': settings.serial,
      'wechatpay-signature': signature.toString('base64'),
      'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    },
    body,
  });
  await answer.body.dump();
  if (answer.statusCode !== 204) throw new Error(`the receiver answered ${answer.statusCode}`);
}

async function told() {
  console.log('ready');
  await once(process.stdin, 'data');
}

const ways = {
  async bullmq(events) {
    const queue = new Queue('notifications', { connection: redis });
    const options = { removeOnComplete: true, attempts: 11, backoff: { type: 'fixed', delay: 60_000 } };
    for (let at = 0; at < events.length; at += 500) {
      await queue.addBulk(events.slice(at, at + 500).map((data) => ({ name: 'notify', data, opts: options })));
    }
    await told();
    const worker = new Worker('notifications', (job) => deliver(job.data), { connection: redis, concurrency: settings.connections });
    let left = events.length;
    await new Promise((resolve, reject) => {
      worker.on('completed', () => (--left === 0 ? resolve() : undefined));
      worker.on('failed', (job, error) => reject(error));
      worker.on('error', reject);
    });
    await worker.close();
    await queue.close();
  },
  async undici(events) {
    await told();
    let next = 0;
    const run = async () => {
      while (next < events.length) await deliver(events[next++]);
    };
    await Promise.all(Array.from({ length: settings.connections }, run));
  },
};

const events = Array.from({ length: settings.count }, (_, index) => event(settings.first + index));
await ways[settings.way](events);
await pool.close();
process.exit(0);
