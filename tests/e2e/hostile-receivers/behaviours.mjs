// What receivers do, and what `favorhook event show` then says. A row: name, the verdict, the status, the detail, and the script
// of a connection (support/sick-receiver.mjs) with its options.
//
// Rows whose name begins with UNCONFIRMED rest on docs/adr/0008: what the real sender makes of them is not documented.
import { setTimeout as sleep } from 'node:timers/promises';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const megabyte = Buffer.alloc(1 << 20, 'x');
const gigabyte = 1 << 30;

const answering = (text) => async (talk) => { await talk.request(); await talk.write(text); await talk.hang(); };
const closing = (text) => async (talk) => { await talk.request(); talk.end(text); };
// A reset overtakes what was sent before it, so it waits a little; either way the connection broke.
const resetting = (text) => async (talk) => { await talk.request(); await talk.write(text); await sleep(100); talk.reset(); };
const waiting = /^timed out after 5000 ms waiting for the answer$/;
const reading = /^timed out after 5000 ms reading the answer$/;
const shaking = /^timed out after 5000 ms in the TLS handshake$/;
const ended = /^the connection ended during the TLS handshake$/;
const broke = /^(the connection broke|the receiver closed the connection) (waiting for|reading) the answer$/;

// Before and within the TLS handshake.
export const connecting = [
  { name: 'accepts and says nothing', verdict: 'timed_out', detail: shaking, plain: true, script: (talk) => talk.hang() },
  { name: 'accepts and closes', verdict: 'tls_failed', detail: ended, plain: true, script: async (talk) => talk.end() },
  { name: 'accepts and resets', verdict: 'tls_failed', detail: ended, plain: true, script: async (talk) => talk.reset() },
  { name: 'begins a ServerHello and hangs', verdict: 'timed_out', detail: shaking, plain: true,
    script: async (talk) => { await talk.write(Buffer.from('160303007a0200', 'hex')); await talk.hang(); } },
  { name: 'drips a ServerHello', verdict: 'timed_out', detail: shaking, plain: true,
    script: (talk) => talk.drip(Buffer.from(`160303007a020000760303${'11'.repeat(60)}`, 'hex'), 500) },
  { name: 'begins a ServerHello and closes', verdict: 'tls_failed', detail: ended, plain: true,
    script: async (talk) => talk.end(Buffer.from('160303007a0200', 'hex')) },
  { name: 'speaks HTTP without TLS', verdict: 'tls_failed', detail: /wrong version number/, plain: true,
    script: async (talk) => { await talk.write('HTTP/1.1 400 Bad Request\r\n\r\n'); await talk.hang(); } },
  { name: 'speaks SMTP', verdict: 'tls_failed', detail: /wrong version number/, plain: true,
    script: async (talk) => { await talk.write('220 mail.example ESMTP\r\n'); await talk.hang(); } },
  { name: 'sends an alert', verdict: 'tls_failed', detail: /handshake failure/, plain: true,
    script: async (talk) => { await talk.write(Buffer.from('15030300020228', 'hex')); await talk.hang(); } },
  { name: 'floods the handshake with a gigabyte', verdict: 'tls_failed', detail: /^TLS: /, plain: true, script: (talk) => talk.flood(megabyte, gigabyte) },
  { name: 'speaks TLS 1.0', verdict: 'tls_failed', detail: /protocol/, context: { minVersion: 'TLSv1', maxVersion: 'TLSv1' }, script: answering(ok) },
  { name: 'speaks TLS 1.1', verdict: 'tls_failed', detail: /protocol/, context: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }, script: answering(ok) },
  { name: 'speaks HTTP/2 alone', verdict: 'tls_failed', detail: /no application protocol/, tls: { ALPNCallback: ({ protocols }) => protocols.find((each) => each === 'h2') }, script: answering(ok) },
  { name: 'wants a client certificate', verdict: 'reset', detail: /^TLS failed .*(certificate required|handshake failure|bad certificate)/,
    tls: { requestCert: true, rejectUnauthorized: true }, script: answering(ok) },
];

