// `favorhook story` tells every step of the main job, and the snippet that it prints for developers runs as it is.
import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './support/run.mjs';
import { Sandbox } from './support/sandbox.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const mchid = '1900000001';
let sandbox;
let told;

before(async () => {
  sandbox = await Sandbox.start();
  told = await sandbox.cli('story');
});
after(() => sandbox?.remove());

// The lines between a step's heading and the next blank line.
function step(title) {
  const start = told.stdout.search(new RegExp(`^\\d+\\. ${title}$`, 'm'));
  assert.ok(start >= 0, `the story has no step "${title}"`);
  return told.stdout.slice(start).split('\n\n')[0];
}

test('it ends well and tells each step', () => {
  assert.equal(told.code, 0, told.stderr);
  assert.match(step('The merchant'), /1900000001 added; its key files are in .*merchants\/1900000001/);
  assert.match(step('A receiver with TLS'), /https:\/\/localhost:\d+/);
  for (const [title, target] of [['The notification URL', 'callbacks'], ['A coupon stock', 'stocks'], ['A coupon for a user', 'coupons/send']]) {
    assert.match(step(title), new RegExp(`POST /v3/marketing/busifavor/${target}\n  → 200  signature verified, key [0-9A-F]{40}`));
  }
  const notification = step('The notification');
  for (const name of ['Nonce', 'Serial', 'Signature', 'Signature-Type', 'Timestamp']) assert.match(notification, new RegExp(`Wechatpay-${name}: \\S`));
  assert.match(notification, /ciphertext: \d+ characters of base64/);
  assert.match(notification, /"event_type": "EVENT_TYPE_BUSICOUPON_SEND"/);
  assert.match(notification, /→ answered 200/);
  assert.match(step('The ledger'), /attempt 1: acknowledged, status 200; phases in ms: .*connect [\d.]+, TLS [\d.]+, first byte [\d.]+, total [\d.]+/);
});

test('it names what a developer needs', () => {
  for (const fact of ['base URL, http', 'base URL, https', 'merchant id', 'appid', 'certificate serial', 'key files', 'admin API']) {
    assert.match(told.stdout, new RegExp(`^  ${fact} +\\S`, 'm'));
  }
});

test('the commands that it prints call the program as it was called', () => {
  for (const command of ['listen', 'callback set']) assert.ok(told.stdout.includes(`\n  ${process.env.FAVORHOOK} ${command} --data `), told.stdout);
});

test('the printed snippet runs and sets the URL', async () => {
  const [, snippet] = /\(snippet\.mjs\)\n([^]*?)\n\n/.exec(told.stdout) ?? [];
  assert.ok(snippet, 'no snippet was printed');
  writeFileSync(join(sandbox.root, 'snippet.mjs'), `${snippet}\n`);
  symlinkSync(join(here, 'node_modules'), join(sandbox.root, 'node_modules'));
  const done = await run(process.execPath, ['snippet.mjs'], { cwd: sandbox.root });
  assert.equal(done.code, 0, done.stderr);
  const { notify_url: url } = await sandbox.cliJson('callback', 'get', '--mchid', mchid);
  assert.equal(url, 'https://localhost:9000/notify');
});

test('the next story leaves the URL as it found it, and with --json prints one document', async () => {
  const summary = await sandbox.cliJson('story');
  assert.equal(summary.mchid, mchid);
  assert.match(summary.event_id, /^[0-9a-f-]{36}$/);
  const { notify_url: url } = await sandbox.cliJson('callback', 'get', '--mchid', mchid);
  assert.equal(url, 'https://localhost:9000/notify');
});

test('without a server it fails with the reason', async () => {
  const done = await run(process.env.FAVORHOOK, ['--data', join(sandbox.root, 'nowhere'), 'story']);
  assert.equal(done.code, 1);
  assert.match(done.stderr, /^favorhook: no server runs on .*nowhere/);
});
