// Seven notifications, good and bad, and what the two SDKs that npm has make of them with their own code: the recipe of
// wechatpay-axios-plugin, and wechatpay-node-v3 given the raw body or the body parsed and written again. Those that favorhook
// sends are the first two; the others are made from the first one, signed by a stand-in for the platform's key.
import assert from 'node:assert/strict';
import { createCipheriv, generateKeyPairSync, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import sdk from 'wechatpay-axios-plugin';
import { forgetCertificates, knowCertificate, nodeV3, takeNotification } from './support/node-v3.mjs';
import { appid, mchid, openShop, openid } from './support/shop.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';
import { stockTerms } from './support/stock.mjs';

const { Rsa, Aes, Formatter } = sdk;
const standInSerial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const standIn = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });

let shop;
let merchant;
let pay;
const posts = {};

before(async () => {
  shop = await openShop();
  const { sandbox, receiver } = shop;
  merchant = shop.merchant;
  ({ pay } = nodeV3({ mchid, merchant, port: sandbox.ports.http }));
  const caller = makeCaller(mchid, merchant);
  const post = async (path, body) => JSON.parse((await signedCall(caller, sandbox.ports.http, 'POST', `/v3/marketing/busifavor${path}`, JSON.stringify(body))).body);
  await post('/callbacks', { notify_url: receiver.url });
  const { stock_id: stockId } = await post('/stocks', stockTerms(mchid));
  for (const [name, gray] of [['certificate', '0'], ['publicKey', '100']]) {
    const done = await sandbox.cli('merchant', 'set', mchid, '--gray', gray);
    assert.equal(done.code, 0, done.stderr);
    const arriving = receiver.next();
    await post('/coupons/send', { stock_id: stockId, appid, openid, out_request_no: `seven_${name}` });
    const { headers, rawBody } = await arriving;
    posts[name] = { headers, rawBody };
  }
});
after(() => shop?.close());

// As the platform would sign it, but with the stand-in's key, at a time of choice.
function signedAgain(rawBody, { secondsAgo = 0 } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  const nonce = posts.certificate.headers['wechatpay-nonce'];
  return {
    rawBody,
    headers: {
      ...posts.certificate.headers,
      'wechatpay-timestamp': timestamp,
      'wechatpay-serial': standInSerial,
      'wechatpay-signature': sign('sha256', `${timestamp}\n${nonce}\n${rawBody}\n`, standIn.privateKey).toString('base64'),
    },
  };
}

function withoutAssociatedData() {
  const { resource, ...envelope } = JSON.parse(posts.certificate.rawBody);
  const plaintext = Aes.AesGcm.decrypt(resource.ciphertext, merchant.apiv3Key, resource.nonce, resource.associated_data);
  const cipher = createCipheriv('aes-256-gcm', merchant.apiv3Key, resource.nonce);
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
  const { original_type: type, algorithm, nonce } = resource;
  return signedAgain(JSON.stringify({ ...envelope, resource: { original_type: type, algorithm, ciphertext, nonce } }));
}

const notifications = {
  'normal, certificate serial': () => posts.certificate,
  'PUB_KEY_ID_ serial': () => posts.publicKey,
  'WECHATPAY/SIGNTEST/ signature': () => {
    const { headers, rawBody } = posts.certificate;
    return { rawBody, headers: { ...headers, 'wechatpay-signature': `WECHATPAY/SIGNTEST/${headers['wechatpay-signature'].slice(2)}` } };
  },
  'ten minutes old': () => signedAgain(posts.certificate.rawBody, { secondsAgo: 600 }),
  'no associated_data': withoutAssociatedData,
  'no Wechatpay-Signature-Type': () => {
    const { 'wechatpay-signature-type': gone, ...headers } = posts.certificate.headers;
    assert.equal(gone, 'WECHATPAY2-SHA256-RSA2048');
    return { rawBody: posts.certificate.rawBody, headers };
  },
  'pretty-printed body with \\/': () => {
    const pretty = JSON.stringify(JSON.parse(posts.certificate.rawBody), null, 4);
    return signedAgain(pretty.replaceAll('/', '\\/'));
  },
};

// The SDK's own functions in the order of its documentation; the keys are looked up by serial, both kinds.
function axiosRecipe({ headers, rawBody }) {
  const keys = {
    [merchant.platformSerial]: Rsa.from(merchant.platformCertificate, Rsa.KEY_TYPE_PUBLIC),
    [merchant.publicKeyId]: Rsa.from(merchant.publicKey, Rsa.KEY_TYPE_PUBLIC),
    [standInSerial]: Rsa.from(standIn.publicKey, Rsa.KEY_TYPE_PUBLIC),
  };
  const timestamp = headers['wechatpay-timestamp'];
  if (Math.abs(Formatter.timestamp() - Number(timestamp)) > 300) return undefined;
  const text = Formatter.response(timestamp, headers['wechatpay-nonce'], rawBody);
  if (!Rsa.verify(text, headers['wechatpay-signature'], keys[headers['wechatpay-serial']])) return undefined;
  const { resource } = JSON.parse(rawBody);
  return JSON.parse(Aes.AesGcm.decrypt(resource.ciphertext, merchant.apiv3Key, resource.nonce, resource.associated_data));
}

async function takenByNodeV3(body, headers) {
  forgetCertificates();
  knowCertificate(standInSerial, standIn.publicKey);
  return takeNotification(pay, { headers, body, apiv3Key: merchant.apiv3Key });
}

const receivers = {
  'axios recipe': axiosRecipe,
  'node-v3 raw': ({ headers, rawBody }) => takenByNodeV3(rawBody, headers),
  'node-v3 re-serialised': ({ headers, rawBody }) => takenByNodeV3(JSON.parse(rawBody), headers),
};

// ok: accepted; no: refused; EXC: an exception. In the order of `receivers`.
const expected = {
  'normal, certificate serial': ['ok', 'ok', 'ok'],
  'PUB_KEY_ID_ serial': ['ok', 'EXC', 'EXC'],
  'WECHATPAY/SIGNTEST/ signature': ['no', 'no', 'no'],
  'ten minutes old': ['no', 'ok', 'ok'],
  'no associated_data': ['ok', 'EXC', 'EXC'],
  'no Wechatpay-Signature-Type': ['ok', 'ok', 'ok'],
  'pretty-printed body with \\/': ['ok', 'ok', 'no'],
};

async function outcome(take, notification) {
  try {
    const event = await take(notification);
    return event?.event_type === 'EVENT_TYPE_BUSICOUPON_SEND' ? 'ok' : 'no';
  } catch {
    return 'EXC';
  }
}

describe('how seven notifications are taken', () => {
  for (const [name, make] of Object.entries(notifications)) {
    Object.entries(receivers).forEach(([receiverName, take], column) => {
      test(`${name}, ${receiverName}: ${expected[name][column]}`, async () => {
        assert.equal(await outcome(take, make()), expected[name][column]);
      });
    });
  }
});

test('what favorhook sends is what a receiver with the right keys takes', () => {
  for (const { headers, rawBody } of Object.values(posts)) {
    const { resource } = JSON.parse(rawBody);
    assert.equal(typeof resource.associated_data, 'string');
    assert.equal(headers['wechatpay-signature-type'], 'WECHATPAY2-SHA256-RSA2048');
    assert.equal(JSON.stringify(JSON.parse(rawBody)), rawBody);
  }
});
