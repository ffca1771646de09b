// kill -9 at random moments under load. Afterwards every coupon that was answered 200 has been delivered, and every POST that
// the receiver saw is one attempt of the ledger, by its nonce (rules 1 and 3 of what must always hold).
//
// KILL_ROUNDS sets the rounds: 3 in ./test --quick, 20 otherwise.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience, testTime, until } from './support/patience.mjs';
import { appid, mchid, openShop } from './support/shop.mjs';
import { makeCaller, signedCall } from './support/signed.mjs';
import { stockTerms } from './support/stock.mjs';

const rounds = Number(process.env.KILL_ROUNDS ?? 20);
const clients = 12;

// Asks for coupons until the server is gone; gives the request numbers that were answered 200.
async function issueUntilKilled(caller, port, stockId, round, answered) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  let alive = true;
  const one = async (worker) => {
    for (let number = 0; alive; number += 1) {
      const outRequestNo = `kill_${round}_${worker}_${number}`;
      const body = JSON.stringify({ stock_id: stockId, appid, openid: `o${round}_${worker}_${number}_abcdefghij`, out_request_no: outRequestNo });
      try {
        const { status } = await signedCall(caller, port, 'POST', '/v3/marketing/busifavor/coupons/send', body, agent);
        if (status === 200) answered.add(outRequestNo);
        else assert.fail(`coupons/send answered ${status}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        alive = false;
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, worker) => one(worker)));
  agent.destroy();
}

test(`${rounds} rounds of kill -9 under load lose nothing and send nothing that the ledger does not know`, { timeout: 2 * testTime }, async () => {
  const { sandbox, merchant, receiver, close } = await openShop();
  try {
    const caller = makeCaller(mchid, merchant);
    const call = (method, target, body) => signedCall(caller, sandbox.ports.http, method, target, JSON.stringify(body));
    assert.equal((await call('POST', '/v3/marketing/busifavor/callbacks', { notify_url: receiver.url })).status, 200);
    const created = await call('POST', '/v3/marketing/busifavor/stocks', stockTerms(mchid, {
      stock_send_rule: { max_coupons: 1_000_000_000, max_coupons_per_user: 100 },
    }));
    assert.equal(created.status, 200, created.body);
    const stockId = JSON.parse(created.body).stock_id;

    const answered = new Set();
    for (let round = 0; round < rounds; round += 1) {
      const load = issueUntilKilled(caller, sandbox.ports.http, stockId, round, answered);
      const before = answered.size;
      await until('the load issues coupons', () => answered.size > before, { every: 5 });
      await sleep(Math.random() * 500);
      await sandbox.kill9();
      await load;
      await sandbox.serve();
    }
    // An attempt that a busy machine did not end in its five seconds is made again after a minute.
    await until('no event is pending', async () => {
      const pending = await sandbox.admin('GET', '/admin/v1/events?state=pending&limit=1');
      return pending.events.length === 0;
    }, { atMost: 5 * patience });

    const ledger = await sandbox.ledger(mchid);
    const delivered = new Set();
    const attempts = new Map();
    for (const event of ledger) {
      assert.equal(event.state, 'delivered', `event ${event.id} is ${event.state}`);
      delivered.add(JSON.parse(event.plaintext).send_req_no);
      for (const attempt of event.attempts) {
        assert.ok(!attempts.has(attempt.nonce), `nonce ${attempt.nonce} stands twice in the ledger`);
        attempts.set(attempt.nonce, { ...attempt, id: event.id });
      }
    }
    for (const outRequestNo of answered) assert.ok(delivered.has(outRequestNo), `${outRequestNo} was answered 200 and not delivered`);

    const seen = new Map();
    for (const post of receiver.posts) {
      const nonce = post.headers['wechatpay-nonce'];
      assert.ok(!seen.has(nonce), `the receiver saw attempt ${nonce} twice`);
      seen.set(nonce, JSON.parse(post.rawBody).id);
      assert.equal(attempts.get(nonce)?.id, JSON.parse(post.rawBody).id, `no attempt of the ledger has nonce ${nonce}`);
    }
    for (const attempt of attempts.values()) {
      if (attempt.verdict === 'acknowledged') assert.ok(seen.has(attempt.nonce), `${attempt.nonce} is recorded as answered and was not seen`);
      if (['connect_failed', 'dns_failed', 'tls_failed'].includes(attempt.verdict)) assert.ok(!seen.has(attempt.nonce));
    }
    // The same once more, by the program itself and from the files of the stopped store.
    await sandbox.stop();
    const posts = join(sandbox.root, 'posts.jsonl');
    writeFileSync(posts, receiver.posts.map((post) => (
      `${JSON.stringify({ nonce: post.headers['wechatpay-nonce'], id: JSON.parse(post.rawBody).id, status: 200 })}\n`)).join(''));
    const accepted = join(sandbox.root, 'accepted.jsonl');
    writeFileSync(accepted, [...answered].map((number) => `${JSON.stringify({ mchid, out_request_no: number, status: 200 })}\n`).join(''));
    const proof = await sandbox.cli('audit', '--received', posts, '--accepted', accepted, '--ladder', 'documented');
    assert.equal(proof.code, 0, proof.stdout + proof.stderr);

    const unknown = [...attempts.values()].filter((attempt) => attempt.verdict === 'unknown').length;
    console.log(`# ${rounds} kills, ${answered.size} coupons answered 200, ${ledger.length} events delivered, `
      + `${attempts.size} attempts (${unknown} of unknown outcome), ${receiver.posts.length} POSTs seen`);
  } finally {
    await close();
  }
});
