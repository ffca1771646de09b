// What a test of the main job begins with: a sandbox, a merchant with an appid, and its receiver.
//
//   const { sandbox, merchant, receiver, close } = await openShop();
//   … mchid, appid and openid are the merchant's, its app's and a user's …
//   await close();
import { Receiver } from './receiver.mjs';
import { Sandbox } from './sandbox.mjs';

export const mchid = '1900000001';
export const appid = 'wx0000000000000001';
export const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';

export async function openShop(options) {
  const sandbox = await Sandbox.start(options);
  try {
    const merchant = await sandbox.addMerchant(mchid, { appid });
    const receiver = await Receiver.start(await sandbox.receiverIdentity());
    const close = async () => {
      await receiver.stop();
      await sandbox.remove();
    };
    return { sandbox, merchant, receiver, close };
  } catch (error) {
    await sandbox.remove();
    throw error;
  }
}
