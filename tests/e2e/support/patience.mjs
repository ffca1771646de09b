// Waiting for a thing that happens, however slow the machine is. No test says how fast something is: a wait is for the thing
// itself, and its bound is only there so that a fault fails instead of hanging.
//
//   const [event] = await until('an event is pending', async () => { const events = await …; return events.length > 0 && events; });
//   const post = await within('a notification', arriving);
//   test('…', { timeout: testTime }, async () => { … });
import { setTimeout as sleep } from 'node:timers/promises';

// Milliseconds until a thing is taken for not happening.
export const patience = 60_000;
// The same of a whole test, which waits for many things one after the other.
export const testTime = 600_000;

// What the condition gives as soon as that is true.
export async function until(what, condition, { every = 50, atMost = patience } = {}) {
  for (const giveUp = Date.now() + atMost; ;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > giveUp) throw new Error(`${what}: not within ${atMost / 1000} s`);
    await sleep(every);
  }
}

// What the promise gives.
export function within(what, promise, atMost = patience) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: not within ${atMost / 1000} s`)), atMost);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