// Certificates; `certificate` is an argument of TestAuthority.issue, or names one that the test makes otherwise.
const day = 86_400;
const refused = (name, detail, certificate, more) => ({ name, verdict: 'certificate_refused', detail, certificate, script: answering(ok), ...more });
export const certificates = [
  refused('has a certificate that expired', /certificate has expired/, { from: -2 * day, to: -day }),
  refused('has a certificate that expired a minute ago', /certificate has expired/, { from: -day, to: -60 }),
  refused('has a certificate of tomorrow', /certificate is not yet valid/, { from: day, to: 2 * day }),
  refused('has a certificate for another host', /hostname mismatch/i, { names: ['other.example'] }),
  refused('has a certificate for a wildcard above it', /hostname mismatch/i, { names: ['*'] }),
  refused('has a certificate for a part of its name', /hostname mismatch/i, { names: ['local*'] }),
  refused('has a certificate for its name in another domain', /hostname mismatch/i, { names: ['localhost.example'] }),
  refused('has a certificate for a name and is reached by address', /ip address mismatch/i, { names: ['localhost'] }, { host: '127.0.0.1' }),
  refused('has a certificate for an address and is reached by name', /hostname mismatch/i, { names: ['127.0.0.1'] }),
  refused('has a self-signed certificate', /self-signed certificate/, 'self-signed'),
  refused('has a certificate of an unknown authority', /unable to get local issuer certificate/, 'unknown authority'),
  refused('does not send its intermediate', /unable to get local issuer certificate/, 'intermediate missing'),
  refused('has a certificate issued by a certificate that may not', /invalid CA certificate/i, 'issued by a leaf'),
  refused('has a certificate for clients', /purpose/, { extensions: 'extendedKeyUsage=clientAuth' }),
  refused('has a certificate for signing mail', /purpose/, { extensions: 'extendedKeyUsage=emailProtection' }),
  refused('has a key of 1024 bits', /key too weak|key too small/i, { key: 'rsa:1024' }),
  refused('has a certificate signed with SHA-1', /digest algorithm too weak|md too weak/i, { digest: 'sha1' }),
];

const timedOut = (name, detail, script) => ({ name, verdict: 'timed_out', detail, script });
const reset = (name, script) => ({ name, verdict: 'reset', detail: broke, script });
const bad = (name, text) => ({ name, verdict: 'bad_answer', detail: /./, status: 0, script: answering(text) });

