// The seeds' own samples, as printed, against the running program: merchant 10000098, and no network.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Sandbox } from './support/sandbox.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';
import { stockTerms } from './support/stock.mjs';

const mchid = '10000098';
const appid = 'wx0000000010000098';
const callbacks = '/v3/marketing/busifavor/callbacks';
let sandbox;
let caller;

before(async () => {
  sandbox = await Sandbox.start();
  caller = makeCaller(mchid, await sandbox.addMerchant(mchid, { appid }));
});
after(() => sandbox?.remove());

async function call(method, target, body = '') {
  const answer = await signedCall(caller, sandbox.ports.http, method, target, body);
  return { ...answer, body: JSON.parse(answer.body) };
}

test('the sample of the mirror is refused, since it is no https', async () => {
  const { status, body } = await call('POST', callbacks, '{"mchid":"10000098","notify_url":"http://www.tg885.com"}');
  assert.equal(status, 400);
  assert.equal(body.code, 'PARAM_ERROR');
  assert.equal((await call('GET', callbacks)).status, 404);
});

test('the sample of the document is taken as printed', async () => {
  const { status, body } = await call('POST', callbacks, '{"mchid":"10000098","notify_url":"https://pay.weixin.qq.com"}');
  assert.equal(status, 200);
  assert.match(body.update_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
  assert.deepEqual({ ...body, update_time: '' }, { mchid, notify_url: 'https://pay.weixin.qq.com', update_time: '' });
  assert.deepEqual((await call('GET', `${callbacks}?mchid=${mchid}`)).body, { mchid, notify_url: 'https://pay.weixin.qq.com' });
});

test('nothing is sent to a public host: the event is withheld with its reason', async () => {
  const stock = await call('POST', '/v3/marketing/busifavor/stocks', JSON.stringify(stockTerms(mchid)));
  const sent = await call('POST', '/v3/marketing/busifavor/coupons/send', JSON.stringify({
    stock_id: stock.body.stock_id, appid, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', out_request_no: 'seed_1',
  }));
  assert.equal(sent.status, 200);
  const [event] = await sandbox.ledger(mchid);
  assert.equal(event.state, 'withheld');
  assert.equal(event.withheld_reason, 'host_refused');
  assert.equal(event.coupon_code, sent.body.send_coupon_result.coupon_code);
  assert.deepEqual(event.attempts, []);
});
