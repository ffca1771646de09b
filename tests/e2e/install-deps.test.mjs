// tools/install-deps on machines that are played by a PATH of stubs: nothing is installed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../tools/install-deps', import.meta.url));
const bash = execFileSync('sh', ['-c', 'command -v bash']).toString().trim();
const complete = 'printf installed';
const withoutFmt = 'for last; do :; done; [ "$last" != libfmt-dev ] && printf installed';

// What the script says and its exit code where these commands are all that there is.
function run(stubs) {
  const folder = mkdtempSync(join(tmpdir(), 'favorhook-path-'));
  try {
    for (const name of ['awk', 'dirname', 'env']) symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`]).toString().trim(), join(folder, name));
    for (const [name, text] of Object.entries(stubs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const { status, stdout, stderr } = spawnSync(bash, [script, 'build'], { env: { PATH: folder } });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('it is silent where nothing is missing, whoever asks', () => {
  assert.deepEqual(run({ 'dpkg-query': complete, id: 'echo 1000' }), { status: 0, stdout: '', stderr: '' });
});

test('it names what is missing, where it may not install it', () => {
  const done = run({ 'dpkg-query': withoutFmt, id: 'echo 1000' });
  assert.equal(done.status, 1);
  assert.match(done.stderr, /needs root or sudo, and neither is here\. As root: apt-get install libfmt-dev$/m);
});

test('it uses sudo for the installation only, and says so', () => {
  const done = run({ 'dpkg-query': withoutFmt, id: 'echo 1000', sudo: 'echo "sudo $*"' });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /This step, and no other, uses sudo\.\nsudo .*apt-get update.*\nsudo .*apt-get install .* libfmt-dev\n$/);
});

test('as root it asks for nothing', () => {
  const done = run({ 'dpkg-query': withoutFmt, id: 'echo 0', 'apt-get': 'echo "apt-get $*"' });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /^Installing from Debian's packages: libfmt-dev\napt-get update.*\napt-get install .* libfmt-dev\n$/);
});

test('where there is no Debian it says what is needed', () => {
  const done = run({ id: 'echo 0' });
  assert.equal(done.status, 1);
  assert.match(done.stderr, /Debian's packages only.*libfmt-dev/);
});
