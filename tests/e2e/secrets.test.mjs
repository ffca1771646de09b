// Every secret of a full run is looked for, in every form, in everything that the run wrote: output, logs, answers, metrics, what a
// crash leaves, and each file. Only the places that are meant to hold one may.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { testTime, until } from './support/patience.mjs';
import { Receiver } from './support/receiver.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { Secrets, openStore } from './support/secrets.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';
import { stockTerms } from './support/stock.mjs';

const [shop, provider] = ['1900000001', '1900000002'];
const appid = 'wx0000000000000001';
const openids = ['oSecretPerson01abcdefghijklm', 'oSecretPerson02abcdefghijklm', 'oSecretPerson03abcdefghijklm'];
const firstKey = 'FirstKeyFirstKeyFirstKeyFirstK01';
const secondKey = 'SecondKeySecondKeySecondKeySecK2';
// Not a key, since it is too short, but somebody may have meant it as one.
const mistyped = 'MistypedKeyMistypedKeyMistyped1';

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

test('the search finds a secret in each of its forms', () => {
  const secrets = new Secrets();
  const key = randomBytes(32);
  secrets.addBytes('key', key);
  const texts = [key, key.toString('hex'), `x=${key.toString('base64')}`, Buffer.concat([Buffer.from('{"k":"'), key, Buffer.from('"}')]).toString('base64'),
    Buffer.concat([Buffer.from('ab'), key, Buffer.from('c')]).toString('base64url'), Buffer.concat([Buffer.from('a'), key]).toString('base64')];
  for (const text of texts) assert.notDeepEqual(secrets.foundIn(text), [], String(text));
  assert.deepEqual(secrets.foundIn(randomBytes(10_000)), []);
});

// A run of the whole program whose every output is kept.
class Witness {
  constructor(sandbox) {
    this.sandbox = sandbox;
    this.seen = [];
    this.secrets = new Secrets();
  }

  see(what, bytes) {
    this.seen.push({ what, bytes: Buffer.from(bytes ?? '') });
  }

  async cli(...args) {
    const done = await this.sandbox.cli(...args);
    this.see(`favorhook ${args.slice(0, 3).join(' ')}`, done.stdout + done.stderr);
    return done;
  }

  async admin(method, path, body, headers = {}) {
    const answer = await fetch(`http://127.0.0.1:${this.sandbox.ports.admin}${path}`, {
      method, headers: { Authorization: `Bearer ${this.sandbox.adminToken}`, ...headers }, body,
    });
    const text = await answer.text();
    this.see(`${method} ${path}`, `${JSON.stringify([...answer.headers])}${text}`);
    return { status: answer.status, text };
  }

  async signed(caller, method, path, body = '') {
    const answer = await signedCall(caller, this.sandbox.ports.http, method, `/v3/${path}`, typeof body === 'string' ? body : JSON.stringify(body));
    this.see(`${method} ${path}`, JSON.stringify(answer.headers) + answer.body);
    return answer;
  }

  // All files below a folder; { path: names of secrets in it }.
  filesWithSecrets(folder) {
    const found = {};
    for (const path of filesBelow(folder)) {
      const names = this.secrets.foundIn(readFileSync(path));
      if (names.length) found[relative(folder, path)] = names;
    }
    return found;
  }
}

async function callsGoodAndBad(witness, merchants) {
  const caller = makeCaller(shop, merchants[shop]);
  const liar = { ...caller, privateKey: merchants[provider].privateKey };
  const busifavor = 'marketing/busifavor';
  assert.equal((await witness.signed(caller, 'POST', `${busifavor}/callbacks`, { notify_url: witness.receiver.url })).status, 200);
  assert.equal((await witness.signed(caller, 'GET', `${busifavor}/callbacks`)).status, 200);
  assert.equal((await witness.signed(caller, 'GET', 'certificates')).status, 200);
  assert.equal((await witness.signed(liar, 'GET', 'certificates')).status, 401);
  assert.equal((await witness.signed(caller, 'POST', `${busifavor}/callbacks`, '{"notify_url":"no URL at all"}')).status, 400);
  assert.equal((await witness.signed(caller, 'POST', `${busifavor}/stocks`, `{"out_request_no": ${firstKey}`)).status, 400);
  const made = await witness.signed(caller, 'POST', `${busifavor}/stocks`, stockTerms(shop));
  assert.equal(made.status, 200, made.body);
  const stock = JSON.parse(made.body).stock_id;
  const answers = [{ status: 200 }, 'reset', { status: 500, body: 'no' }];
  witness.receiver.answer = () => answers.shift() ?? { status: 503 };
  for (const [number, openid] of openids.entries()) {
    const arrived = witness.receiver.next();
    const body = { stock_id: stock, appid, openid, out_request_no: `secret_${number}` };
    assert.equal((await witness.signed(caller, 'POST', `${busifavor}/coupons/send`, body)).status, 200);
    await arrived;
  }
  await until('every attempt has ended', async () => {
    const events = await witness.sandbox.ledger(shop);
    return events.every(({ attempts }) => attempts.length > 0 && attempts.every(({ verdict }) => verdict));
  });
}

