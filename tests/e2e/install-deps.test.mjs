// tools/install-deps on machines that are played by a PATH of stubs, and with the real apt-get on locks and lists of the
// test's own: nothing is installed.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../tools/install-deps', import.meta.url));
const complete = 'printf installed';
const withoutFmt = 'for last; do :; done; [ "$last" != libfmt-dev ] && printf installed';

const where = (name) => execFileSync('sh', ['-c', `command -v ${name}`]).toString().trim();
const bash = where('bash');

// What the script says and its exit code where these commands are all that there is. A stub that waits is told at once that
// it has waited, so nothing here depends on time; HERE is a folder of the run's own, where stubs keep what they count.
function run(stubs, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'favorhook-path-'));
  try {
    for (const name of ['awk', 'cat', 'dirname', 'env', 'mktemp', 'rm']) symlinkSync(where(name), join(folder, name));
    for (const [name, text] of Object.entries({ sleep: 'echo "$1" >> "$HERE/slept"', ...stubs })) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const { status, stdout, stderr } = spawnSync(bash, [script, 'build'], { env: { PATH: folder, HERE: folder, ...env } });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// An apt-get that fails the first times that it is asked for `verb`, saying `text`, and else tells what it was asked for.
const failing = (verb, times, text) => `
[ "$1" = ${verb} ] && { echo x >> "$HERE/asked"; n=0; while read -r _; do n=$((n + 1)); done < "$HERE/asked"; }
if [ "$1" = ${verb} ] && [ $n -le ${times} ]; then echo '${text}' >&2; exit 100; fi
echo "apt-get $1"`;
const asRoot = (aptGet) => run({ 'dpkg-query': withoutFmt, id: 'echo 0', 'apt-get': aptGet });
const installing = "Installing from Debian's packages: libfmt-dev\n";

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

const heldLists = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 812 (apt-get)\nE: Unable to lock directory /var/lib/apt/lists/';
const heldDpkg = 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 813 (unattended-upgr)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?';

test('it waits for who holds a lock, and says once for whom', () => {
  const waiting = 'Waiting for process 812 (apt-get), which holds /var/lib/apt/lists/lock\n';
  assert.deepEqual(asRoot(failing('update', 3, heldLists)), { status: 0, stdout: `${installing}${waiting}apt-get update\napt-get install\n`, stderr: '' });
  const other = 'Waiting for process 813 (unattended-upgr), which holds /var/lib/dpkg/lock-frontend\n';
  assert.deepEqual(asRoot(failing('install', 3, heldDpkg)), { status: 0, stdout: `${installing}apt-get update\n${other}apt-get install\n`, stderr: '' });
  const unknown = 'Waiting for another process, which holds /var/cache/apt/archives/lock\n';
  const nameless = 'E: Could not get lock /var/cache/apt/archives/lock - open (11: Resource temporarily unavailable)';
  assert.deepEqual(asRoot(failing('install', 1, nameless)), { status: 0, stdout: `${installing}apt-get update\n${unknown}apt-get install\n`, stderr: '' });
});

test('it does not wait for ever', () => {
  const done = asRoot(failing('update', 1e9, heldLists));
  assert.equal(done.status, 100);
  assert.equal(done.stderr, 'After ten minutes process 812 (apt-get) still holds /var/lib/apt/lists/lock. Try again when it is done.\n');
});

test('a failure that passes is tried again with a new list, one that stays is told', () => {
  const gone = 'E: Failed to fetch http://packages.example/pool/x.deb  404  Not Found';
  const again = 'apt-get failed; once more, with a new list\n';
  assert.deepEqual(asRoot(failing('install', 1, gone)), { status: 0, stdout: `${installing}apt-get update\n${again}apt-get update\napt-get install\n`, stderr: `${gone}\n` });
  const refused = run({ 'dpkg-query': withoutFmt, id: 'echo 1000', sudo: 'echo "3 incorrect password attempts" >&2; exit 1' });
  assert.equal(refused.status, 1);
  assert.equal(refused.stderr, '3 incorrect password attempts\n');
  const denied = 'E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)';
  assert.deepEqual(asRoot(failing('update', 1e9, denied)), { status: 100, stdout: `${installing}${again}${again}`, stderr: `${denied}\n`.repeat(3) });
});

// An apt of its own below `folder`, where libfmt-dev can be fetched (and no more than fetched, which needs no root).
function makeApt(folder) {
  for (const each of ['lists/partial', 'archives/partial', 'dpkg', 'etc', 'pool', 'log']) mkdirSync(join(folder, each), { recursive: true });
  const archive = 'what apt-get only fetches, nobody opens';
  writeFileSync(join(folder, 'pool/fmt.deb'), archive);
  writeFileSync(join(folder, 'pool/Packages'), ['Package: libfmt-dev', 'Version: 1', 'Architecture: all', 'Maintainer: x', 'Description: x',
    'Filename: ./fmt.deb', `Size: ${archive.length}`, `SHA256: ${createHash('sha256').update(archive).digest('hex')}`, ''].join('\n'));
  writeFileSync(join(folder, 'dpkg/status'), '');
  writeFileSync(join(folder, 'etc/sources.list'), `deb [trusted=yes] file:${folder}/pool ./\n`);
  writeFileSync(join(folder, 'apt.conf'), `Dir "${folder}"; Dir::State "${folder}"; Dir::State::status "${folder}/dpkg/status"; Dir::Cache "${folder}";
    Dir::Etc "${folder}/etc"; Dir::Log "${folder}/log"; APT::Sandbox::User ""; APT::Get::Download-Only "true";\n`);
}

const hold = `import fcntl, sys
lock = open(sys.argv[1], 'a')
fcntl.lockf(lock, fcntl.LOCK_EX)
print('held', flush=True)
sys.stdin.read()`;

for (const lock of ['lists/lock', 'archives/lock', 'dpkg/lock-frontend', 'dpkg/lock']) {
  test(`the real apt-get, while another holds ${lock}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'favorhook-apt-'));
    makeApt(folder);
    const holder = spawn('python3', ['-c', hold, join(folder, lock)], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(holder.stdout, 'data');
      // Who waits makes the holder end, however often it waits until that has happened.
      const done = run(
        { 'dpkg-query': withoutFmt, id: 'echo 0', 'apt-get': `exec ${where('apt-get')} "$@"`, sleep: `kill ${holder.pid} || true` },
        { APT_CONFIG: join(folder, 'apt.conf') },
      );
      assert.equal(done.status, 0, done.stderr);
      assert.equal(done.stdout.trimEnd(), `${installing}Waiting for process ${holder.pid} (python3), which holds ${join(folder, lock)}`);
    } finally {
      holder.kill();
      rmSync(folder, { recursive: true });
    }
  });
}
