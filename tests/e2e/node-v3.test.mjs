// The released wechatpay-node-v3, unchanged, plays the main job against the running program. It takes the platform's keys from
// GET /v3/certificates by itself, verifies answers and notifications with them, and knows nothing of public-key mode.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, test } from 'node:test';
import { forgetCertificates, knownSerials, nodeV3, takeNotification } from './support/node-v3.mjs';
import { until } from './support/patience.mjs';
import { appid, mchid, openShop, openid } from './support/shop.mjs';
import { stockTerms } from './support/stock.mjs';

const { PayRequest } = createRequire(import.meta.url)('wechatpay-node-v3/dist/lib/pay-request');
const busifavor = '/v3/marketing/busifavor';

let shop;
let sandbox;
let merchant;
let receiver;

before(async () => {
  shop = await openShop();
  ({ sandbox, merchant, receiver } = shop);
});
after(() => shop?.close());

beforeEach(forgetCertificates);

const client = () => nodeV3({ mchid, merchant, port: sandbox.ports.http });

// The answer, after the SDK verified it: the bytes as received first, then written again as a caller would who has only the data.
async function verified(pay, answer) {
  const signature = {
    timestamp: answer.headers.get('wechatpay-timestamp'), nonce: answer.headers.get('wechatpay-nonce'),
    serial: answer.headers.get('wechatpay-serial'), signature: answer.headers.get('wechatpay-signature'), apiSecret: merchant.apiv3Key,
  };
  assert.equal(await pay.verifySign({ ...signature, body: answer.rawBody }), true);
  assert.equal(await pay.verifySign({ ...signature, body: answer.data }), true);
  assert.equal(await pay.verifySign({ ...signature, body: `${answer.rawBody} ` }), false);
  return answer.data;
}

async function makeStock({ pay, call }) {
  return (await verified(pay, await call('POST', `${busifavor}/stocks`, stockTerms(mchid)))).stock_id;
}

const sendOne = ({ call }, stockId, name) => call('POST', `${busifavor}/coupons/send`, {
  stock_id: stockId, appid, openid, out_request_no: `${name}_${Date.now()}_${Math.random().toString(36).slice(2)}`,
});

describe('certificate mode', () => {
  test('the URL is set and queried, a stock created, a coupon issued, the notification arrives', async () => {
    const sdk = client();
    const { pay, call } = sdk;
    assert.match(pay.serial_no, /^[0-9a-f]{40}$/, 'this SDK names the serial in lower case');

    const set = await verified(pay, await call('POST', `${busifavor}/callbacks`, { mchid, notify_url: receiver.url }));
    assert.equal(set.notify_url, receiver.url);
    assert.deepEqual(knownSerials(), [merchant.platformSerial], 'the certificates were fetched for the first verification');
    const queried = await verified(pay, await call('GET', `${busifavor}/callbacks?mchid=${mchid}`));
    assert.deepEqual(queried, { mchid, notify_url: receiver.url });

    const stockId = await makeStock(sdk);
    const stock = await verified(pay, await call('GET', `${busifavor}/stocks/${stockId}`));
    assert.equal(stock.stock_state, 'RUNNING');

    const arriving = receiver.next();
    const sent = await verified(pay, await sendOne(sdk, stockId, 'node'));
    const { headers, rawBody } = await arriving;
    for (const body of [rawBody, JSON.parse(rawBody)]) {
      const event = await takeNotification(pay, { headers, body, apiv3Key: merchant.apiv3Key });
      assert.equal(event.event_type, 'EVENT_TYPE_BUSICOUPON_SEND');
      assert.equal(event.coupon_code, sent.send_coupon_result.coupon_code);
      assert.equal(event.stock_id, stockId);
    }
  });

  test('a business error is signed', async () => {
    const { pay, call } = client();
    const answer = await call('POST', `${busifavor}/callbacks`, { mchid });
    assert.equal(answer.status, 400);
    assert.equal((await verified(pay, answer)).code, 'PARAM_ERROR');
  });

  test('the certificates that it lists are the platform\'s', async () => {
    const { pay } = client();
    const [certificate] = await pay.get_certificates(merchant.apiv3Key);
    assert.equal(certificate.serial_no, merchant.platformSerial);
    assert.match(certificate.publicKey, /^-----BEGIN PUBLIC KEY-----/);
  });

  test('its own HTTP service (superagent) is served, with only the host replaced', async () => {
    const real = new PayRequest();
    const to = (url) => url.replace('https://api.mch.weixin.qq.com', `http://localhost:${sandbox.ports.http}`);
    const { call } = nodeV3({
      mchid, merchant, httpService: { get: (url, headers) => real.get(to(url), headers), post: (url, params, headers) => real.post(to(url), params, headers) },
    });
    const set = await call('POST', `${busifavor}/callbacks`, { mchid, notify_url: receiver.url });
    assert.equal(set.status, 200, set.error);
    assert.equal((await call('GET', `${busifavor}/callbacks?mchid=${mchid}`)).data.notify_url, receiver.url);
    const refused = await call('POST', `${busifavor}/callbacks`, { mchid });
    assert.equal(refused.status, 400);
    assert.equal(JSON.parse(refused.error).code, 'PARAM_ERROR');
  });
});

