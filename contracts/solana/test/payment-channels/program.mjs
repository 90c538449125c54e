// The program's instructions and accounts, as its interface description lists them.
import { createHash } from 'node:crypto';
import { associatedProgram, ed25519, instructionsSysvar, rentSysvar, system } from '../support/chain.mjs';
import { decode, encode } from '../support/keys.mjs';
import { reads, signs, signsAndWrites, writes } from '../support/messages.mjs';
import { kit } from '../support/packages.mjs';

export const programAddress = 'CHNLxYvVA28MJP9PrFuDXccuoGXAx7jBacfLEkahyGsX';
export const eventAuthority = '75c2huVzDW1Eq4kD86by5392sjdJzuAT195XNgP2f2tX';
export const treasuryOwner = 'Cs2zdfUNonRdRGsiZUQQLdTxzxVvJZmgiX2mpLYKuEqP';
export const openSlotWindow = 1500n;
export const status = { open: 0, sealed: 1, closing: 2, distributed: 3 };
export const maximum = 2n ** 64n - 1n;

export const u16 = value => { const bytes = Buffer.alloc(2); bytes.writeUInt16LE(value); return bytes; };
export const u32 = value => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
export const u64 = value => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64LE(value); return bytes; };
export const i64 = value => { const bytes = Buffer.alloc(8); bytes.writeBigInt64LE(value); return bytes; };

/** The list of { recipient, bps } as it is hashed. */
export const preimage = splits => Buffer.concat([u32(splits.length), ...splits.flatMap(split => [encode(split.recipient), u16(split.bps)])]);

export async function channelAddress({ payer, payee, mint, authorizedSigner, salt, openSlot }, program = programAddress) {
  return await kit.getProgramDerivedAddress({
    programAddress: program, seeds: [Buffer.from('channel'), ...[payer, payee, mint, authorizedSigner].map(encode), u64(salt), u64(openSlot)],
  });
}

const instruction = (accounts, ...data) => ({ program: programAddress, accounts, data: Buffer.concat(data) });
const tag = value => Buffer.from([value]);

export const open = c => instruction([
  signsAndWrites(c.payer), signsAndWrites(c.rentPayer), reads(c.payee), reads(c.mint), reads(c.authorizedSigner), writes(c.channel), writes(c.payerTokens), writes(c.escrow),
  reads(c.tokenProgram), reads(system), reads(rentSysvar), reads(associatedProgram), reads(eventAuthority), reads(programAddress),
], tag(1), u64(c.salt), u64(c.deposit), u32(c.gracePeriod), u64(c.openSlot), preimage(c.splits));

export const settle = c => instruction([writes(c.channel), reads(instructionsSysvar)], tag(2));
export const topUp = (c, amount) => instruction([signsAndWrites(c.payer), writes(c.channel), writes(c.payerTokens), writes(c.escrow), reads(c.mint), reads(c.tokenProgram)], tag(3), u64(amount));
export const settleAndSeal = (c, hasVoucher) => instruction([signs(c.payee), writes(c.channel), reads(instructionsSysvar)], tag(4), tag(Number(hasVoucher)));
export const requestClose = c => instruction([signs(c.payer), writes(c.channel)], tag(5));
export const seal = c => instruction([writes(c.channel)], tag(6));
export const distribute = (c, splits = c.splits) => instruction([
  writes(c.channel), writes(c.payer), writes(c.rentPayer), writes(c.escrow), writes(c.payerTokens), writes(c.payeeTokens), writes(c.treasuryTokens), reads(c.mint), reads(c.tokenProgram),
  reads(eventAuthority), reads(programAddress), ...c.recipientTokens.map(writes),
], tag(7), preimage(splits));
export const withdrawPayer = c => instruction([signs(c.payer), writes(c.channel), writes(c.escrow), writes(c.payerTokens), reads(c.mint), reads(c.tokenProgram)], tag(8));
export const reclaim = c => instruction([writes(c.channel), writes(c.rentPayer)], tag(9));

/** The 50 bytes that a voucher's signer signs. */
export const voucherBytes = (channel, cumulative, { expiresAt = 0n, magic = [0x56, 1] } = {}) => Buffer.concat([Buffer.from(magic), encode(channel), u64(cumulative), i64(expiresAt)]);

/** The runtime's instruction that verifies one signature, with everything inside itself. */
export function verification(signer, message, signature = signer.sign(message)) {
  const header = Buffer.alloc(16);
  header[0] = 1;
  [48, 0xffff, 16, 0xffff, 112, message.length, 0xffff].forEach((value, i) => header.writeUInt16LE(value, 2 + 2 * i));
  return { program: ed25519, accounts: [], data: Buffer.concat([header, signer.bytes, signature, message]) };
}

/** The fields of a channel's account, or null where there is none. */
export function readChannel(chain, address) {
  const account = chain.account(address);
  if (account?.owner !== programAddress || account.data.length !== 256) {
    return null;
  }

  const data = account.data;
  const at = offset => decode(data.subarray(offset, offset + 32));
  return {
    discriminator: data[0], version: data[1], bump: data[2], status: data[3], salt: data.readBigUInt64LE(4), deposit: data.readBigUInt64LE(12), settled: data.readBigUInt64LE(20),
    payoutWatermark: data.readBigUInt64LE(28), closureStartedAt: data.readBigInt64LE(36), payerWithdrawnAt: data.readBigInt64LE(44), gracePeriod: data.readUInt32LE(52),
    distributionHash: data.subarray(56, 88).toString('hex'), payer: at(88), payee: at(120), authorizedSigner: at(152), mint: at(184), rentPayer: at(216), openSlot: data.readBigUInt64LE(248),
  };
}

export const splitsHash = splits => createHash('sha256').update(preimage(splits)).digest('hex');

/** The events that a transaction emitted. */
export function events(result) {
  const prefix = Buffer.from('e445a52e51cb9a1d', 'hex');
  return result.inner.flat().filter(call => call.program === programAddress && call.data.subarray(0, 8).equals(prefix)).map(({ data }) => {
    const at = offset => decode(data.subarray(offset, offset + 32));
    switch (data.subarray(8, 16).toString('hex')) {
      case 'a6ac61094d4cbd6d':
        return { event: 'Opened', channel: at(16), openSlot: data.readBigUInt64LE(48), length: data.length };
      case 'd116b9d754a75450':
        return { event: 'PayoutRedirected', channel: at(16), owner: at(48), amount: data.readBigUInt64LE(80), beneficiary: data[88], reason: data[89], length: data.length };
      default:
        throw new Error('an event of no known kind');
    }
  });
}