// Behind the handshake, before the head of an answer is complete.
export const heads = [
  timedOut('reads and says nothing', waiting, async (talk) => { await talk.request(); await talk.hang(); }),
  timedOut('does not even read', waiting, async (talk) => { talk.socket.pause(); await talk.hang(); }),
  timedOut('hangs within the status line', reading, answering('HTTP/1.1 20')),
  timedOut('hangs behind the status line', reading, answering('HTTP/1.1 200 OK\r\n')),
  timedOut('hangs between headers', reading, answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n')),
  timedOut('hangs before the last line break', reading, answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r')),
  timedOut('hangs behind an interim answer', reading, answering('HTTP/1.1 100 Continue\r\n\r\n')),
  timedOut('drips a byte a second', reading, async (talk) => { await talk.request(); await talk.drip(ok, 1000); }),
  timedOut('answers too late', waiting, async (talk) => { await talk.request(); await talk.until(5500); talk.end(ok); }),
  timedOut('drips interim answers', reading, async (talk) => { await talk.request(); for (let n = 0; n < 7; n += 1) { await talk.write('HTTP/1.1 102 X\r\n\r\n'); await sleep(900); } }),
  reset('closes behind the handshake', async (talk) => talk.end()),
  reset('resets behind the handshake', async (talk) => talk.reset()),
  reset('closes behind the request', closing('')),
  reset('resets behind the request', resetting('')),
  reset('closes within the status line', closing('HTTP/1.1 20')),
  reset('resets within the status line', resetting('HTTP/1.1 20')),
  reset('closes between headers', closing('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n')),
  reset('resets between headers', resetting('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n')),
  bad('speaks SMTP behind TLS', '220 mail.example ESMTP\r\n'),
  bad('speaks HTTP/0.9', '<html>ok</html>\r\n'),
  bad('speaks HTTP/2 unasked', Buffer.from('000000040000000000', 'hex')),
  bad('answers with a request', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  bad('answers in version 3.7', 'HTTP/3.7 200 OK\r\n\r\n'),
  bad('answers with bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'),
  bad('answers with status 20', 'HTTP/1.1 20 OK\r\n\r\n'),
  bad('answers with status 2000', 'HTTP/1.1 2000 OK\r\n\r\n'),
  bad('answers with status 000', 'HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n'),
  bad('answers with status 099', 'HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n'),
  bad('answers with a status in words', 'HTTP/1.1 OK 200\r\n\r\n'),
  bad('answers with a negative status', 'HTTP/1.1 -20 OK\r\n\r\n'),
  bad('sends two Content-Lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
  bad('sends a Content-Length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n'),
  bad('sends a negative Content-Length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'),
  bad('sends a Content-Length that overflows', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n'),
  bad('sends Content-Length with Transfer-Encoding', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
  bad('sends a header without a colon', 'HTTP/1.1 200 OK\r\nNonsense\r\n\r\n'),
  bad('sends a header with a NUL', 'HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n'),
  bad('sends a header with a space in its name', 'HTTP/1.1 200 OK\r\nX Y: a\r\n\r\n'),
  bad('switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
  bad('sends interim answers for ever', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(10_000)),
  bad('sends early hints for ever', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.repeat(10_000)),
  { name: 'sends 100,000 headers', verdict: 'answer_too_large', status: 0, detail: /limit/,
    script: async (talk) => { await talk.request(); await talk.write('HTTP/1.1 200 OK\r\n'); await talk.flood(Buffer.from('X-Header: value\r\n'.repeat(1000)), 1_700_000); await talk.hang(); } },
  { name: 'sends a header of a gigabyte', verdict: 'answer_too_large', status: 0, detail: /limit/, flood: true,
    script: async (talk) => { await talk.request(); await talk.write('HTTP/1.1 200 OK\r\nX: '); await talk.flood(megabyte, gigabyte); } },
  { name: 'sends a status line of a gigabyte', verdict: 'answer_too_large', status: 0, detail: /limit/, flood: true,
    script: async (talk) => { await talk.request(); await talk.write('HTTP/1.1 200 '); await talk.flood(megabyte, gigabyte); } },
];

// With a whole head: its status decides, whatever becomes of the body.
const body = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';
const failure = 'HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const taken = (name, script, more) => ({ name, verdict: 'acknowledged', status: 200, detail: /^$/, script, ...more });
const unconfirmed = (name, detail, script, more) => taken(`UNCONFIRMED ${name}`, script, { detail, ...more });
const large = (name, status, head, more) => ({ name, verdict: status === 200 ? 'acknowledged' : 'status_not_ack', status, detail: /limit/, flood: true, ...more,
  script: async (talk) => { await talk.request(); await talk.write(head); await talk.flood(megabyte, gigabyte); } });

export const acknowledging = [
  taken('answers 200', answering(ok)),
  taken('answers 204', answering('HTTP/1.1 204 No Content\r\n\r\n'), { status: 204 }),
  taken('answers 200 without a length and closes', closing('HTTP/1.1 200 OK\r\n\r\nok')),
  taken('answers in HTTP/1.0', closing('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok')),
  taken('answers 200 with FAIL in its body', answering('HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"code":"FAIL"}')),
  taken('answers before it has read', async (talk) => { await talk.write(ok); await talk.hang(); }),
  taken('answers behind eight interim answers', answering(`${'HTTP/1.1 102 X\r\n\r\n'.repeat(8)}${ok}`)),
  taken('answers twice', answering(`${ok}HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n`)),
  taken('answers 16 KiB', answering(`HTTP/1.1 200 OK\r\nContent-Length: 16384\r\n\r\n${'b'.repeat(16384)}`)),
  taken('answers at the last moment', async (talk) => { await talk.request(); await talk.until(4300); await talk.write(ok); await talk.hang(); }),
  unconfirmed('hangs within the body of a 200', reading, answering(body)),
  unconfirmed('drips the body of a 200', reading, async (talk) => { await talk.request(); await talk.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'); await talk.drip('b'.repeat(100), 1000); }),
  unconfirmed('closes within the body of a 200', broke, closing(body)),
  unconfirmed('resets within the body of a 200', broke, resetting(body)),
  unconfirmed('hangs within a chunk of a 200', reading, answering(`${chunked}5\r\nab`)),
  unconfirmed('does not end the chunks of a 200', broke, closing(`${chunked}2\r\nab\r\n`)),
  unconfirmed('sends nonsense for a chunk of a 200', /./, answering(`${chunked}nonsense\r\n`)),
  unconfirmed('sends a chunk that overflows behind a 200', /./, answering(`${chunked}FFFFFFFFFFFFFFFFF\r\n`)),
  unconfirmed('announces 16 KiB and a byte behind a 200', /limit/, answering('HTTP/1.1 200 OK\r\nContent-Length: 16385\r\n\r\n')),
  unconfirmed('sends trailers for ever behind a 200', /limit/, async (talk) => { await talk.request(); await talk.write(`${chunked}0\r\n`); await talk.flood(Buffer.from('X: a\r\n'.repeat(1000)), 1 << 24); }, { flood: true }),
  large('UNCONFIRMED sends a gigabyte behind a 200', 200, 'HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n'),
  large('UNCONFIRMED sends a gigabyte without a length behind a 200', 200, 'HTTP/1.1 200 OK\r\n\r\n'),
  large('UNCONFIRMED sends a gigabyte in one chunk behind a 200', 200, `${chunked}40000000\r\n`),
];

const plain = (status, more = '') => ({ name: `answers ${status}`, verdict: 'status_not_ack', status, detail: /^$/,
  script: answering(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n${more}\r\n`) });
export const refusing = [
  ...[201, 202, 205, 206, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503, 504, 599, 999].map((status) => plain(status)),
  { name: 'hangs within the body of a 500', verdict: 'status_not_ack', status: 500, detail: reading, script: answering(failure) },
  { name: 'closes within the body of a 500', verdict: 'status_not_ack', status: 500, detail: broke, script: closing(failure) },
  large('sends a gigabyte behind a 500', 500, 'HTTP/1.1 500 Oops\r\nContent-Length: 1073741824\r\n\r\n'),
];

// The trap is a healthy receiver that nothing may reach.
export const redirecting = (trap) => [301, 302, 303, 307, 308].map((status) => ({ ...plain(status, `Location: ${trap}\r\n`), name: `redirects with ${status}` })).concat(
  { ...plain(200, `Refresh: 0; url=${trap}\r\nLocation: ${trap}\r\nContent-Location: ${trap}\r\n`), name: 'answers 200 and points elsewhere', verdict: 'acknowledged' },
);
