// tools/check-style names each fault of style/, whose files break every rule on purpose, and nothing else there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(new URL('../../tools/check-style', import.meta.url));
const broken = fileURLToPath(new URL('style', import.meta.url));

function check(root, ...files) {
  const { status, stdout } = spawnSync(tool, ['--root', root, ...files], { encoding: 'utf8' });
  return { status, faults: stdout.trim().split('\n') };
}

for (const name of readdirSync(broken, { recursive: true }).filter((file) => /\.(h|cc)$/.test(file))) {
  test(`the faults of ${name} are found, and no other`, () => {
    const expected = readFileSync(join(broken, name), 'utf8').split('\n').flatMap((line, index) => {
      const [, texts] = /fault: (.*?)\s*$/.exec(line) ?? [];
      return texts ? texts.split('; ').map((text) => ({ line: index + 1, text })) : [];
    });
    const { status, faults } = check(broken, name);
    assert.equal(status, 1);
    for (const { line, text } of expected) {
      assert.ok(faults.some((fault) => fault.startsWith(`${name}:${line}: `) && fault.includes(text)), `line ${line}: "${text}" in\n${faults.join('\n')}`);
    }
    assert.equal(faults.length, expected.length, faults.join('\n'));
  });
}

test('a file of more than 800 lines', () => {
  const root = mkdtempSync(join(tmpdir(), 'style-'));
  try {
    mkdirSync(join(root, 'src/coupon'), { recursive: true });
    writeFileSync(join(root, 'src/coupon/long.cc'), 'int x;\n'.repeat(801));
    assert.match(check(root, 'src/coupon/long.cc').faults.join('\n'), /801 lines, at most 800/);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('this tree has none', () => {
  const { status, stdout } = spawnSync(tool, { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