async function operatorsWork(witness) {
  const { events } = JSON.parse((await witness.admin('GET', '/admin/v1/events')).text);
  assert.equal(events.length, openids.length);
  for (const { id } of events) {
    await witness.cli('event', 'show', id);
    await witness.cli('event', 'show', id, '--json');
    await witness.admin('GET', `/admin/v1/events/${id}`);
  }
  await witness.cli('event', 'list');
  for (const format of [[], ['--json']]) {
    await witness.cli('merchant', 'list', ...format);
    await witness.cli('merchant', 'show', shop, ...format);
    await witness.cli('callback', 'get', '--mchid', shop, ...format);
    await witness.cli('call', 'GET', '/v3/certificates', '--mchid', shop, ...format);
  }
  for (const path of ['/healthz', '/readyz', '/metrics', '/admin/v1/status', '/admin/v1/merchants', `/admin/v1/merchants/${shop}`, '/admin/v1/platform-keys']) {
    assert.equal((await witness.admin('GET', path)).status, 200, path);
  }
  const change = (body) => witness.admin('PATCH', `/admin/v1/merchants/${shop}`, body);
  assert.equal((await change(JSON.stringify({ apiv3_key: mistyped }))).status, 400);
  assert.equal((await change(`{"apiv3_key":"${mistyped}"`)).status, 400);
  assert.equal((await witness.admin('GET', '/admin/v1/status', undefined, { Authorization: `Bearer ${mistyped}` })).status, 401);
  assert.notEqual((await witness.cli('merchant', 'set', shop, '--apiv3-key', mistyped)).code, 0);
}

// Everything that a start can complain of, with a secret at hand.
async function refusedStarts(witness) {
  const { sandbox } = witness;
  const folder = join(sandbox.root, 'refused');
  mkdirSync(folder);
  const other = randomBytes(32);
  witness.secrets.addBytes('another master key', other);
  const start = async (env, config = '') => {
    const file = join(folder, 'favorhook.toml');
    writeFileSync(file, config);
    const child = spawn(process.env.FAVORHOOK, ['serve', '--data', sandbox.data, '--config', file], { env: { ...process.env, ...env } });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { text += chunk; });
    const code = await new Promise((resolve) => { child.on('close', resolve); });
    witness.see('a start that is refused', text);
    assert.equal(code, 1, text);
    return text;
  };
  assert.match(await start({ FAVORHOOK_MASTER_KEY: other.toString('hex') }), /wrong master key/);
  assert.match(await start({ FAVORHOOK_MASTER_KEY: mistyped }), /64 hexadecimal digits/);
  const open = join(folder, 'open.key');
  writeFileSync(open, other.toString('base64'), { mode: 0o644 });
  assert.match(await start({}, `master_key_file = "${open}"`), /chmod 600/);
  assert.match(await start({}, `master_key = "${other.toString('base64')}"`), /no key master_key/);
  rmSync(folder, { recursive: true });
}

