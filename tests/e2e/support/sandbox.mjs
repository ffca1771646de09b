// A real sandbox for a test: the built program on free ports, its data in a folder of its own.
//
//   const sandbox = await Sandbox.start();
//   const merchant = await sandbox.addMerchant('1900000001', { appid: 'wx0000000000000001' });
//   …
//   await sandbox.remove();
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { within } from './patience.mjs';
import { run } from './run.mjs';

const program = process.env.FAVORHOOK;
if (!program) throw new Error('FAVORHOOK names the program under test');

export class Sandbox {
  static async start(options = {}) {
    const sandbox = Sandbox.prepare(options);
    await sandbox.serve();
    return sandbox;
  }

  // Its place only, for a test that puts something there before the first start.
  static prepare(options = {}) {
    const sandbox = new Sandbox();
    sandbox.root = mkdtempSync(join(tmpdir(), 'favorhook-e2e-'));
    sandbox.data = join(sandbox.root, 'data');
    sandbox.options = options;
    return sandbox;
  }

  // Starts the server on this sandbox's data. Another process may have been given the ports of an earlier start meanwhile, so
  // they are new ones, but where clients need the same.
  async serve() {
    const at = (port) => `127.0.0.1:${(this.options.samePorts && port) || 0}`;
    const args = ['serve', '--sandbox', '--data', this.data, '--listen', at(this.ports?.http),
      '--tls-listen', at(this.ports?.https), '--admin-listen', at(this.ports?.admin)];
    if (this.options.config) args.push('--config', this.options.config);
    // Where core dumps are forbidden, nobody but root may look into the process: neither tests that count its descriptors nor
    // LeakSanitizer.
    const env = { FAVORHOOK_CORE_DUMPS: 'on', ...process.env, ...this.options.env };
    // With a bound on descriptors, util-linux' prlimit sets it and becomes the program.
    const bounded = this.options.descriptors ? ['prlimit', `--nofile=${this.options.descriptors}`, program] : [program];
    this.child = spawn(bounded[0], [...bounded.slice(1), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.log = '';
    this.child.stderr.on('data', (chunk) => { this.log += chunk; });
    this.exited = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve({ code, signal })));
    const ready = new Promise((resolve) => createInterface({ input: this.child.stdout }).once('line', resolve));
    const line = await within('the server is ready', Promise.race([ready, this.exited])).catch((error) => error);
    if (typeof line !== 'string') throw new Error(`the server did not start: ${line.message ?? ''}\n${this.log}`);
    this.readyLine = line;
    const addresses = JSON.parse(readFileSync(join(this.data, 'server.json'), 'utf8'));
    const port = (address) => Number(address.slice(address.lastIndexOf(':') + 1));
    this.ports = { http: port(addresses.listen), https: port(addresses.tls_listen), admin: port(addresses.admin_listen) };
    this.adminToken = readFileSync(join(this.data, 'admin.token'), 'utf8').trim();
  }

  async kill9() {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  async stop() {
    this.child.kill('SIGTERM');
    return this.exited;
  }

  async remove() {
    if (this.child?.exitCode === null && this.child.signalCode === null) await this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  // Runs a command on this sandbox; { code, stdout, stderr }, never throws.
  cli(...args) {
    return run(program, ['--data', this.data, ...args]);
  }

  async cliJson(...args) {
    const { code, stdout, stderr } = await this.cli(...args, '--json');
    if (code !== 0) throw new Error(`favorhook ${args.join(' ')}: exit ${code}: ${stderr}${stdout}`);
    return JSON.parse(stdout);
  }

  async admin(method, path, body) {
    const answer = await fetch(`http://127.0.0.1:${this.ports.admin}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.adminToken}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  // Every event of a receiver with its attempts: the ledger.
  async ledger(receiver) {
    const events = [];
    for (let before; ;) {
      const page = await this.admin('GET', `/admin/v1/events?receiver=${receiver}&limit=200${before ? `&before=${before}` : ''}`);
      for (const row of page.events) events.push(await this.admin('GET', `/admin/v1/events/${row.id}`));
      if (!page.next_before) return events;
      before = page.next_before;
    }
  }

  // The same from the files, where no server runs.
  async localLedger(receiver) {
    const { events } = await this.cliJson('event', 'list', '--receiver', receiver, '--limit', '500');
    const shown = [];
    for (const { id } of events) shown.push(await this.cliJson('event', 'show', id));
    return shown;
  }

  async addMerchant(mchid, { kind = 'direct', appid } = {}) {
    const done = await this.cli('merchant', 'add', '--mchid', mchid, '--name', `merchant ${mchid}`, '--kind', kind);
    if (done.code !== 0) throw new Error(done.stderr);
    if (appid) {
      const bound = await this.cli('merchant', 'app', 'add', '--mchid', mchid, '--appid', appid);
      if (bound.code !== 0) throw new Error(bound.stderr);
    }
    return readMerchant(join(this.data, 'merchants', mchid));
  }

  // A TLS identity for a receiver on localhost: { key, cert, ca }.
  async receiverIdentity() {
    const out = join(this.root, 'receiver');
    const done = await this.cli('cert', 'issue', '--host', 'localhost', '--host', '127.0.0.1', '--out', out);
    if (done.code !== 0) throw new Error(done.stderr);
    return { key: readFileSync(join(out, 'key.pem')), cert: readFileSync(join(out, 'cert.pem')) };
  }
}

// What a merchant has in its folder, under the names merchants know.
export function readMerchant(folder) {
  const file = (name) => readFileSync(join(folder, name), 'utf8');
  const certificate = readdirSync(folder).find((name) => /^wechatpay_[0-9A-F]{40}\.pem$/.test(name));
  return {
    folder,
    privateKey: file('apiclient_key.pem'),
    certificate: file('apiclient_cert.pem'),
    apiv3Key: file('apiv3_key.txt'),
    platformSerial: certificate.slice('wechatpay_'.length, -'.pem'.length),
    platformCertificate: file(certificate),
    publicKey: file('pub_key.pem'),
    publicKeyId: file('pub_key_id.txt').trim(),
    ca: file('ca.pem'),
    caFile: join(folder, 'ca.pem'),
  };
}
