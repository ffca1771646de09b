// A client of the soak, in a process of its own: sends coupons at a steady rate, and asks again with the same request number
// until it has an answer. What was answered 200 goes into its file, in one append a line.
//
//   fork('client.mjs', [JSON.stringify({ name, port, rate, file, merchants: [{ mchid, folder, appid, stockId, weight }] })])
//
// Tells its parent {answered, faults} each second; ends at the message 'stop', when what is under way has an answer.
import { openSync, writeSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readMerchant } from '../support/sandbox.mjs';
import { makeCaller, signedCall } from '../support/signed.mjs';

const { name, port, rate, file, merchants } = JSON.parse(process.argv[2]);
const atOnce = 16;
const record = openSync(file, 'a');
const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
const callers = merchants.map((merchant) => ({ ...merchant, ...makeCaller(merchant.mchid, readMerchant(merchant.folder)) }));
const drawn = callers.flatMap((caller) => Array(caller.weight).fill(caller));
const told = { answered: 0, faults: [] };
let stopping = false;
let last = 0;

async function send(caller, outRequestNo) {
  const openid = `o${Math.floor(Math.random() * 200_000)}_abcdefghijklmn`;
  const body = JSON.stringify({ stock_id: caller.stockId, appid: caller.appid, openid, out_request_no: outRequestNo });
  // While the server is down there is nobody to answer; the number makes a repetition the same coupon.
  for (let tries = 0; tries < 2000; tries += 1) {
    let answer;
    try {
      answer = await signedCall(caller, port, 'POST', '/v3/marketing/busifavor/coupons/send', body, agent);
    } catch {
      await sleep(50);
      continue;
    }
    if (answer.status === 200) {
      const { coupon_code: code } = JSON.parse(answer.body).send_coupon_result;
      writeSync(record, `${JSON.stringify({ mchid: caller.mchid, out_request_no: outRequestNo, status: 200, coupon_code: code })}\n`);
      told.answered += 1;
      return;
    }
    if (answer.status !== 429 && answer.status !== 503) {
      told.faults.push(`coupons/send answered ${answer.status} ${answer.body}`);
      return;
    }
    await sleep(100);
  }
  told.faults.push(`${outRequestNo} had no answer`);
}

async function work(worker) {
  const pause = (1000 * atOnce) / rate;
  await sleep(Math.random() * pause);
  let next = Date.now();
  while (!stopping) {
    last += 1;
    await send(drawn[Math.floor(Math.random() * drawn.length)], `soak_${name}_${worker}_${last}`);
    next = Math.max(next + pause, Date.now() - 10 * pause);
    await sleep(Math.max(0, next - Date.now()));
  }
}

process.on('message', (message) => { stopping = message === 'stop'; });
const tell = () => process.send?.({ answered: told.answered, faults: told.faults.splice(0) });
const ticking = setInterval(tell, 1000);
await Promise.all(Array.from({ length: atOnce }, (_, worker) => work(worker)));
clearInterval(ticking);
tell();
agent.destroy();
process.disconnect?.();
