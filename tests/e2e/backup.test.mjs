// What `favorhook backup`, `restore` and `audit` refuse on the running program; that they work is in audit.test.mjs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Sandbox } from './support/sandbox.mjs';

describe('favorhook backup, restore and audit', () => {
  let sandbox;
  let kept;
  const at = (name) => join(sandbox.root, name);
  const cliOn = (data, ...args) => Object.assign(Object.create(sandbox), { data }).cli(...args);
  before(async () => {
    sandbox = await Sandbox.start();
    kept = at('kept.db');
    assert.equal((await sandbox.cli('backup', kept)).code, 0);
  });
  after(() => sandbox.remove());

  test('--force replaces nothing of the data directory and nothing but regular files', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    mkdirSync(at('folder'));
    symlinkSync(kept, at('link'));
    symlinkSync(sandbox.data, at('door'));
    const look = () => [...readdirSync(sandbox.data).map((name) => join(sandbox.data, name)), at('fifo'), at('folder'), at('link')]
      .map((path) => [path, lstatSync(path).ino, lstatSync(path).mode]);
    const was = look();
    const own = ['master.key', 'favorhook.lock', 'favorhook.json', 'server.json', 'favorhook.db-journal', 'new.db'];
    const inside = /is in the data directory/;
    const refused = [...own.map((name) => [join(sandbox.data, name), inside]), [at('door/master.key'), inside],
      ...['fifo', 'folder', 'link'].map((name) => [at(name), /is no regular file/])];
    for (const [path, why] of refused) {
      for (const more of [[], ['--force']]) {
        const { code, stderr } = await sandbox.cli('backup', path, ...more);
        assert.equal(code, 1, path);
        assert.match(stderr, why);
      }
    }
    assert.deepEqual(look(), was);
  });

  test('several to one name at once: who is second is told so, and the file is whole', async () => {
    const path = at('together.db');
    writeFileSync(`${path}.partial`, 'left by one that was killed');
    const all = await Promise.all(Array.from({ length: 8 }, () => sandbox.cli('backup', path, '--force')));
    for (const { code, stderr } of all) if (code !== 0) assert.match(stderr, /another backup of that name is under way/);
    assert.ok(all.some(({ code }) => code === 0));
    assert.equal((await sandbox.cli('audit', path)).code, 0);
    assert.deepEqual(readdirSync(sandbox.root).filter((name) => name.startsWith('together.db')), ['together.db']);
  });

  test('a backup without its last bytes is a fault and is not restored; an empty one is none', async () => {
    const cut = at('cut.db');
    copyFileSync(kept, cut);
    truncateSync(cut, statSync(cut).size - 10);
    const proof = await sandbox.cli('audit', cut);
    assert.equal(proof.code, 1);
    assert.match(proof.stdout, /it is cut/);
    const restored = await cliOn(at('of-cut'), 'restore', cut);
    assert.equal(restored.code, 1);
    assert.match(restored.stderr, /it is cut/);
    truncateSync(cut, 0);
    for (const args of [['audit', cut], ['restore', cut]]) {
      const { code, stderr } = await cliOn(at('of-cut'), ...args);
      assert.equal(code, args[0] === 'audit' ? 3 : 1);
      assert.match(stderr, /is empty: it is not favorhook's store/);
    }
  });

  test('a restore makes its directory private, and tells that the master key is missing where it is', async () => {
    const data = at('restored');
    const key = join(sandbox.data, 'master.key');
    mkdirSync(data);
    chmodSync(data, 0o755);
    const without = await cliOn(data, 'restore', kept);
    assert.equal(without.code, 0, without.stderr);
    assert.equal(statSync(data).mode & 0o777, 0o700);
    assert.ok(without.stdout.includes(`put the original's master.key there: ${join(data, 'master.key')}`), without.stdout);
    rmSync(data, { recursive: true });
    const given = await cliOn(data, 'restore', kept, '--master-key', key);
    assert.equal(given.code, 0, given.stderr);
    assert.doesNotMatch(given.stdout, /Before a server starts/);
    assert.equal(readFileSync(join(data, 'master.key'), 'utf8').trim(), readFileSync(key, 'utf8').trim());
  });
});
