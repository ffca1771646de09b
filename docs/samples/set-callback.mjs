// Sets a merchant's notification URL with the SDK wechatpay-axios-plugin, against favorhook or WeChat Pay itself.
//
//   npm install wechatpay-axios-plugin
//   node set-callback.mjs https://localhost:8443/ favorhook-data/merchants/1900000001 https://localhost:9443/notify
//
// The second argument is the folder of a merchant's files, as `favorhook merchant add` writes them.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import sdk from 'wechatpay-axios-plugin';

const [baseURL, folder, notifyUrl] = process.argv.slice(2);
if (!notifyUrl) {
  console.error('usage: node set-callback.mjs BASE_URL MERCHANT_FOLDER NOTIFY_URL');
  process.exit(2);
}
const read = (name) => readFileSync(join(folder, name), 'utf8');

const certificate = new X509Certificate(read('apiclient_cert.pem'));
const mchid = /CN=(\d+)/.exec(certificate.subject)[1];
const platform = readdirSync(folder).find((name) => name.startsWith('wechatpay_'));
const platformSerial = platform.slice('wechatpay_'.length, -'.pem'.length);

const wxpay = new sdk.Wechatpay({
  mchid,
  serial: certificate.serialNumber,
  privateKey: read('apiclient_key.pem'),
  certs: { [platformSerial]: read(platform), [read('pub_key_id.txt').trim()]: read('pub_key.pem') },
  baseURL,
  httpsAgent: existsSync(join(folder, 'ca.pem')) ? new Agent({ ca: read('ca.pem') }) : undefined,
});

try {
  const { status, data } = await wxpay.v3.marketing.busifavor.callbacks.post({ mchid, notify_url: notifyUrl });
  console.log(status, JSON.stringify(data));
} catch (error) {
  console.error(error.response?.status ?? error.message, JSON.stringify(error.response?.data ?? ''));
  process.exit(1);
}
