// The soak: the program under load from processes of their own, killed and stopped at random while it works and while it
// starts, its receivers killed too, backups in between. In the end `favorhook audit` proves rules 1 to 3 from the files.
//
//   FAVORHOOK=build/release/favorhook node tests/e2e/soak/soak.mjs [--minutes N] [--seed S] [--rate N]
//
// Exits 1 at any fault and keeps the data directory. The seed draws when what is killed; what the machine does in between is
// its own.
import { execFile, fork, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { Sandbox } from '../support/sandbox.mjs';
import { makeCaller, signedCall } from '../support/signed.mjs';
import { stockTerms } from '../support/stock.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);
const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' }, rate: { type: 'string' } } });
const minutes = Number(values.minutes ?? 30);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const rate = Number(values.rate ?? 200);
// Generous, since what is looked for is growth without an end.
const bounds = { rssMiB: 512, descriptors: 2000, logMiB: 512, growthMiB: 96 };
const appid = 'wx0000000000000001';
const plan = [['healthy', 4], ['healthy', 3], ['slow', 1], ['failing', 1], ['resetting', 1]];

// A generator of its own: the schedule is the same for the same seed.
let state = seed >>> 0;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const between = (low, high) => low + random() * (high - low);

const faults = [];
const fault = (text) => { faults.push(text); console.log(`FAULT ${text}`); };
const seen = { kills: 0, killsInStart: 0, stops: 0, receiverKills: 0, backups: 0, resends: 0, lives: 0, rssMiB: 0, descriptors: 0, logMiB: 0 };
const MiB = 1 << 20;

class Receivers {
  constructor(root, identity) {
    Object.assign(this, { root, identity, all: [], files: [] });
  }

  async start(receiver) {
    const file = join(this.root, `posts-${receiver.index}-${receiver.lives += 1}.jsonl`);
    this.files.push(file);
    const options = { mode: receiver.mode, port: receiver.port, file, ...this.identity };
    receiver.child = spawn(process.execPath, [join(here, 'receiver.mjs'), JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise((resolve) => { createInterface({ input: receiver.child.stdout }).once('line', resolve); });
    receiver.port = Number(line);
  }

  async add(mode) {
    const receiver = { mode, index: this.all.length, port: 0, lives: 0 };
    this.all.push(receiver);
    await this.start(receiver);
    return receiver;
  }

  async killOne() {
    const receiver = this.all[Math.floor(random() * this.all.length)];
    receiver.child.kill('SIGKILL');
    seen.receiverKills += 1;
    await sleep(between(200, 6000));
    await this.start(receiver);
  }
}

// The server's memory, descriptors and log as they are now; the greatest values are kept and held against the bounds.
function measure(sandbox) {
  const now = { rssMiB: 0, descriptors: 0, logMiB: 0 };
  try {
    now.rssMiB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${sandbox.child.pid}/status`, 'utf8'))[1]) / 1024;
    now.descriptors = readdirSync(`/proc/${sandbox.child.pid}/fd`).length;
    now.logMiB = statSync(join(sandbox.data, 'favorhook.db-wal')).size / MiB;
  } catch { /* between two lives */ }
  for (const name of Object.keys(now)) {
    seen[name] = Math.max(seen[name], now[name]);
    if (now[name] > bounds[name]) fault(`${name} is ${now[name].toFixed(0)}, more than ${bounds[name]}`);
  }
  return now;
}

const keepLog = (sandbox) => appendFileSync(join(sandbox.root, 'server.log'), sandbox.log);

// Lives of the server, one after the other, until the time is over: killed at once, during its start, after seconds; a
// eighth are long enough to see whether it grows.
async function live(sandbox, until) {
  let killed = true;
  while (Date.now() < until) {
    seen.lives += 1;
    const starting = sandbox.serve().then(() => true, (error) => error);
    if (killed && random() < 0.3) {
      await sleep(between(0, 250));
      const ready = await Promise.race([starting, Promise.resolve(false)]);
      await sandbox.kill9();
      await starting;
      seen.kills += 1;
      if (ready !== true) seen.killsInStart += 1;
      keepLog(sandbox);
      continue;
    }
    const ready = await starting;
    if (ready !== true && /is held by/.test(ready.message)) {
      // A backup that began while no server ran keeps others out until it is made.
      await sleep(100);
      continue;
    }
    if (ready !== true) return fault(`the server did not start: ${ready.message}`);
    const length = random() < 0.12 ? between(40_000, 90_000) : between(300, 8000);
    await stayUp(sandbox, Math.min(Date.now() + length, until));
    if (sandbox.child.exitCode !== null || sandbox.child.signalCode !== null) {
      keepLog(sandbox);
      return fault(`the server ended by itself: ${sandbox.child.signalCode ?? sandbox.child.exitCode}\n${sandbox.log.slice(-3000)}`);
    }
    killed = random() < 0.85;
    const { code } = killed ? await sandbox.kill9().then(() => ({ code: 0 })) : await sandbox.stop();
    if (code !== 0) fault(`SIGTERM ended the server with ${code}`);
    seen[killed ? 'kills' : 'stops'] += 1;
    keepLog(sandbox);
  }
  return undefined;
}

async function stayUp(sandbox, until) {
  const born = Date.now();
  let settled;
  while (Date.now() < until && sandbox.child.exitCode === null && sandbox.child.signalCode === null) {
    const now = measure(sandbox);
    if (Date.now() - born > 20_000) settled ??= now.rssMiB;
    if (settled && now.rssMiB > settled + bounds.growthMiB) fault(`memory grew from ${settled.toFixed(0)} to ${now.rssMiB.toFixed(0)} MiB within a life`);
    await sleep(Math.min(500, Math.max(1, until - Date.now())));
  }
}

// A backup in the midst of it all has every coupon that was answered before it began.
async function backUp(sandbox, acceptedFiles) {
  const file = join(sandbox.root, `backup-${seen.backups += 1}.db`);
  const kept = acceptedFiles.filter((name) => existsSync(name)).map((name, index) => {
    const copy = `${file}.accepted-${index}`;
    copyFileSync(name, copy);
    return copy;
  });
  const made = await sandbox.cli('backup', file);
  // The store may be between two processes, of which the next brings its log in order first.
  if (made.code !== 0) return console.log(`backup ${seen.backups} was not made: ${made.stderr.trim()}`);
  const proof = await sandbox.cli('audit', file, '--ladder', 'documented', ...kept.flatMap((name) => ['--accepted', name]));
  if (proof.code !== 0) return fault(`a backup has faults: ${proof.stdout}${proof.stderr}`);
  return [file, ...kept].forEach((name) => unlinkSync(name));
}

// Some event or other is sent again, whatever its state.
async function resend(sandbox) {
  try {
    const { events } = await sandbox.admin('GET', '/admin/v1/events?limit=200');
    const event = events[Math.floor(random() * events.length)];
    await sandbox.admin('POST', `/admin/v1/events/${event.id}/resend`);
    seen.resends += 1;
  } catch { /* the server is down at the moment */ }
}

async function again(until, low, high, action) {
  while (Date.now() + high < until) {
    await sleep(between(low, high));
    await action();
  }
}

async function makeMerchants(sandbox, receivers) {
  const merchants = [];
  for (const [index, [mode, weight]] of plan.entries()) {
    const receiver = await receivers.add(mode);
    const mchid = `190000000${index + 1}`;
    const merchant = await sandbox.addMerchant(mchid, { appid });
    const caller = makeCaller(mchid, merchant);
    const call = async (target, body) => {
      const { status, body: text } = await signedCall(caller, sandbox.ports.http, 'POST', `/v3/marketing/busifavor/${target}`, JSON.stringify(body));
      if (status !== 200) throw new Error(`${target}: ${status} ${text}`);
      return JSON.parse(text);
    };
    await call('callbacks', { notify_url: `https://localhost:${receiver.port}/notify` });
    const { stock_id: stockId } = await call('stocks', stockTerms(mchid, { stock_send_rule: { max_coupons: 1_000_000_000, max_coupons_per_user: 100 } }));
    merchants.push({ mchid, folder: merchant.folder, appid, stockId, weight, mode });
  }
  return merchants;
}

function startClients(sandbox, merchants) {
  return ['a', 'b'].map((name) => {
    const file = join(sandbox.root, `accepted-${name}.jsonl`);
    const options = { name, port: sandbox.ports.http, rate: rate / 2, file, merchants };
    const child = fork(join(here, 'client.mjs'), [JSON.stringify(options)]);
    const client = { file, child, answered: 0 };
    child.on('message', (told) => { client.answered = told.answered; told.faults.forEach(fault); });
    client.ended = new Promise((resolve) => { child.on('exit', (code) => resolve(code)); });
    return client;
  });
}

// With the load over, what healthy receivers have not taken yet they take at the next step of the ladder, 60 s later.
async function waitForHealthy(sandbox, merchants) {
  const healthy = merchants.filter(({ mode }) => mode === 'healthy');
  for (let tries = 0; ; tries += 1) {
    const pages = await Promise.all(healthy.map(({ mchid }) => sandbox.admin('GET', `/admin/v1/events?receiver=${mchid}&state=pending&limit=1`)));
    if (pages.every(({ events }) => events.length === 0)) return;
    if (tries === 300) return fault('healthy receivers still wait for events after two steps of the ladder');
    await sleep(500);
  }
}

async function prove(sandbox, receivers, clients) {
  const args = [...receivers.files.flatMap((file) => ['--received', file]), ...clients.flatMap(({ file }) => ['--accepted', file])];
  const { stdout } = await run(process.env.FAVORHOOK, ['audit', '--data', sandbox.data, '--ladder', 'documented', ...args], { maxBuffer: 64 * MiB })
    .catch((error) => { fault(`the audit: exit ${error.code} ${error.stderr}`); return error; });
  console.log(stdout);
}

console.log(`soak: ${minutes} minutes, seed ${seed}, ${rate} coupons a second`);
const sandbox = await Sandbox.start({ samePorts: true });
console.log(`data in ${sandbox.root}`);
const out = join(sandbox.root, 'receiver');
await sandbox.cli('cert', 'issue', '--host', 'localhost', '--out', out);
const receivers = new Receivers(sandbox.root, { key: join(out, 'key.pem'), cert: join(out, 'cert.pem') });
const merchants = await makeMerchants(sandbox, receivers);
const clients = startClients(sandbox, merchants);
const began = Date.now();
const until = began + minutes * 60_000;

const report = setInterval(() => {
  const now = measure(sandbox);
  const answered = clients.reduce((sum, client) => sum + client.answered, 0);
  console.log(`${((Date.now() - began) / 1000).toFixed(0)} s: ${answered} coupons, ${seen.kills} kills (${seen.killsInStart} in start), ${seen.stops} stops, `
    + `${seen.receiverKills} receivers killed, ${seen.backups} backups, ${seen.resends} resends; `
    + `RSS ${now.rssMiB.toFixed(0)} MiB, ${now.descriptors} descriptors, log ${now.logMiB.toFixed(1)} MiB`);
}, 10_000);

await stayUp(sandbox, Date.now() + 2000);
await sandbox.kill9();
await Promise.all([
  live(sandbox, until),
  again(until, 2000, 12_000, () => receivers.killOne()),
  again(until, 20_000, 60_000, () => backUp(sandbox, clients.map(({ file }) => file))),
  again(until, 1000, 5000, () => resend(sandbox)),
]);
if (faults.length === 0) {
  await sandbox.serve();
  clients.forEach(({ child }) => child.send('stop'));
  for (const { ended } of clients) if (await ended !== 0) fault('a client ended with an error');
  await waitForHealthy(sandbox, merchants);
  await sandbox.stop();
  keepLog(sandbox);
  await prove(sandbox, receivers, clients);
} else clients.forEach(({ child }) => child.kill());
clearInterval(report);
receivers.all.forEach(({ child }) => child.kill());
console.log(`${seen.lives} lives; at most ${seen.rssMiB.toFixed(0)} MiB, ${seen.descriptors} descriptors, log ${seen.logMiB.toFixed(0)} MiB; ${faults.length} faults`);
if (faults.length > 0) {
  console.log(`the data is kept in ${sandbox.root}`);
  sandbox.child.kill('SIGKILL');
  process.exit(1);
}
await sandbox.remove();
