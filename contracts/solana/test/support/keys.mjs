// Ed25519 keys that follow from a label, so that every address, bump and compute unit of a run is the same in the next.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { kit } from './packages.mjs';

const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export const encode = address => Buffer.from(kit.getAddressEncoder().encode(address));
export const decode = bytes => kit.getAddressDecoder().decode(bytes);

/** The key of a label: address, bytes, and a signature of a message. */
export function key(label) {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, createHash('sha256').update(`depin test key ${label}`).digest()]), format: 'der', type: 'pkcs8' });
  const bytes = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { label, bytes, address: decode(bytes), sign: message => sign(null, message, privateKey) };
}

/** Whether 32 bytes are the encoding of a point of the curve. */
export const isOnCurve = bytes => {
  try {
    return !kit.isOffCurveAddress(decode(bytes));
  } catch {
    return false;
  }
};
