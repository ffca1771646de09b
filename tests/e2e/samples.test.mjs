// The samples of docs/samples do what they say, run as their own first lines tell.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testTime } from './support/patience.mjs';
import { run } from './support/run.mjs';
import { Sandbox } from './support/sandbox.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const samples = join(here, '../../docs/samples');
const mchid = '1900000001';
let sandbox;
let merchant;

before(async () => {
  sandbox = await Sandbox.start();
  merchant = await sandbox.addMerchant(mchid);
});
after(() => sandbox?.remove());

test('SetCallback.java, on the JDK alone, sets the URL and verifies the answer', { timeout: testTime }, async () => {
  const url = 'https://localhost:9443/from-java';
  const done = await run('java', [join(samples, 'SetCallback.java'), `https://localhost:${sandbox.ports.https}`, merchant.folder, url]);
  assert.equal(done.code, 0, done.stderr + done.stdout);
  assert.match(done.stdout, /200 .*"notify_url":"https:\/\/localhost:9443\/from-java"/s);
  assert.match(done.stdout, /signature verified/);
  assert.equal((await sandbox.cliJson('callback', 'get', '--mchid', mchid)).notify_url, url);
});

test('set-callback.mjs, with the SDK from npm, sets the URL', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'favorhook-sample-'));
  try {
    cpSync(join(samples, 'set-callback.mjs'), join(folder, 'set-callback.mjs'));
    symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
    const url = 'https://localhost:9443/from-node';
    const done = await run(process.execPath, ['set-callback.mjs', `https://localhost:${sandbox.ports.https}/`, merchant.folder, url], { cwd: folder });
    assert.equal(done.code, 0, done.stderr + done.stdout);
    assert.equal((await sandbox.cliJson('callback', 'get', '--mchid', mchid)).notify_url, url);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
