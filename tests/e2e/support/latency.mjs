// How long a well-behaved client waits for its answers.
//
//   const { p50, p99 } = await measureLatency(caller, port);     // milliseconds
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedCall } from './signed.mjs';

export async function measureLatency(caller, port, { requests = 400, pauseMs = 5 } = {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const took = [];
  for (let done = 0; done < requests; ++done) {
    const began = performance.now();
    const answer = await signedCall(caller, port, 'GET', '/v3/marketing/busifavor/callbacks', '', agent);
    took.push(performance.now() - began);
    if (answer.status !== 404 && answer.status !== 200) throw new Error(`answered ${answer.status}`);
    await sleep(pauseMs);
  }
  agent.destroy();
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}
