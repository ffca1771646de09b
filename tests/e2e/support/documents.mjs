// Reads the documents as a test needs them: fenced blocks in order, sections with their tables, the help of a command.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = process.env.FAVORHOOK;

export const readDocument = (path) => readFileSync(`${root}/${path}`, 'utf8');

// Fenced blocks: { kind, lines, at: line number }.
export function fencedBlocks(text) {
  const blocks = [];
  let open;
  text.split('\n').forEach((line, index) => {
    if (open && line.startsWith('```')) {
      blocks.push(open);
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (line.startsWith('```')) open = { kind: line.slice(3).trim(), lines: [], at: index + 1 };
  });
  return blocks;
}

// The commands of an sh block: continued lines joined, comments and empty lines left out.
export function commandsOf(block) {
  return block.lines.join('\n').replace(/\\\n\s*/g, ' ').split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('#'));
}

// "### favorhook merchant add" and what follows it, by command.
export function sections(text) {
  const found = new Map();
  const parts = text.split(/^#{2,3} (.*)$/m);
  for (let index = 1; index < parts.length; index += 2) found.set(parts[index].trim(), parts[index + 1]);
  return found;
}

// Rows of a section's tables as [first cell, the whole row].
export function optionRows(section) {
  return section.split('\n').filter((line) => /^\| `/.test(line)).map((line) => [line.split(/(?<!\\)\|/)[1], line]);
}

const help = (command) => execFileSync(program, [...command, '--help']).toString();

// Of an option's line in --help, name, type and default; the text begins in column 34, or on the next line.
function leftColumn(line) {
  const left = line.replace(/ (Excludes:|Needs:|\(Env:).*/, '');
  return (left[33] === ' ' ? left.slice(0, 33) : left).trimEnd();
}

// What --help says of a command: { subcommands, options: [{ name, fallback, choices }], positionals }.
export function helpOf(command) {
  const told = { subcommands: [], options: [], positionals: [] };
  let part = '';
  for (const line of help(command).split('\n')) {
    if (/^\S.*:$/.test(line)) part = line;
    const [, name, rest] = /^ {2}(?:-\w,)?(\S+)(.*)$/.exec(line) ?? [];
    if (!name || line.startsWith('   ')) continue;
    if (name.startsWith('--')) {
      const [, choices] = /:\{([^}]*)\}/.exec(rest) ?? [];
      const [, fallback] = /=(.*)$/.exec(leftColumn(line)) ?? [];
      told.options.push({ name, fallback, choices: choices?.split(',') ?? [] });
    } else if (part === 'Positionals:') told.positionals.push(name.toUpperCase());
    else if (part !== 'Options:' && part !== '') told.subcommands.push(name);
  }
  return told;
}

// Every command that runs, as ["merchant", "app", "add"].
export function allCommands(above = []) {
  const { subcommands } = helpOf(above);
  return subcommands.length === 0 ? [above] : subcommands.flatMap((name) => allCommands([...above, name]));
}

// Why two JSON values differ in their members or types; undefined where they do not. null stands for any type, and a list
// without elements says nothing about them. `open` names objects whose members are examples.
export function shapeFault(shown, real, open, path = '') {
  if (shown === null || real === null) return undefined;
  const kind = (value) => (Array.isArray(value) ? 'list' : typeof value);
  if (kind(shown) !== kind(real)) return `${path} is a ${kind(real)} and not a ${kind(shown)}`;
  if (kind(shown) === 'list') return shown.length && real.length ? shapeFault(shown[0], real[0], open, `${path}/0`) : undefined;
  if (kind(shown) !== 'object') return undefined;
  for (const name of new Set([...Object.keys(shown), ...Object.keys(real)])) {
    if (!(name in real)) return `${path}/${name} is missing`;
    if (!(name in shown)) {
      if (open.includes(path)) continue;
      return `${path}/${name} is not documented`;
    }
    const fault = shapeFault(shown[name], real[name], open, `${path}/${name}`);
    if (fault) return fault;
  }
  return undefined;
}
