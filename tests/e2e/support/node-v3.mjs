// wechatpay-node-v3 aimed at a sandbox. The SDK has no option for the host, so its HTTP service is replaced, as its createHttp is
// meant for, by one that sends the SDK's own headers and body to another place and keeps the raw answer.
//
//   const { pay, call } = nodeV3({ mchid, merchant, port });
//   const { status, data, headers, rawBody } = await call('POST', path, params);
import Pay from 'wechatpay-node-v3';

const official = 'https://api.mch.weixin.qq.com';

class LocalHttp {
  constructor(base) { this.base = base; }

  async send(method, url, headers, params) {
    const body = params === undefined ? undefined : JSON.stringify(params);
    const answer = await fetch(url.replace(official, this.base), { method, headers, body });
    const rawBody = await answer.text();
    return { status: answer.status, headers: answer.headers, rawBody, data: rawBody ? JSON.parse(rawBody) : undefined };
  }

  get(url, headers) { return this.send('GET', url, headers); }

  post(url, params, headers) { return this.send('POST', url, headers, params); }
}

export function nodeV3({ mchid, merchant, port, httpService = new LocalHttp(`http://localhost:${port}`) }) {
  const pay = new Pay({
    appid: 'wx0000000000000001', mchid, publicKey: Buffer.from(merchant.certificate),
    privateKey: Buffer.from(merchant.privateKey), key: merchant.apiv3Key,
  });
  pay.createHttp(httpService);
  // What each of the SDK's own methods does, for paths that it has no method for.
  const call = (method, path, params) => {
    const url = `${official}${path}`;
    const headers = pay.getHeaders(pay.buildAuthorization(method, url, params), { 'Content-Type': 'application/json' });
    return method === 'GET' ? pay.httpService.get(url, headers) : pay.httpService.post(url, params, headers);
  };
  return { pay, call };
}

// What the SDK knows of the platform's keys is kept in the class: an empty start for each test.
export function forgetCertificates() { Pay.certificates = {}; }
export function knowCertificate(serial, publicKeyPem) { Pay.certificates = { ...Pay.certificates, [serial]: publicKeyPem }; }
export const knownSerials = () => Object.keys(Pay.certificates);

// As its documentation has it: verify, then decrypt. `body` is the raw text, or what a framework parsed it to.
export async function takeNotification(pay, { headers, body, apiv3Key }) {
  const verified = await pay.verifySign({
    timestamp: headers['wechatpay-timestamp'], nonce: headers['wechatpay-nonce'], serial: headers['wechatpay-serial'],
    signature: headers['wechatpay-signature'], body, apiSecret: apiv3Key,
  });
  if (!verified) return undefined;
  const { resource } = typeof body === 'string' ? JSON.parse(body) : body;
  return pay.decipher_gcm(resource.ciphertext, resource.associated_data, resource.nonce, apiv3Key);
}
