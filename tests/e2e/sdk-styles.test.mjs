// api/vectors/sdk-requests over real sockets, plain and TLS: each request in the style of an SDK is answered and signed as its
// file says.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { rawExchange } from './support/raw.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { sdkRequests, signedBytes } from './support/sdk-requests.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';

const callbacks = '/v3/marketing/busifavor/callbacks';
let folder;
let sandbox;
let merchant;
let caller;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'favorhook-e2e-'));
  const config = join(folder, 'favorhook.toml');
  writeFileSync(config, 'base_path = "/wechat"\n');
  sandbox = await Sandbox.start({ config });
  merchant = await sandbox.addMerchant('1900000001');
  caller = makeCaller('1900000001', merchant);
  const set = await signedCall(caller, sandbox.ports.http, 'POST', callbacks, '{"notify_url":"https://localhost/first"}');
  assert.equal(set.status, 200, set.body);
});

after(async () => {
  await sandbox?.remove();
  rmSync(folder, { recursive: true, force: true });
});

function assertSigned({ headers, body }, serial, key) {
  assert.equal(headers['wechatpay-serial'], serial);
  assert.equal(headers['wechatpay-signature-type'], 'WECHATPAY2-SHA256-RSA2048');
  const text = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${body}\n`;
  assert.ok(verify('sha256', text, createPublicKey(key), Buffer.from(headers['wechatpay-signature'], 'base64')), 'the signature');
}

for (const scheme of ['http', 'https']) {
  describe(`over ${scheme}`, () => {
    for (const file of sdkRequests()) {
      test(`${file.name}: ${file.answer}, signed by ${file.signedBy}`, async () => {
        const port = sandbox.ports[scheme];
        const answer = await rawExchange(scheme === 'https' ? { port, ca: merchant.ca } : { port }, signedBytes(file, caller, merchant));
        assert.equal(answer.status, file.answer, answer.body);
        assert.match(answer.headers['request-id'], /^[0-9A-F]+-\d+$/);
        assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
        if (file.signedBy === 'nobody') assert.equal(answer.headers['wechatpay-signature'], undefined);
        else if (file.signedBy === 'public key') assertSigned(answer, merchant.publicKeyId, merchant.publicKey);
        else assertSigned(answer, merchant.platformSerial, merchant.platformCertificate);
      });
    }
  });
}

test('what the bodies said was understood', async () => {
  const { body } = await signedCall(caller, sandbox.ports.http, 'GET', callbacks);
  assert.deepEqual(JSON.parse(body), { mchid: '1900000001', notify_url: 'https://shop.example/notify' });
});

test('a proxy that takes the prefix away breaks the signature, and the detail shows the text that was checked', async () => {
  const file = sdkRequests().find(({ name }) => name === 'axios-plugin-base-path-get');
  const bytes = signedBytes(file, caller, merchant).toString().replace('GET /wechat/', 'GET /');
  const { status, body } = await rawExchange({ port: sandbox.ports.http }, bytes);
  assert.equal(status, 401);
  assert.equal(JSON.parse(body).detail.sign_information.url, `${callbacks}?mchid=1900000001`);
});
