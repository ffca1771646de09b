// Requests that nobody sends in good faith, each with the exact answer: status and body, byte for byte. `cut` means that the
// connection ends without an answer.
//
// An entry is { name, bytes(world), status, body } where bytes gives what goes on the wire. World: { caller, other, port,
// authorize(method, target, body, changes) }.
const body = (code, message, detail) => JSON.stringify(detail === undefined ? { code, message } : { code, detail, message });

const notHttp = { status: 400, body: body('INVALID_REQUEST', 'HTTP 请求不符合微信支付 APIv3 接口规则') };
const tooLarge = { status: 400, body: body('INVALID_REQUEST', '请求体过大') };
const malformed = body('SIGN_ERROR', 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》');
const malformedAuthorization = { status: 401, body: malformed };
const missingHeader = { status: 400, body: body('INVALID_REQUEST', 'Http头缺少Accept或User-Agent') };
const stale = { status: 401, body: body('SIGN_ERROR', 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟') };
const wrongSerial = { status: 401, body: body('SIGN_ERROR', '商户证书序列号有误。请使用签名私钥匹配的证书序列号') };
const notJson = { status: 400, body: body('PARAM_ERROR', '请求体不是合法的JSON对象') };

const callbacks = '/v3/marketing/busifavor/callbacks';
const usual = 'Host: localhost\r\nAccept: application/json\r\nUser-Agent: t\r\n';

// A request line and headers as given, then an empty line and the rest.
const raw = (line, headers, rest = '') => () => Buffer.from(`${line}\r\n${headers}\r\n${rest}`, 'latin1');
const get = (headers) => raw(`GET ${callbacks} HTTP/1.1`, headers);
// A POST that is signed properly over the bytes given.
const signed = (payload, { type = 'application/json' } = {}) => (world) => {
  const bytes = Buffer.from(payload);
  const head = `POST ${callbacks} HTTP/1.1\r\n${usual}Content-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n`
    + `Authorization: ${world.authorize('POST', callbacks, bytes)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
};
const authorized = (changes, rewrite = (value) => value) => (world) => Buffer.from(
  `GET ${callbacks} HTTP/1.1\r\n${usual}Authorization: ${rewrite(world.authorize('GET', callbacks, '', changes), world)}\r\n\r\n`);

const url = (notifyUrl) => signed(JSON.stringify({ notify_url: notifyUrl }));

export const requests = [
  // Framing: what two parsers could read differently is read by neither.
  { name: 'no HTTP at all', bytes: () => Buffer.from('HELLO\r\n\r\n'), ...notHttp },
  { name: 'HTTP/0.9', bytes: () => Buffer.from(`GET ${callbacks}\r\n\r\n`), ...notHttp },
  { name: 'a version that does not exist', bytes: raw(`GET ${callbacks} HTTP/3.7`, usual), ...notHttp },
  { name: 'the preface of HTTP/2', bytes: () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), ...notHttp },
  { name: 'bare line feeds', bytes: () => Buffer.from(`GET ${callbacks} HTTP/1.1\nHost: localhost\n\n`), ...notHttp },
  { name: 'two Host headers', bytes: get(`${usual}Host: other\r\n`), ...notHttp },
  { name: 'no Host header', bytes: get('Accept: */*\r\nUser-Agent: t\r\n'), ...notHttp },
  { name: 'a folded header', bytes: get(`${usual}X-Long: a\r\n b\r\n`), ...notHttp },
  { name: 'a space before the colon', bytes: get(`${usual}X-Odd : a\r\n`), ...notHttp },
  { name: 'a control character in a header', bytes: get(`${usual}X-Odd: a\x01b\r\n`), ...notHttp },
  { name: 'an absolute-form target', bytes: raw(`GET http://localhost${callbacks} HTTP/1.1`, usual), ...notHttp },
  { name: 'a target without a slash', bytes: raw('GET v3 HTTP/1.1', usual), ...notHttp },
  { name: 'a raw byte above 0x7f in the target', bytes: raw(`GET ${callbacks}?x=\x80 HTTP/1.1`, usual), ...notHttp },
  { name: 'Content-Length with Transfer-Encoding', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`, '0\r\n\r\n'), ...notHttp },
  { name: 'two Content-Lengths that differ', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Content-Length: 2\r\nContent-Length: 3\r\n`, '{}'), ...notHttp },
  { name: 'two Content-Lengths that agree', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Content-Length: 2\r\nContent-Length: 2\r\n`, '{}'), ...notHttp },
  { name: 'a negative Content-Length', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Content-Length: -1\r\n`), ...notHttp },
  { name: 'a Content-Length with a sign', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Content-Length: +2\r\n`, '{}'), ...notHttp },
  { name: 'an unknown transfer coding', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Transfer-Encoding: xchunked\r\n`), ...notHttp },
  { name: 'a chunk size that overflows', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Transfer-Encoding: chunked\r\n`, 'FFFFFFFFFFFFFFFFF\r\n'), ...notHttp },
  { name: 'a head of 20 KB', bytes: get(`${usual}X-Long: ${'a'.repeat(20_000)}\r\n`), ...notHttp },
  { name: 'a body declared over the limit', bytes: raw(`POST ${callbacks} HTTP/1.1`, `${usual}Content-Length: 70000\r\n`), ...tooLarge },

  // Paths and methods: known before anything else, with empty bodies.
  { name: 'an unknown path', bytes: raw('GET /v3/nothing HTTP/1.1', usual), status: 404, body: '' },
  { name: 'a path with dot segments', bytes: raw('GET /v3/marketing/busifavor/../busifavor/callbacks HTTP/1.1', usual), status: 404, body: '' },
  { name: 'a path that begins with two slashes', bytes: raw(`GET /${callbacks} HTTP/1.1`, usual), status: 404, body: '' },
  { name: 'a method that the path does not have', bytes: raw(`DELETE ${callbacks} HTTP/1.1`, usual), status: 405, body: '' },
  { name: 'a method that does not exist', bytes: raw(`BREW ${callbacks} HTTP/1.1`, usual), status: 405, body: '' },

  // Headers and Authorization.
  { name: 'no User-Agent', bytes: get('Host: localhost\r\nAccept: */*\r\n'), ...missingHeader },
  { name: 'an empty Accept', bytes: get('Host: localhost\r\nAccept:\r\nUser-Agent: t\r\n'), ...missingHeader },
  { name: 'no Authorization', bytes: get(usual), ...malformedAuthorization },
  { name: 'two Authorizations', bytes: (world) => Buffer.from(`GET ${callbacks} HTTP/1.1\r\n${usual}${`Authorization: ${world.authorize('GET', callbacks, '')}\r\n`.repeat(2)}\r\n`), status: 400, body: malformed },
  { name: 'another scheme', bytes: get(`${usual}Authorization: Bearer abc\r\n`), status: 401, body: body('SIGN_ERROR', 'Http头Authorization认证类型不正确') },
  { name: 'a pair without quotes', bytes: authorized({}, (value) => value.replace(/mchid="(\d+)"/, 'mchid=$1')), ...malformedAuthorization },
  { name: 'a pair that stands twice', bytes: authorized({}, (value) => `${value},mchid="1900000009"`), ...malformedAuthorization },
  { name: 'a timestamp that is no decimal number', bytes: authorized({}, (value) => value.replace(/timestamp="\d+"/, 'timestamp="1e9"')), ...malformedAuthorization },
  { name: 'a timestamp that overflows', bytes: authorized({}, (value) => value.replace(/timestamp="\d+"/, 'timestamp="99999999999999999999"')), ...malformedAuthorization },
  { name: 'a timestamp six minutes ago', bytes: authorized({ timestamp: Math.floor(Date.now() / 1000) - 360 }), ...stale },
  { name: 'a timestamp six minutes ahead', bytes: authorized({ timestamp: Math.floor(Date.now() / 1000) + 420 }), ...stale },
  { name: 'a serial number that nobody has', bytes: authorized({}, (value) => value.replace(/serial_no="\w+"/, `serial_no="${'0'.repeat(40)}"`)), ...wrongSerial },
  { name: 'the serial number of another merchant', bytes: authorized({}, (value, world) => value.replace(/serial_no="\w+"/, `serial_no="${world.other.serial}"`)), ...wrongSerial },

  // Bodies that are signed properly.
  { name: 'a body that is no JSON', bytes: signed('notify_url=https://a.example/'), ...notJson },
  { name: 'a JSON array', bytes: signed('[]'), ...notJson },
  { name: 'two JSON objects', bytes: signed('{}{}'), ...notJson },
  { name: 'JSON nested 10,000 deep', bytes: signed(`{"a":${'['.repeat(10_000)}`), ...notJson },
  { name: 'text that is no UTF-8', bytes: signed(Buffer.from('7b226e6f746966795f75726c223a22fffe227d', 'hex')), ...notJson },
  { name: 'form data', bytes: signed('a=b', { type: 'application/x-www-form-urlencoded' }), status: 400, body: body('INVALID_REQUEST', 'Http头Content-Type不正确') },
];

// Bodies that are refused as PARAM_ERROR; their messages are checked against the rule that they break.
export const parameterErrors = [
  { name: 'a member that stands twice', bytes: signed('{"notify_url":"https://a.example/1","notify_url":"https://a.example/2"}') },
  { name: 'a character beyond three bytes of UTF-8', bytes: signed('{"notify_url":"https://a.example/\u{1F600}"}') },
  { name: 'null', bytes: signed('{"notify_url":null}') },
  { name: 'a number for a URL', bytes: signed('{"notify_url":12345678901}') },
  { name: 'an http URL', bytes: url('http://www.tg885.com') },
  { name: 'a URL with a query', bytes: url('https://a.example/notify?x=1') },
  { name: 'a URL with an empty query', bytes: url('https://a.example/notify?') },
  { name: 'a URL with an empty fragment', bytes: url('https://a.example/notify#') },
  { name: 'a URL with userinfo', bytes: url('https://user@a.example/notify') },
  { name: 'a URL with two at signs', bytes: url('https://a@b@c.example/notify') },
  { name: 'a URL with a backslash', bytes: url('https://a.example\\@b.example/') },
  { name: 'a URL with port 0', bytes: url('https://a.example:0/notify') },
  { name: 'the metadata address', bytes: url('https://169.254.169.254/latest') },
  { name: 'the metadata address as one number', bytes: url('https://2852039166/latest') },
  { name: 'the metadata address mapped into IPv6', bytes: url('https://[::ffff:169.254.169.254]/') },
  { name: 'full-width digits', bytes: url('https://１６９.254.169.254/') },
  { name: 'a URL of 257 characters', bytes: url(`https://a.example/${'a'.repeat(239)}`) },
];
