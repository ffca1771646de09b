// The documents are true: options are those of --help, every command runs as printed, every answer has the shape that is shown.
// README.md of this folder says how placeholders, ports and background commands are handled.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allCommands, commandsOf, fencedBlocks, helpOf, optionRows, readDocument, sections, shapeFault } from './support/documents.mjs';
import { HeldPort } from './support/held-port.mjs';
import { testTime, until } from './support/patience.mjs';
import { Sandbox } from './support/sandbox.mjs';

const program = process.env.FAVORHOOK;
// What builds and tests favorhook itself; the tests are among it.
const skipped = /^(\.\/run|\.\/test|\.ci\/run|tools\/\S+|bench\/run)( |$)/;
const background = /^(\w+=\S+ )*(build\/run\/)?favorhook (serve|listen)( |$)/;
const kinds = ['sh', 'json', 'text', 'toml'];
const pages = ['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md',
  ...readdirSync(fileURLToPath(new URL('../../docs', import.meta.url))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

describe('docs/cli.md has the options of --help', () => {
  const documented = sections(readDocument('docs/cli.md'));
  const namesIn = (section) => optionRows(section).flatMap(([cell]) => [...cell.matchAll(/`(--[\w-]+)/g)].map(([, name]) => name));

  test('every command has a section, and no other has', () => {
    const commands = allCommands().map((command) => `favorhook ${command.join(' ')}`);
    assert.deepEqual([...documented.keys()].filter((name) => name.startsWith('favorhook ')).sort(), commands.sort());
  });

  for (const command of [[], ...allCommands()]) {
    const title = command.length ? `favorhook ${command.join(' ')}` : 'Every command';
    test(title, () => {
      const own = documented.get(title);
      assert.ok(own, `there is no section "${title}"`);
      const section = own.includes('(#signed-call-options)') ? own + documented.get('Signed-call options') : own;
      const { options, positionals } = helpOf(command);
      const expected = options.map(({ name }) => name).filter((name) => command.length === 0 || name !== '--help');
      assert.deepEqual([...namesIn(section)].sort(), expected.sort());
      for (const { name, fallback, choices } of options) {
        const [, row] = optionRows(section).find(([cell]) => new RegExp(`${name}(?![\\w-])`).test(cell)) ?? [];
        for (const value of [...(fallback ? [fallback] : []), ...choices]) assert.ok(row.includes(`\`${value}\``), `${name}: ${value} is not documented`);
      }
      for (const name of positionals) assert.match(section, new RegExp(`^\\| \`${name}\``, 'm'));
    });
  }
});

// One document's commands, run in order in a folder of their own against a sandbox of their own.
class Reader {
  static async start(commands) {
    const reader = new Reader();
    reader.sandbox = await Sandbox.start();
    reader.folder = join(reader.sandbox.root, 'here');
    reader.known = {};
    reader.running = [];
    reader.ports = new Map([['8480', reader.sandbox.ports.http], ['8443', reader.sandbox.ports.https], ['8481', reader.sandbox.ports.admin]]);
    reader.held = [];
    for (const [, port] of commands.join('\n').matchAll(/listen .*--port (\d+)/g)) {
      reader.held.push(await HeldPort.take());
      reader.ports.set(port, reader.held.at(-1).port);
    }
    mkdirSync(join(reader.folder, 'build/run'), { recursive: true });
    mkdirSync(join(reader.folder, 'bin'));
    for (const path of ['build/run/favorhook', 'bin/favorhook']) symlinkSync(program, join(reader.folder, path));
    return reader;
  }

