// The two contracts under the recommended rules of Redocly's linter: no error and no warning. tests/contract holds the program
// against api/openapi.yaml; here it is held against OpenAPI, its examples against their schemas.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createConfig, lint } from '@redocly/openapi-core';

const api = (name) => fileURLToPath(new URL(`../../api/${name}`, import.meta.url));

// Nothing is switched off. Extra members of examples are left to their schemas: the linter forbids them by closing every schema, those
// below `if` too, and so no condition would ever apply.
const rules = { 'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: true } };

async function problems(file) {
  const config = await createConfig({ extends: ['recommended'], rules });
  const found = await lint({ ref: file, config });
  return found.map((one) => `${one.ruleId} ${one.location[0]?.pointer ?? ''}: ${one.message}`);
}

for (const name of ['openapi.yaml', 'admin.yaml']) {
  test(`${name} lints clean`, async () => {
    assert.deepEqual(await problems(api(name)), []);
  });
}

// The file with one text in it replaced must not lint clean: the rules that are relied on are in force.
for (const [what, from, to, rule] of [
  ['an example that breaks its schema', 'max_coupons_per_user: 5 }', 'max_coupons_per_user: 101 }', 'no-invalid-media-type-examples'],
  ['an example that breaks a condition', 'stock_type: NORMAL', 'stock_type: DISCOUNT', 'no-invalid-media-type-examples'],
  ['a reference to nothing', '#/components/schemas/StockId"', '#/components/schemas/StockNumber"', 'no-unresolved-refs'],
  ['two operations of one name', 'operationId: getStock\n', 'operationId: createStock\n', 'operation-operationId-unique'],
  ['a path parameter that is not described', '/stocks/{stock_id}:', '/stocks/{id}:', 'path-parameters-defined'],
]) {
  test(`the linter finds ${what}`, async () => {
    const text = readFileSync(api('openapi.yaml'), 'utf8');
    assert.ok(text.includes(from), from);
    const folder = mkdtempSync(join(tmpdir(), 'favorhook-lint-'));
    try {
      writeFileSync(join(folder, 'openapi.yaml'), text.replace(from, to));
      const found = await problems(join(folder, 'openapi.yaml'));
      assert.ok(found.some((one) => one.startsWith(rule)), found.join('\n'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