test('no secret is anywhere but in its place', { timeout: testTime }, async () => {
  const sandbox = Sandbox.prepare({ env: { FAVORHOOK_LOG_LEVEL: 'debug', FAVORHOOK_CORE_DUMPS: 'off' } });
  const witness = new Witness(sandbox);
  const { secrets } = witness;
  try {
    await sandbox.serve();
    const merchants = {};
    for (const [mchid, kind] of [[shop, 'direct'], [provider, 'provider']]) merchants[mchid] = await sandbox.addMerchant(mchid, { kind, appid });
    const identity = await sandbox.receiverIdentity();
    witness.receiver = await Receiver.start(identity);
    await witness.cli('merchant', 'set', shop, '--apiv3-key', firstKey);
    await callsGoodAndBad(witness, merchants);
    const set = spawnSync(process.env.FAVORHOOK, ['--data', sandbox.data, 'merchant', 'set', shop, '--apiv3-key', '-', '--mode', 'public-key'], { input: `${secondKey}\n` });
    witness.see('favorhook merchant set --apiv3-key -', set.stdout + set.stderr);
    assert.equal(set.status, 0, set.stderr);
    assert.equal(readFileSync(join(sandbox.data, 'merchants', shop, 'apiv3_key.txt'), 'utf8'), secondKey);
    await operatorsWork(witness);

    // Two more lives, ended by crashes: as a failed CHECK and as a wild pointer ends them.
    const oldMaster = readFileSync(join(sandbox.data, 'master.key'), 'utf8').trim();
    await sandbox.stop();
    witness.see('the first log', sandbox.log + sandbox.readyLine);
    assert.equal((await witness.cli('backup', join(sandbox.root, 'backup.db'))).code, 0);
    const rotated = await witness.cli('key', 'rotate-master');
    assert.equal(rotated.code, 0, rotated.stderr);
    for (const crash of ['SIGABRT', 'SIGSEGV']) {
      await sandbox.serve();
      await witness.cli('event', 'list', '--json');
      assert.match(readFileSync(`/proc/${sandbox.child.pid}/limits`, 'utf8'), /Max core file size\s+0\s+0/);
      sandbox.child.kill(crash);
      assert.equal((await sandbox.exited).signal, crash);
      witness.see(`the log of a crash, ${crash}`, sandbox.log + sandbox.readyLine);
    }

    const master = readFileSync(join(sandbox.data, 'master.key'), 'utf8').trim();
    for (const [name, text] of [['the master key', master], ['the first master key', oldMaster]]) {
      secrets.addBytes(name, Buffer.from(text, 'base64'));
      secrets.addText(`${name}, as its file has it,`, text);
    }
    for (const key of [firstKey, secondKey, mistyped]) secrets.addText(`the APIv3 key ${key.slice(0, 8)}`, key);
    secrets.addText('the admin token', sandbox.adminToken);
    secrets.addPrivateKey("the receiver's key", identity.key.toString());
    for (const mchid of [shop, provider]) {
      secrets.addText(`the first APIv3 key of ${mchid}`, merchants[mchid].apiv3Key);
      secrets.addPrivateKey(`the private key of ${mchid}`, merchants[mchid].privateKey);
    }
    const kept = openStore(join(sandbox.data, 'favorhook.db'), Buffer.from(master, 'base64'));
    for (const [place, secret] of Object.entries(kept)) {
      if (secret.includes('PRIVATE KEY')) secrets.addPrivateKey(place, secret);
    }
    assert.ok(Object.values(kept).includes(secondKey), 'the APIv3 key that was set last is not in the store');
    assert.equal(Object.keys(kept).filter((place) => place.startsWith('platform_keys/')).length, 2);
    assert.ok(kept['secrets/ca.key'] && kept['secrets/tls.key']);
    await refusedStarts(witness);

    for (const { what, bytes } of witness.seen) assert.deepEqual(secrets.foundIn(bytes), [], what);
    const logs = witness.seen.filter(({ what }) => /log|metrics/.test(what));
    assert.ok(logs.length >= 4);
    for (const { what, bytes } of logs) for (const openid of openids) assert.ok(!bytes.includes(openid), `${what} has a plaintext`);

    // Each place is meant to hold what is in it, and holds it: so the search works.
    const found = witness.filesWithSecrets(sandbox.root);
    const own = (mchid) => [`data/merchants/${mchid}/apiclient_key.pem`, `data/merchants/${mchid}/apiv3_key.txt`];
    assert.deepEqual(Object.keys(found).sort(), ['data/admin.token', 'data/master.key', 'receiver/key.pem', ...own(shop), ...own(provider)].sort(), JSON.stringify(found));
    const holds = (path, pattern) => { for (const name of found[path]) assert.match(name, pattern, path); };
    holds('data/master.key', /^the master key/);
    holds('data/admin.token', /^the admin token/);
    holds('receiver/key.pem', /the receiver's key/);
    for (const mchid of [shop, provider]) holds(own(mchid)[0], new RegExp(`the private key of ${mchid}`));
    for (const path of Object.keys(found)) assert.equal(statSync(join(sandbox.root, path)).mode & 0o777, 0o600, path);
    assert.equal(statSync(sandbox.data).mode & 0o777, 0o700);
  } finally {
    await witness.receiver?.stop();
    await sandbox.remove();
  }
});
