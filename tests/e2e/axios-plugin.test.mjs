// The released wechatpay-axios-plugin, unchanged, plays the main job against the running program: over http and https, with
// platform certificate and public key. A Node receiver verifies and decrypts with the SDK's own functions.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import sdk from 'wechatpay-axios-plugin';
import { appid, mchid, openShop, openid } from './support/shop.mjs';
import { stockTerms } from './support/stock.mjs';

const { Wechatpay, Rsa, Aes, Formatter } = sdk;

let shop;
let sandbox;
let merchant;
let receiver;

before(async () => {
  shop = await openShop();
  ({ sandbox, merchant, receiver } = shop);
});
after(() => shop?.close());

const serialOf = (certificate) => new X509Certificate(certificate).serialNumber;

function client({ scheme = 'http', certs, privateKey, ...more } = {}) {
  return new Wechatpay({
    mchid,
    serial: serialOf(merchant.certificate),
    privateKey: privateKey ?? merchant.privateKey,
    certs: certs ?? { [merchant.platformSerial]: merchant.platformCertificate },
    baseURL: `${scheme}://localhost:${scheme === 'http' ? sandbox.ports.http : sandbox.ports.https}/`,
    httpsAgent: new https.Agent({ ca: merchant.ca }),
    ...more,
  });
}

// What a careful receiver does, by the SDK's documentation: verify over the raw body, then decrypt.
function openNotification(post) {
  const { headers, rawBody } = post;
  const key = Rsa.from(merchant.platformCertificate, Rsa.KEY_TYPE_PUBLIC);
  assert.equal(headers['wechatpay-serial'], merchant.platformSerial);
  assert.ok(Math.abs(Date.now() / 1000 - Number(headers['wechatpay-timestamp'])) < 300);
  assert.ok(Rsa.verify(Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], rawBody),
    headers['wechatpay-signature'], key));
  const { resource, ...envelope } = JSON.parse(rawBody);
  const plaintext = Aes.AesGcm.decrypt(resource.ciphertext, merchant.apiv3Key, resource.nonce, resource.associated_data);
  return { envelope, resource, event: JSON.parse(plaintext) };
}

const refused = (status, code) => (error) => {
  assert.equal(error.response?.status, status, String(error));
  assert.equal(error.response.data.code, code);
  return true;
};

for (const scheme of ['http', 'https']) {
  describe(`over ${scheme}`, () => {
    test('the URL is set and queried, a stock created, a coupon issued, the notification arrives', async () => {
      const { v3 } = client({ scheme });
      const callbacks = v3.marketing.busifavor.callbacks;

      const set = await callbacks.post({ mchid, notify_url: receiver.url });
      assert.equal(set.status, 200);
      assert.deepEqual(Object.keys(set.data), ['mchid', 'notify_url', 'update_time']);
      assert.match(set.data.update_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
      const queried = await callbacks.get({ params: { mchid } });
      assert.deepEqual(queried.data, { mchid, notify_url: receiver.url });

      const terms = stockTerms(mchid, { notify_config: { notify_appid: appid } });
      const { data: stock } = await v3.marketing.busifavor.stocks.post(terms);
      assert.match(stock.stock_id, /^\d{16}$/);
      const { data: shown } = await v3.marketing.busifavor.stocks.$stock_id$.get({ stock_id: stock.stock_id });
      assert.equal(shown.stock_name, terms.stock_name);
      assert.equal(shown.stock_state, 'RUNNING');

      const arriving = receiver.next();
      const outRequestNo = `send_${scheme}_${Date.now()}`;
      const { data: sent } = await v3.marketing.busifavor.coupons.send.post({
        stock_id: stock.stock_id, appid, openid, out_request_no: outRequestNo,
      });
      assert.equal(sent.send_coupon_result.out_request_no, outRequestNo);
      assert.match(sent.send_coupon_result.coupon_code, /^\d{22}$/);

      const { envelope, resource, event } = openNotification(await arriving);
      assert.equal(envelope.event_type, 'COUPON.SEND');
      assert.equal(envelope.resource_type, 'encrypt-resource');
      assert.equal(envelope.summary, '商家券领券通知');
      assert.equal(resource.original_type, 'coupon');
      assert.equal(resource.algorithm, 'AEAD_AES_256_GCM');
      assert.deepEqual({ ...event, send_time: '' }, {
        event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
        coupon_code: sent.send_coupon_result.coupon_code,
        stock_id: stock.stock_id,
        send_time: '',
        openid,
        unionid: '',
        send_channel: 'BUSICOUPON_SEND_CHANNEL_API',
        send_merchant: mchid,
        attach_info: '',
        send_req_no: outRequestNo,
      });
    });

    test('the same issue request again gives the same coupon and no second notification', async () => {
      const { v3 } = client({ scheme });
      const { data: stock } = await v3.marketing.busifavor.stocks.post(stockTerms(mchid));
      const body = { stock_id: stock.stock_id, appid, openid, out_request_no: `again_${scheme}_${Date.now()}` };
      const arriving = receiver.next();
      const first = await v3.marketing.busifavor.coupons.send.post(body);
      const second = await v3.marketing.busifavor.coupons.send.post(body);
      assert.deepEqual(second.data, first.data);
      await arriving;
      const events = (await sandbox.ledger(mchid)).filter((event) => event.stock_id === stock.stock_id);
      assert.equal(events.length, 1);
    });
  });
}

test('the platform certificates are listed and open with the APIv3 key', async () => {
  const { data } = await client().v3.certificates.get();
  const { encrypt_certificate: sealed, serial_no: serial } = data.data[0];
  assert.equal(serial, merchant.platformSerial);
  const pem = Aes.AesGcm.decrypt(sealed.ciphertext, merchant.apiv3Key, sealed.nonce, sealed.associated_data);
  assert.equal(serialOf(pem), merchant.platformSerial);
});

test('an answer is signed with the key that Wechatpay-Serial names: the public key here', async () => {
  const wxpay = client({ certs: { [merchant.publicKeyId]: merchant.publicKey } });
  const { headers } = await wxpay.v3.marketing.busifavor.callbacks.get({ headers: { 'Wechatpay-Serial': merchant.publicKeyId } });
  assert.equal(headers['wechatpay-serial'], merchant.publicKeyId);
});

test('a wrong merchant key is refused with SIGN_ERROR and the detail of the signed text', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  await assert.rejects(client({ privateKey }).v3.marketing.busifavor.callbacks.get(), (error) => {
    refused(401, 'SIGN_ERROR')(error);
    const information = error.response.data.detail.sign_information;
    assert.equal(information.url, '/v3/marketing/busifavor/callbacks');
    assert.equal(information.method, 'GET');
    assert.equal(error.response.headers['wechatpay-signature'], undefined);
    return true;
  });
});

test('a stale timestamp is refused before anything else about the signature', async () => {
  const wxpay = client();
  const original = Formatter.timestamp;
  Formatter.timestamp = () => original.call(Formatter) - 400;
  try {
    await assert.rejects(wxpay.v3.marketing.busifavor.callbacks.get(), (error) => {
      refused(401, 'SIGN_ERROR')(error);
      assert.equal(error.response.data.message, 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟');
      return true;
    });
  } finally {
    Formatter.timestamp = original;
  }
});

test('a body changed after signing is refused', async () => {
  const wxpay = client({ transformRequest: [(data) => (data ? JSON.stringify(data).replace('localhost', '127.0.0.1') : data)] });
  await assert.rejects(wxpay.v3.marketing.busifavor.callbacks.post({ notify_url: receiver.url }), refused(401, 'SIGN_ERROR'));
});