// The events of a stock, once the result of every attempt is in the ledger: it follows the receiver's answer.
async function delivered(stockId, count) {
  return until(`${count} events are delivered`, async () => {
    const events = (await sandbox.ledger(mchid)).filter((event) => event.stock_id === stockId && event.state === 'delivered');
    return events.length === count && events;
  });
}

describe('gray release and public-key mode', () => {
  const set = async (...options) => assert.equal((await sandbox.cli('merchant', 'set', mchid, ...options)).code, 0);
  after(() => set('--mode', 'certificate', '--gray', '0'));

  test('at 100 % every notification names the public key, which it does not know; answers stay as they were', async () => {
    const sdk = client();
    const stockId = await makeStock(sdk);
    await verified(sdk.pay, await sdk.call('POST', `${busifavor}/callbacks`, { mchid, notify_url: receiver.url }));
    await set('--gray', '100');
    assert.equal((await sandbox.cliJson('merchant', 'show', mchid)).gray_percent, 100);
    const arriving = receiver.next();
    await verified(sdk.pay, await sendOne(sdk, stockId, 'gray'));
    const { headers, rawBody } = await arriving;
    assert.equal(headers['wechatpay-serial'], merchant.publicKeyId);
    await assert.rejects(takeNotification(sdk.pay, { headers, body: rawBody, apiv3Key: merchant.apiv3Key }), /平台证书序列号不相符/);
  });

  test('at 50 % both keys sign, and the ledger has the serial of each attempt', async () => {
    const sdk = client();
    const stockId = await makeStock(sdk);
    await set('--gray', '50');
    const wanted = 40;
    const posts = [];
    const all = new Promise((resolve) => {
      receiver.answer = (post) => { if (posts.push(post) === wanted) resolve(); return { status: 200 }; };
    });
    for (let i = 0; i < wanted; i += 1) assert.equal((await sendOne(sdk, stockId, 'half')).status, 200);
    await all;
    receiver.answer = () => ({ status: 200 });
    const bySerial = new Map([[merchant.platformSerial, 0], [merchant.publicKeyId, 0]]);
    for (const { headers } of posts) bySerial.set(headers['wechatpay-serial'], bySerial.get(headers['wechatpay-serial']) + 1);
    assert.equal(bySerial.size, 2);
    // Each count is 20 on average; below 5 it falls by chance in one of five million runs.
    for (const [serial, count] of bySerial) assert.ok(count >= 5, `${serial}: ${count} of ${wanted}`);
    const events = await delivered(stockId, wanted);
    const inLedger = new Map(events.flatMap((event) => event.attempts.map(({ nonce, serial }) => [nonce, serial])));
    for (const { headers } of posts) assert.equal(inLedger.get(headers['wechatpay-nonce']), headers['wechatpay-serial']);
  });

  test('in public-key mode it throws on the first answer, as it does against the real system', async () => {
    await set('--mode', 'public-key');
    const { pay, call } = client();
    const answer = await call('GET', `${busifavor}/callbacks`);
    assert.equal(answer.headers.get('wechatpay-serial'), merchant.publicKeyId);
    await assert.rejects(verified(pay, answer), /拉取平台证书失败/);
  });
});
