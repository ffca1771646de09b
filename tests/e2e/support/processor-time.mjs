// What a piece of work costs a process on the processors, in milliseconds: unlike the time that passes, it stays about the same on a
// busy machine. The least of some tries, since caches and the kernel's own work add to it now and then.
//
//   const each = await processorTime(sandbox.child.pid, 400, () => measureLatency(caller, port, { requests: 400, pauseMs: 0 }));
import { readFileSync } from 'node:fs';

// In user and system mode together; the kernel counts in hundredths of a second.
function spent(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').slice(11, 13).map(Number);
  return (user + system) * 10;
}

// For each of `count` things that the work does.
export async function processorTime(pid, count, work, tries = 3) {
  const found = [];
  for (let left = tries; left > 0; left -= 1) {
    const before = spent(pid);
    await work();
    found.push((spent(pid) - before) / count);
  }
  return Math.min(...found);
}
