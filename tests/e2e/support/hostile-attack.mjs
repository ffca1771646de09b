// A process that plays the quick cases of hostile/*.txt over and over, and holds slow connections open meanwhile, until it is
// killed: the attack while others are served. Arguments: the folder of the cases, a JSON file with { ports, caller, other }.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCases } from './hostile-cases.mjs';
import { mayBeCut, play } from './hostile-client.mjs';

const [folder, worldFile] = process.argv.slice(2);
const { cases, defines, texts } = readCases(folder);
const world = { ...JSON.parse(readFileSync(worldFile, 'utf8')), defines, texts };
const quick = cases.filter(mayBeCut);
const perSecond = 100;
const slow = 500;

function holdSlowly(begun = () => {}) {
  const socket = net.connect(world.ports.http, '127.0.0.1', () => { socket.write('GET /v3/nothing HTTP/1.1\r\nX: '); begun(); });
  const timer = setInterval(() => socket.write('a'), 2000);
  socket.on('error', () => {});
  socket.on('close', () => { clearInterval(timer); setTimeout(holdSlowly, 100, begun); });
}

await Promise.all(Array.from({ length: slow }, () => new Promise(holdSlowly)));
process.stdout.write('attacking\n');
for (let at = 0; ; at = (at + 1) % quick.length) {
  // What a case is answered is the test's concern; here only that it is asked.
  play(quick[at], world).catch(() => {});
  await sleep(1000 / perSecond);
}
