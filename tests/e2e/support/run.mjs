// Runs a program to its end: { code, stdout, stderr }. Never rejects.
//
//   const { code, stderr } = await run('java', ['SetCallback.java'], { cwd: folder });
import { execFile } from 'node:child_process';

export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 64 << 20, ...options }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}
