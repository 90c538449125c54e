// Mints and token accounts, written as the token programs lay them out.
import { associatedProgram, system, token2022, tokenProgram } from './chain.mjs';
import { decode, encode } from './keys.mjs';
import { reads, signs, signsAndWrites, writes } from './messages.mjs';
import { kit } from './packages.mjs';

export const extensions = {
  transferFeeConfig: 1, transferFeeAmount: 2, mintCloseAuthority: 3, confidentialTransferMint: 4, defaultAccountState: 6, immutableOwner: 7, memoTransfer: 8, nonTransferable: 9,
  interestBearing: 10, cpiGuard: 11, permanentDelegate: 12, nonTransferableAccount: 13, transferHook: 14, transferHookAccount: 15, metadataPointer: 18, tokenMetadata: 19, groupPointer: 20,
  tokenGroup: 21, groupMemberPointer: 22, tokenGroupMember: 23, scaledUiAmount: 25, pausable: 26,
};

/** One entry of the list behind an account of Token-2022. */
export const extension = (type, value = Buffer.alloc(0), length = value.length) => {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(type, 0);
  header.writeUInt16LE(length, 2);
  return Buffer.concat([header, value]);
};

const extended = (base, type, list) => list.length ? Buffer.concat([base, Buffer.alloc(165 - base.length), Buffer.from([type]), ...list]) : base;

export function mintData({ authority, freezeAuthority, decimals = 6, supply = 0n, list = [] }) {
  const data = Buffer.alloc(82);
  if (authority) {
    data.writeUInt32LE(1, 0);
    encode(authority).copy(data, 4);
  }

  data.writeBigUInt64LE(supply, 36);
  data[44] = decimals;
  data[45] = 1;
  if (freezeAuthority) {
    data.writeUInt32LE(1, 46);
    encode(freezeAuthority).copy(data, 50);
  }

  return extended(data, 1, list);
}

export function tokenData({ mint, owner, amount = 0n, state = 1, list = [] }) {
  const data = Buffer.alloc(165);
  encode(mint).copy(data, 0);
  encode(owner).copy(data, 32);
  data.writeBigUInt64LE(amount, 64);
  data[108] = state;
  return extended(data, 2, list);
}

/** Accounts of Token-2022 that the associated program makes cannot change their owner. */
export const usualExtensions = program => program === token2022 ? [extension(extensions.immutableOwner)] : [];

export const associatedWithBump = (owner, mint, program = tokenProgram) =>
  kit.getProgramDerivedAddress({ programAddress: associatedProgram, seeds: [encode(owner), encode(program), encode(mint)] });

export const associated = async (owner, mint, program) => (await associatedWithBump(owner, mint, program))[0];

/** { mint, owner, amount, state } of a token account, or null. */
export function readToken(chain, address) {
  const data = chain.account(address)?.data;
  return data?.length >= 165 ? { mint: decode(data.subarray(0, 32)), owner: decode(data.subarray(32, 64)), amount: data.readBigUInt64LE(64), state: data[108] } : null;
}

export const transfer = (program, source, destination, authority, amount) => {
  const data = Buffer.alloc(9);
  data[0] = 3;
  data.writeBigUInt64LE(amount, 1);
  return { program, accounts: [writes(source), writes(destination), signs(authority)], data };
};

export const createAssociated = (program, payer, account, owner, mint) => ({
  program: associatedProgram, accounts: [signsAndWrites(payer), writes(account), reads(owner), reads(mint), reads(system), reads(program)], data: Buffer.from([1]),
});