  // The command with what earlier ones printed in place of capitals, and with ports of this run.
  filled(command) {
    let text = command.replace(/\s+# .*$/, '');
    for (const [port, real] of this.ports) text = text.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), real);
    for (const name of ['STOCK_ID', 'EVENT_ID']) {
      if (!text.includes(name)) continue;
      assert.ok(this.known[name], `${name}: no command before printed one`);
      text = text.replaceAll(name, this.known[name]);
    }
    return text;
  }

  learn(output) {
    const [, stock] = /"stock_id":\s*"(\d{16})"/.exec(output) ?? [];
    const [event] = /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/.exec(output) ?? [];
    Object.assign(this.known, stock && { STOCK_ID: stock }, event && { EVENT_ID: event });
  }

  spawn(command, data) {
    const env = { ...process.env, FAVORHOOK_DATA: data, PATH: `${join(this.folder, 'bin')}:${process.env.PATH}` };
    const child = spawn('bash', ['-c', command], { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const job = { command, child, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => { job.stdout += chunk; });
    child.stderr.on('data', (chunk) => { job.stderr += chunk; });
    job.ended = new Promise((resolve) => child.on('close', (code) => { job.code = code; resolve(job); }));
    return job;
  }

  async run(command) {
    const wanted = Number(/# exits with (\d)/.exec(command)?.[1] ?? 0);
    const job = await this.spawn(this.filled(command), this.sandbox.data).ended;
    assert.equal(job.code, wanted, `${command}\n${job.stderr}${job.stdout}`);
    this.learn(job.stdout);
    return job.stdout;
  }

  // A server gets a data directory and ports of its own; a receiver belongs to the sandbox. Ready is who has printed a line.
  async runBehind(command) {
    let text = `exec ${this.filled(command)}`.replace(/^exec ((?:\w+=\S+ )+)/, 'exec env $1');
    const serves = /favorhook serve/.test(text);
    if (serves) {
      for (const option of ['--listen', '--tls-listen', '--admin-listen']) {
        if (text.includes(` ${option} `)) text = text.replace(new RegExp(`( ${option} \\S+:)\\d+`), '$10');
        else text += ` ${option} 127.0.0.1:0`;
      }
    }
    const job = this.spawn(text, serves ? join(this.sandbox.root, `data-${this.running.length}`) : this.sandbox.data);
    this.running.push(job);
    await until(`${command} is ready`, () => job.stdout.includes('\n') || job.code !== undefined);
    assert.ok(job.stdout.includes('\n'), `${command} is not ready: ${job.stderr}`);
    return job.stdout;
  }

  async stop() {
    for (const job of this.running) if (job.code === undefined) job.child.kill('SIGTERM');
    for (const job of this.running) assert.equal((await job.ended).code, 0, `${job.command}\n${job.stderr}`);
    for (const held of this.held) held.release();
    await this.sandbox.remove();
  }
}

// The answer, once it has the shape that the document shows: what a receiver writes comes a moment after the send.
async function matchShape(reader, command, output, block) {
  const shown = JSON.parse(block.lines.join('\n'));
  const open = ['/request/headers', '/answer/headers'];
  const faultOf = (text) => (text.trim() ? shapeFault(shown, JSON.parse(text.trim().split('\n')[0]), open) : 'nothing was printed');
  let fault = faultOf(output);
  if (fault && /^head /.test(command)) {
    await until('what the document shows is written', async () => {
      fault = faultOf(await reader.run(command));
      return !fault;
    }).catch(() => {});
  }
  if (fault) assert.fail(`line ${block.at}: ${command}: ${fault}`);
}

describe('every command of the documents runs, and answers as shown', { concurrency: false }, () => {
  for (const page of pages) {
    const blocks = fencedBlocks(readDocument(page));
    test(`${page}: fenced blocks are of kinds that are checked`, () => {
      for (const { kind, at } of blocks) assert.ok(kinds.includes(kind), `line ${at}: ${kind}`);
    });
    const checked = blocks.filter(({ kind }) => kind === 'sh' || kind === 'json');
    const toRun = (block) => (block.kind === 'sh' ? commandsOf(block).filter((command) => !skipped.test(command)) : []);
    const commands = checked.flatMap(toRun);
    if (commands.length === 0) continue;

    test(page, { timeout: testTime }, async () => {
      const reader = await Reader.start(commands);
      let failed = true;
      try {
        let last;
        for (const block of checked) {
          if (block.kind === 'json') {
            assert.ok(last, `line ${block.at}: no command is before it`);
            await matchShape(reader, last.command, last.output, block);
            continue;
          }
          for (const command of toRun(block)) {
            last = { command, output: background.test(command) ? await reader.runBehind(command) : await reader.run(command) };
          }
        }
        failed = false;
      } finally {
        // After a failure the jobs' own ends tell nothing, and must not hide it.
        await (failed ? reader.stop().catch(() => {}) : reader.stop());
      }
    });
  }
});

describe('the two READMEs', () => {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map(readDocument);
  const withoutComments = (text) => fencedBlocks(text).filter(({ kind }) => kind === 'sh').map((block) => commandsOf(block).map((line) => line.replace(/\s+# .*$/, '')));

  test('have the same structure and the same commands', () => {
    const levels = (text) => [...text.replace(/^```[^]*?^```/gm, '').matchAll(/^(#+) /gm)].map(([, marks]) => marks.length);
    assert.deepEqual(levels(chinese), levels(english));
    assert.deepEqual(withoutComments(chinese), withoutComments(english));
    const rows = (text) => text.split('\n').filter((line) => line.startsWith('|')).length;
    assert.equal(rows(chinese), rows(english));
  });

  test('show the story as it is told', async () => {
    const sandbox = await Sandbox.start();
    try {
      const { stdout } = await sandbox.cli('story');
      const told = `${sandbox.readyLine}\n${stdout}`.split('\n');
      for (const text of [english, chinese]) {
        const shown = fencedBlocks(text).find(({ kind }) => kind === 'text').lines.filter((line) => line.trim() && line.trim() !== '…');
        let at = 0;
        for (const line of shown) {
          // Numbers and what is elided differ from run to run.
          const pattern = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\d+/g, '\\d+').replaceAll('…', '.*');
          const found = told.findIndex((each, index) => index >= at && new RegExp(`^${pattern}$`).test(each));
          assert.ok(found >= 0, `the story does not tell: ${line}`);
          at = found + 1;
        }
      }
    } finally {
      await sandbox.remove();
    }
  });
});
