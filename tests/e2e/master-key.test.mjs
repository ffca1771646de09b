// The master key: where it comes from, what is refused, and its rotation, kill -9 in the middle of it included.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { testTime } from './support/patience.mjs';
import { Sandbox } from './support/sandbox.mjs';

const program = process.env.FAVORHOOK;
const mchid = '1900000001';
const kills = Number(process.env.ROTATION_KILLS ?? 10);

// { code, text }; a server is ended once it is ready.
function run(args, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { text += chunk; if (/ready:/.test(text)) child.kill('SIGTERM'); });
  return new Promise((resolve) => { child.on('close', (code) => resolve({ code, text })); });
}

const serve = (data, env, ...more) => run(['serve', '--data', data, '--listen', '127.0.0.1:0', '--tls-listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0', ...more], env);

test('production takes its key from a file, the environment or a credential, and does not start without', { timeout: testTime }, async () => {
  const { root, data } = Sandbox.prepare();
  const config = join(root, 'favorhook.toml');
  const file = join(root, 'master.key');
  const production = { FAVORHOOK_MODE: 'production' };
  try {
    const without = await serve(data, production);
    assert.equal(without.code, 1);
    assert.match(without.text, /favorhook key new --out FILE/);
    assert.ok(!existsSync(join(data, 'favorhook.db')) || statSync(join(data, 'favorhook.db')).size < 8192, 'the store was filled');

    const made = await run(['key', 'new', '--out', file]);
    assert.equal(made.code, 0, made.text);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal((await run(['key', 'new', '--out', file])).code, 1);
    const key = readFileSync(file, 'utf8').trim();
    const good = { code: 0, text: /ready: .*production/ };
    const check = async (what, env, ...more) => {
      const { code, text } = await serve(data, { ...production, ...env }, ...more);
      assert.equal(code, good.code, `${what}: ${text}`);
      assert.match(text, good.text);
    };
    writeFileSync(config, `master_key_file = "${file}"\n`);
    await check('the file of the configuration', {}, '--config', config);
    await check('the file of the environment', { FAVORHOOK_MASTER_KEY_FILE: file });
    await check('base64 in the environment', { FAVORHOOK_MASTER_KEY: key });
    await check('hex in the environment', { FAVORHOOK_MASTER_KEY: Buffer.from(key, 'base64').toString('hex') });
    mkdirSync(join(root, 'credentials'));
    writeFileSync(join(root, 'credentials/favorhook-master-key'), `${key}\n`, { mode: 0o440 });
    await check('a credential', { CREDENTIALS_DIRECTORY: join(root, 'credentials') });
    const other = randomBytes(32).toString('base64');
    await check('the file before the environment', { FAVORHOOK_MASTER_KEY_FILE: file, FAVORHOOK_MASTER_KEY: other });

    const wrong = await serve(data, { ...production, FAVORHOOK_MASTER_KEY: other });
    assert.equal(wrong.code, 1);
    assert.match(wrong.text, /wrong master key: .* sealed with the key [0-9a-f]{16}, and that of FAVORHOOK_MASTER_KEY is [0-9a-f]{16}/);
    chmodSync(file, 0o640);
    assert.match((await serve(data, { ...production, FAVORHOOK_MASTER_KEY_FILE: file })).text, /chmod 600/);
    // Commands that open the store themselves need the key as well.
    chmodSync(file, 0o600);
    assert.equal((await run(['merchant', 'list', '--data', data])).code, 1);
    assert.equal((await run(['merchant', 'list', '--data', data], { FAVORHOOK_MASTER_KEY_FILE: file })).code, 0);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('the environment of a running server shows no key', { timeout: testTime }, async () => {
  const key = randomBytes(32).toString('base64');
  const sandbox = await Sandbox.start({ env: { FAVORHOOK_MASTER_KEY: key } });
  try {
    const shown = readFileSync(`/proc/${sandbox.child.pid}/environ`, 'latin1');
    assert.match(shown, /FAVORHOOK_CORE_DUMPS=on/);
    assert.ok(!shown.includes(key));
    assert.ok(!existsSync(join(sandbox.data, 'master.key')));
  } finally {
    await sandbox.remove();
  }
});

test('rotation moves everything to another key', { timeout: testTime }, async () => {
  const sandbox = await Sandbox.start();
  const own = join(sandbox.data, 'master.key');
  const { root } = sandbox;
  try {
    await sandbox.addMerchant(mchid);
    const held = await sandbox.cli('key', 'rotate-master');
    assert.equal(held.code, 1);
    assert.match(held.stderr, /held by pid \d+ .*stop it/);
    await sandbox.stop();

    const before = readFileSync(own, 'utf8');
    const rotated = await sandbox.cliJson('key', 'rotate-master');
    assert.equal(rotated.secrets, 7); // the merchant's APIv3 key, two platform keys, the CA and the TLS identity
    assert.notEqual(readFileSync(own, 'utf8'), before);
    writeFileSync(join(root, 'before.key'), before, { mode: 0o600 });
    const old = await run(['merchant', 'list', '--data', sandbox.data], { FAVORHOOK_MASTER_KEY_FILE: join(root, 'before.key') });
    assert.equal(old.code, 1);
    assert.match(old.text, /wrong master key/);

    // Out of the data directory, and from there to another.
    for (const name of ['first', 'second']) assert.equal((await run(['key', 'new', '--out', join(root, name)])).code, 0);
    const [first, second] = [join(root, 'first'), join(root, 'second')];
    assert.equal((await sandbox.cliJson('key', 'rotate-master', '--to', first)).secrets, 7);
    assert.ok(!existsSync(own));
    assert.equal((await run(['merchant', 'list', '--data', sandbox.data])).code, 1);
    assert.equal((await sandbox.cliJson('key', 'rotate-master', '--from', first, '--to', second)).secrets, 7);
    const again = await sandbox.cliJson('key', 'rotate-master', '--from', first, '--to', second);
    assert.deepEqual([again.secrets, again.from], [0, again.to]);
    assert.equal((await sandbox.cli('key', 'rotate-master', '--from', second)).code, 1);
    sandbox.options.env = { FAVORHOOK_MASTER_KEY_FILE: second };
    await sandbox.serve();
    assert.match(await (await fetch(`http://127.0.0.1:${sandbox.ports.admin}/metrics`)).text(), /favorhook_merchants 1/);
  } finally {
    await sandbox.remove();
  }
});

// What makes a key worthless must not be done to the only one, nor a directory where there is none.
test('a rotation to the key in force leaves its file, and one of nothing makes nothing', { timeout: testTime }, async () => {
  const sandbox = await Sandbox.start();
  const own = join(sandbox.data, 'master.key');
  try {
    await sandbox.stop();
    const before = readFileSync(own, 'utf8');
    for (const path of [own, join(sandbox.data, '..', 'data', 'master.key')]) {
      const { secrets, from, to } = await sandbox.cliJson('key', 'rotate-master', '--to', path);
      assert.deepEqual([secrets, from], [0, to]);
      assert.equal(readFileSync(own, 'utf8'), before);
    }
    const nowhere = join(sandbox.root, 'mistyped');
    const done = await run(['key', 'rotate-master', '--data', nowhere]);
    assert.equal(done.code, 1);
    assert.match(done.text, /no data directory of favorhook/);
    assert.ok(!existsSync(nowhere));
  } finally {
    await sandbox.remove();
  }
});

test(`${kills} rotations that are killed leave a store that opens`, { timeout: testTime }, async () => {
  const sandbox = await Sandbox.start();
  const own = join(sandbox.data, 'master.key');
  try {
    await sandbox.addMerchant(mchid);
    await sandbox.stop();
    const begun = Date.now();
    await sandbox.cliJson('key', 'rotate-master');
    const usual = Date.now() - begun;
    const seen = { before: 0, after: 0, next: 0 };
    for (let round = 0; round < kills; round += 1) {
      const before = readFileSync(own, 'utf8');
      const child = spawn(program, ['key', 'rotate-master', '--data', sandbox.data], { stdio: 'ignore' });
      const ended = new Promise((resolve) => { child.on('close', resolve); });
      await sleep((usual * (round + 1)) / kills);
      child.kill('SIGKILL');
      await ended;
      if (existsSync(`${own}.next`)) seen.next += 1;
      const { merchants } = await sandbox.cliJson('merchant', 'list');
      assert.deepEqual(merchants.map((merchant) => merchant.has_apiv3_key), [true]);
      assert.ok(!existsSync(`${own}.next`), 'a key is left over');
      seen[readFileSync(own, 'utf8') === before ? 'before' : 'after'] += 1;
    }
    console.log(`# ${kills} kills: ${seen.before} before the change, ${seen.after} after it, ${seen.next} between keys`);
  } finally {
    await sandbox.remove();
  }
});
