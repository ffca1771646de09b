// The data directory that the first version left behind (tests/fixtures/v1), opened by today's program as it is: what was owed is
// delivered, nothing else is sent, keys are sealed, and nothing that was plain is left.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createDecipheriv, createVerify } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { patience, testTime, until } from './support/patience.mjs';
import { Receiver } from './support/receiver.mjs';
import { Sandbox, readMerchant } from './support/sandbox.mjs';

const fixture = fileURLToPath(new URL('../fixtures/v1', import.meta.url));
const [shop, provider] = ['1900000001', '1900000002'];
// Where the fixture's events are to go; its ports may be another program's here, so these are the receivers' own.
const host = '127.77.0.1';
const apiv3Keys = { [shop]: 'FixtureKeyOfVersion1FixtureKey01' };

function putFixture(data, urls) {
  mkdirSync(data, { mode: 0o700 });
  cpSync(join(fixture, 'data'), data, { recursive: true });
  for (const name of readdirSync(data)) if (!name.endsWith('ca.pem') && name !== 'merchants') chmodSync(join(data, name), 0o600);
  const file = join(data, 'favorhook.db');
  const sql = readFileSync(join(fixture, 'favorhook.sql'), 'utf8').replace(/^(INSERT INTO callbacks VALUES\('(\d+)',')[^']*/gm, (_, set, mchid) => set + urls[mchid]);
  for (const url of Object.values(urls)) assert.ok(sql.includes(url), `nobody has set ${url}`);
  execFileSync('sqlite3', [file], { input: sql });
  chmodSync(file, 0o600);
}

function opened(post, merchant, apiv3Key) {
  const { headers, rawBody } = post;
  const publicKey = headers['wechatpay-serial'].startsWith('PUB_KEY_ID_') ? merchant.publicKey : merchant.platformCertificate;
  const signed = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${rawBody}\n`;
  assert.ok(createVerify('sha256').update(signed).verify(publicKey, headers['wechatpay-signature'], 'base64'), 'the signature does not verify');
  const { id, resource } = JSON.parse(rawBody);
  const sealed = Buffer.from(resource.ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', apiv3Key, resource.nonce);
  decipher.setAAD(Buffer.from(resource.associated_data));
  decipher.setAuthTag(sealed.subarray(-16));
  const plaintext = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8');
  return { id, plaintext };
}

test('a data directory of the first version is taken over', { timeout: testTime }, async () => {
  const sandbox = Sandbox.prepare();
  const receivers = {};
  for (const mchid of [shop, provider]) receivers[mchid] = await Receiver.start({}, 0, host);
  putFixture(sandbox.data, Object.fromEntries(Object.entries(receivers).map(([mchid, { url }]) => [mchid, url])));
  const oldKeys = ['ca.key.pem', 'tls.key.pem'].map((name) => readFileSync(join(sandbox.data, name), 'utf8').split('\n')[1]);
  const merchants = Object.fromEntries([shop, provider].map((mchid) => [mchid, readMerchant(join(sandbox.data, 'merchants', mchid))]));
  apiv3Keys[provider] = merchants[provider].apiv3Key;

  // The commands that open the store themselves take it over too, and the receivers' certificate comes from the CA that was there.
  const out = join(sandbox.root, 'receiver');
  const issued = await sandbox.cli('cert', 'issue', '--host', host, '--out', out);
  assert.equal(issued.code, 0, issued.stderr);
  assert.equal(readFileSync(join(out, 'ca.pem'), 'utf8'), readFileSync(join(fixture, 'data/ca.pem'), 'utf8'));
  const identity = { key: readFileSync(join(out, 'key.pem')), cert: readFileSync(join(out, 'cert.pem')) };
  for (const receiver of Object.values(receivers)) receiver.server.setSecureContext(identity);

  const before = [...await sandbox.localLedger(shop), ...await sandbox.localLedger(provider)];
  try {
    await sandbox.serve();
    // An attempt that a busy machine did not end in its five seconds is made again after a minute.
    await until('no event is pending', async () => {
      const { events } = await sandbox.admin('GET', '/admin/v1/events?state=pending');
      return events.length === 0;
    }, { atMost: 5 * patience });
    const ledger = [...await sandbox.ledger(shop), ...await sandbox.ledger(provider)];
    assert.deepEqual(ledger.map(({ id }) => id), before.map(({ id }) => id));
    for (const event of ledger) {
      const old = before.find(({ id }) => id === event.id);
      assert.equal(event.plaintext, old.plaintext);
      if (old.state !== 'pending') assert.deepEqual(event, old);
      else assert.equal(event.state, 'delivered');
    }
    // The two that were in flight: nobody knows what became of the first attempt, and it does not count.
    for (const event of ledger.filter(({ attempts_unknown: unknown }) => unknown > 0)) {
      const attempts = event.attempts.map(({ verdict, counted }) => [verdict, counted]);
      assert.deepEqual([attempts[0], attempts.at(-1)], [['unknown', false], ['acknowledged', true]]);
    }
    assert.equal(ledger.filter(({ attempts_unknown: unknown }) => unknown > 0).length, 2);

    const owed = before.filter(({ state }) => state === 'pending');
    assert.equal(owed.length, 3);
    const arrived = [shop, provider].flatMap((mchid) => receivers[mchid].posts.map((post) => opened(post, merchants[mchid], apiv3Keys[mchid])));
    assert.deepEqual([...new Set(arrived.map(({ id }) => id))].sort(), owed.map(({ id }) => id).sort());
    for (const { id, plaintext } of arrived) assert.equal(plaintext, owed.find((event) => event.id === id).plaintext);

    for (const name of ['ca.key.pem', 'tls.key.pem', 'tls.pem']) assert.ok(!existsSync(join(sandbox.data, name)), `${name} is still there`);
    assert.equal(statSync(join(sandbox.data, 'master.key')).mode & 0o777, 0o600);
    const secrets = [...oldKeys, ...Object.values(apiv3Keys)];
    for (const name of ['favorhook.db', 'favorhook.db-wal']) {
      const bytes = readFileSync(join(sandbox.data, name), 'latin1');
      for (const secret of secrets) assert.ok(!bytes.includes(secret), `${name} holds a plain secret`);
    }
    // The API certificates of the merchants, which the old CA issued, still open the door.
    const got = await sandbox.cli('callback', 'get', '--mchid', shop);
    assert.equal(got.code, 0, got.stderr);
    const proof = await sandbox.cli('audit');
    assert.equal(proof.code, 0, proof.stdout);
  } finally {
    for (const receiver of Object.values(receivers)) await receiver.stop();
    await sandbox.remove();
  }
});
