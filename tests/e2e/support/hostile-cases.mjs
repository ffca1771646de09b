// The small language of tests/e2e/hostile/*.txt (its README has the words) turned into cases.
//
//   const { cases } = readCases(folder);     // [{ file, name, why, steps: [{ word, text, line }] }]
//   const bytes = expand(text, values);      // escapes and ${…} to a Buffer
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const words = new Set(['port', 'tls', 'time', 'by', 'type', 'extra', 'sign', 'send', 'signed', 'url', 'drip', 'end', 'reset', 'deaf',
  'continue', 'answer', 'cut', 'refused']);
const expectations = new Set(['answer', 'cut', 'refused']);

export function readCases(folder) {
  const defines = new Map();
  const texts = new Map();
  const cases = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt')).sort()) {
    let open;
    readFileSync(join(folder, file), 'utf8').split('\n').forEach((line, index) => {
      const fault = (what) => { throw new Error(`${file}:${index + 1}: ${what}`); };
      if (line.trim() === '' || line.startsWith('#')) return;
      const [, indent, word, text] = /^( *)(\S+) ?(.*)$/.exec(line);
      if (indent === '' && word === 'define') defines.set(...defineOf(text, fault));
      else if (indent === '' && word === 'text') texts.set(text.slice(0, text.indexOf(' ')), text.slice(text.indexOf(' ') + 1));
      else if (indent === '' && word === 'case') cases.push(open = { file, name: text, why: '', steps: [] });
      else if (open && word === 'why') open.why = text;
      else if (open && words.has(word)) open.steps.push({ word, text, line: `${file}:${index + 1}` });
      else fault(`there is no word ${word}`);
    });
  }
  for (const each of cases) {
    if (!each.why) throw new Error(`${each.file}: ${each.name}: no why`);
    if (!expectations.has(each.steps.at(-1)?.word)) throw new Error(`${each.file}: ${each.name}: does not end with what is expected`);
  }
  return { cases, defines, texts };
}

// NAME STATUS [signed] [closes] [CODE MESSAGE]
function defineOf(text, fault) {
  const [name, status, ...rest] = text.split(' ');
  const answer = { status: Number(status), signed: false, closes: false };
  while (rest[0] === 'signed' || rest[0] === 'closes') answer[rest.shift()] = true;
  if (!/^\d{3}$/.test(status)) fault(`${status} is no status`);
  if (rest.length > 0) Object.assign(answer, { code: rest.shift(), message: rest.join(' ') });
  return [name, answer];
}

const escapes = { r: '\r', n: '\n', t: '\t', 0: '\0', '\\': '\\' };

// \r \n \t \0 \\ \xHH; ${name} from the values (a text, a Buffer or a function); ${100 x TEXT} that many times.
export function expand(text, values) {
  const parts = [];
  const pattern = /\\x([0-9a-fA-F]{2})|\\(.)|\$\{(\d+) x ((?:\$\{[^}]*\}|[^}])*)\}|\$\{([a-z_]+)\}/gs;
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    const [whole, hex, escape, count, repeated, name] = found;
    parts.push(Buffer.from(text.slice(from, found.index)));
    from = found.index + whole.length;
    if (hex !== undefined) parts.push(Buffer.from([Number.parseInt(hex, 16)]));
    else if (escape !== undefined) parts.push(Buffer.from(escapes[escape] ?? unknown(whole)));
    else if (count !== undefined) parts.push(...Array(Number(count)).fill(expand(repeated, values)));
    else parts.push(valueOf(name, values));
  }
  parts.push(Buffer.from(text.slice(from)));
  return Buffer.concat(parts);
}

function valueOf(name, values) {
  if (!(name in values)) unknown(name);
  const value = typeof values[name] === 'function' ? values[name]() : values[name];
  return Buffer.from(value);
}

function unknown(what) {
  throw new Error(`nothing is called ${what}`);
}
