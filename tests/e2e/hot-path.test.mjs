// tools/hot-path compares: counts made up here instead of counted, and what it says and exits with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../tools/hot-path', import.meta.url));
const kept = fileURLToPath(new URL('../../bench/hot_path_baseline.txt', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'favorhook-hot-path-'));
after(() => rmSync(folder, { recursive: true }));

// The baseline as it is kept, with some of its counts multiplied: { 'send own': 1.1 }.
function counts(name, factors = {}) {
  const text = readFileSync(kept, 'utf8').replace(/work="(\w+)", part="(\w+)"} (\d+)/g, (whole, work, part, count) => (
    whole.replace(/\d+$/, Math.round(count * (factors[`${work} ${part}`] ?? 1)))));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function run(...options) {
  const { status, stdout, stderr } = spawnSync(script, options);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

const everyPart = (work, factor) => Object.fromEntries(['own', 'sqlite', 'rest'].map((part) => [`${work} ${part}`, factor]));

test('counts like the baseline pass, and are printed one a line', () => {
  const done = run('--counts', kept);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.stdout.match(/^hot_path\{work="\w+", part="(own|sqlite|rest|crypto)"\} \d+$/gm).length, 16);
  assert.match(done.stdout, /^deliver: (\d+) instructions before, \1 now \(\+0\.0%\)$/m);
});

test('a work that costs 3 % more fails, and is named alone', () => {
  const done = run('--counts', counts('more', everyPart('deliver', 1.03)));
  assert.equal(done.status, 1);
  assert.match(done.stdout, /^deliver: .*\(\+3\.0%\): more than 2% up\./m);
  assert.equal(done.stdout.match(/more than/g).length, 1);
});

test('a part alone fails where it makes the whole rise', () => {
  assert.equal(run('--counts', counts('part', { 'send sqlite': 1.2 })).status, 1);
});

test('1 % more, and any number in OpenSSL, pass', () => {
  assert.equal(run('--counts', counts('little', everyPart('get', 1.01))).status, 0);
  assert.equal(run('--counts', counts('crypto', { 'get crypto': 2, 'deliver crypto': 2 })).status, 0);
});

test('a work that costs 10 % less passes and asks for a new baseline', () => {
  const done = run('--counts', counts('less', everyPart('send_batch', 0.9)));
  assert.equal(done.status, 0);
  assert.match(done.stdout, /^send_batch: .*\(-10\.0%\): write the new baseline/m);
});

test('what --write writes is the baseline of the next run', () => {
  const baseline = join(folder, 'baseline');
  const dear = counts('dear', everyPart('get', 1.5));
  assert.equal(run('--counts', dear, '--baseline', baseline, '--write').status, 0);
  assert.equal(run('--counts', dear, '--baseline', baseline).status, 0);
  assert.equal(run('--counts', dear).status, 1);
});

test('counts that lack a work, or hold something else, are no counts', () => {
  const short = join(folder, 'short');
  writeFileSync(short, 'hot_path{work="get", part="own"} 1\n');
  assert.deepEqual([run('--counts', short).status, run('--counts', short).stdout], [1, '']);
  assert.match(run('--counts', short).stderr, /has no count of get, sqlite/);
  writeFileSync(short, 'hot_path{work="nothing", part="own"} 1\n');
  assert.match(run('--counts', short).stderr, /what is this\?/);
});
