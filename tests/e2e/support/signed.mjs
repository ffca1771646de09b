// Signed requests without an SDK, for load and for what no SDK would send. One keep-alive agent a caller.
import { X509Certificate, randomBytes, sign } from 'node:crypto';
import http from 'node:http';

export function authorization(caller, method, target, body, changes = {}) {
  const timestamp = changes.timestamp ?? Math.floor(Date.now() / 1000);
  const nonce = changes.nonce ?? randomBytes(16).toString('hex');
  const text = Buffer.concat([Buffer.from(`${method}\n${target}\n${timestamp}\n${nonce}\n`), Buffer.from(body), Buffer.from('\n')]);
  const signature = sign('sha256', text, caller.privateKey).toString('base64');
  return `WECHATPAY2-SHA256-RSA2048 mchid="${caller.mchid}",nonce_str="${nonce}",timestamp="${timestamp}",`
    + `serial_no="${caller.serial}",signature="${signature}"`;
}

export function makeCaller(mchid, merchant) {
  return { mchid, privateKey: merchant.privateKey, serial: new X509Certificate(merchant.certificate).serialNumber };
}

// { status, headers, body }; rejects where no whole answer came. A kept connection may be closed by the server's deadline just when
// it is used again: a GET is then asked once more.
export async function signedCall(caller, port, method, target, body = '', agent = undefined) {
  try {
    return await callOnce(caller, port, method, target, body, agent);
  } catch (error) {
    if (method !== 'GET' || !error.reusedSocket) throw error;
    return callOnce(caller, port, method, target, body);
  }
}

function callOnce(caller, port, method, target, body, agent) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1', port, method, path: target, agent,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'favorhook-tests',
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        Authorization: authorization(caller, method, target, body),
      },
    }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('aborted', () => reject(new Error('cut')));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('error', (error) => reject(Object.assign(error, { reusedSocket: request.reusedSocket })));
    request.end(body);
  });
}
