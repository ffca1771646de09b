// tools/nightly with stages made up for it, in a tree that is nothing but them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const script = readFileSync(new URL('../../tools/nightly', import.meta.url), 'utf8');
const stages = `good   echo 'one line'; echo "another"
bad    echo why | sed 's/$/ it fails/' && false && echo never
last   echo "from $first_seed"`;

function nightly(...chosen) {
  const folder = mkdtempSync(join(tmpdir(), 'favorhook-nightly-'));
  const put = (name, text) => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  };
  try {
    for (const each of ['tools', 'tests/e2e', 'bin']) mkdirSync(join(folder, each), { recursive: true });
    const table = /(?<=<<END\n)[^]*?(?=\nEND\n)/;
    assert.match(script, table);
    put('tools/nightly', script.replace(table, () => stages));
    put('tools/install-deps', '#!/bin/sh\n');
    put('bin/npm', '#!/bin/sh\n');
    const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync(join(folder, 'tools/nightly'), chosen, { env, encoding: 'utf8' });
    const logs = (name) => readFileSync(join(folder, 'build/nightly', `${name}.log`), 'utf8');
    return { status, stdout, stderr, logs: status === 2 ? {} : Object.fromEntries((chosen.length ? chosen : ['good', 'bad', 'last']).map((name) => [name, logs(name)])) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const tableOf = (stdout) => stdout.split('\nstage        result      took\n')[1].replace(/\d+ s$/gm, 'N s').replace(/ +/g, ' ');

test('every stage runs, whichever fails, and the end tells of each', () => {
  const done = nightly();
  assert.equal(done.status, 1, done.stderr);
  assert.equal(tableOf(done.stdout), 'good passed N s\nbad FAILED N s\nlast passed N s\nWhat failed is in build/nightly.\n');
  assert.equal(done.logs.good, 'one line\nanother\n');
  assert.equal(done.logs.bad, 'why it fails\n');
  assert.match(done.logs.last, /^from \d{12}\n$/);
  assert.match(done.stdout, /^== nightly: last: echo "from \d{12}"$/m);
});

test('only the stages that are named run, in that order', () => {
  const done = nightly('last', 'good');
  assert.equal(done.status, 0, done.stderr);
  assert.equal(tableOf(done.stdout), 'last passed N s\ngood passed N s\n');
  assert.doesNotMatch(done.stdout, /it fails/);
});

test('a stage that there is not is refused, and the stages are told', () => {
  const done = nightly('good', 'worse');
  assert.equal(done.status, 2);
  assert.match(done.stderr, /usage: tools\/nightly \[STAGE\.\.\.\], of:\ngood .*\nbad .*\nlast /);
  assert.equal(done.stdout, '');
});
