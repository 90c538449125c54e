// The program's instructions and accounts, and the receipts that providers sign.
import { createHash } from 'node:crypto';
import { associatedProgram, instructionsSysvar, system, tokenProgram } from '../support/chain.mjs';
import { decode, encode } from '../support/keys.mjs';
import { reads, signs, signsAndWrites, writes } from '../support/messages.mjs';
import { kit } from '../support/packages.mjs';
import { programAddress as channelsProgram, u16, u32, u64, verification } from '../payment-channels/program.mjs';

export { channelsProgram, u16, u32, u64, verification };
export const programAddress = 'Stake11111111111111111111111111111111111112';
export const maximum = 2n ** 64n - 1n;
export const day = 86_400;
export const status = { open: 1, slashed: 2, vetoed: 3 };
export const beneficiary = { victim: 0, reporter: 1, treasury: 2 };

export const errors = {
  missingSignature: 1, wrongAccountCount: 2, notAPool: 3, notAStake: 4, notAReceipt: 5, notACase: 6, addressMismatch: 7, wrongMint: 8, wrongVault: 9, wrongTokenProgram: 10, wrongTokenAccount: 11,
  wrongPool: 12, wrongStake: 13, invalidTerms: 20, poolKnown: 21, alreadyRegistered: 30, belowMinimumStake: 31, invalidAmount: 32, notTheProvider: 33, stillThawing: 34, stakeLocked: 35,
  nothingAtStake: 36, missingVerification: 50, malformedVerification: 51, wrongKey: 52, invalidReceipt: 53, receiptKnown: 54, differentRuns: 55, sameReceipt: 56, notTheReporter: 57, caseKnown: 70,
  caseNotOpen: 71, differentChannel: 72, vetoWindowOver: 73, vetoWindowNotOver: 74, alreadyExtended: 75, notTheGuardian: 76, nothingToCollect: 77, wrongBeneficiary: 78,
};

const sha256 = bytes => createHash('sha256').update(bytes).digest();
const derive = async (...seeds) => (await kit.getProgramDerivedAddress({ programAddress, seeds }))[0];

/** The terms as they are hashed into a pool's address. */
export const termsBytes = t => Buffer.concat([
  ...[t.mint, t.treasury, t.guardian, t.channelsProgram].map(encode), u64(t.minimumStake), u64(t.bond), u32(t.thawPeriod), u32(t.vetoWindow), u16(t.slashShare),
]);

export const poolAddress = terms => derive(Buffer.from('pool'), sha256(termsBytes(terms)));
export const stakeAddress = (pool, key) => derive(Buffer.from('stake'), encode(pool), encode(key));
export const receiptAddress = (stake, reporter, bytes) => derive(Buffer.from('receipt'), encode(stake), encode(reporter), sha256(bytes));
export const caseAddress = (stake, jobId) => derive(Buffer.from('case'), encode(stake), jobId);

const instruction = (accounts, ...data) => ({ program: programAddress, accounts, data: Buffer.concat(data) });
const tag = value => Buffer.from([value]);

export const initializePool = (p, payer, terms = p.terms) => instruction(
  [signsAndWrites(payer), writes(p.pool), writes(p.vault), reads(p.mint), reads(tokenProgram), reads(system), reads(associatedProgram)], tag(1), termsBytes(terms),
);
const moving = p => [writes(p.vault), reads(p.mint), reads(tokenProgram)];
export const register = (p, s, amount) => instruction(
  [reads(p.pool), signs(s.provider), signs(s.key), signsAndWrites(s.payer), writes(s.stake), writes(s.source), ...moving(p), reads(system)], tag(2), u64(amount),
);
export const addStake = (p, s, amount) => instruction([reads(p.pool), signs(s.provider), writes(s.stake), writes(s.source), ...moving(p)], tag(3), u64(amount));
export const requestUnstake = (p, s, amount) => instruction([reads(p.pool), signs(s.provider), writes(s.stake)], tag(4), u64(amount));
export const cancelUnstake = (p, s) => instruction([reads(p.pool), signs(s.provider), writes(s.stake)], tag(5));
export const withdraw = (p, s, destination = s.source) => instruction([reads(p.pool), signs(s.provider), writes(s.stake), writes(destination), ...moving(p)], tag(6));
export const showReceipt = (s, reporter, receipt) => instruction([signsAndWrites(reporter), reads(s.stake), writes(receipt), reads(instructionsSysvar), reads(system)], tag(7));
export const forgetReceipt = (reporter, receipt) => instruction([signsAndWrites(reporter), writes(receipt)], tag(8));
export const openCase = (p, s, { reporter, receipts, entry, source }) => instruction(
  [reads(p.pool), signsAndWrites(reporter), writes(s.stake), ...receipts.map(writes), writes(entry), writes(source), ...moving(p), reads(system)], tag(9),
);
export const nameVictim = (p, entry, c, bump = c.bump) => instruction(
  [reads(p.pool), writes(entry)], tag(10), ...[c.payer, c.payee, c.mint, c.authorizedSigner].map(encode), u64(c.salt), u64(c.openSlot), tag(bump),
);
export const extendCase = (p, entry, guardian) => instruction([reads(p.pool), signs(guardian), writes(entry)], tag(11));
export const vetoCase = (p, entry, stake, guardian, isBondLost) => instruction([reads(p.pool), signs(guardian), writes(entry), writes(stake)], tag(12), tag(Number(isBondLost)));
export const finalizeCase = (p, entry, stake) => instruction([reads(p.pool), writes(entry), writes(stake)], tag(13));
export const collect = (p, entry, who, destination) => instruction([reads(p.pool), writes(entry), writes(p.vault), writes(destination), reads(p.mint), reads(tokenProgram)], tag(14), tag(who));

/** The fields of one of the program's accounts, or null where there is none of this length and kind. */
function read(chain, address, length, kind) {
  const account = chain.account(address);
  return account?.owner === programAddress && account.data.length === length && account.data[0] === kind && account.data[1] === 1 ? { data: account.data, at: offset => decode(account.data.subarray(offset, offset + 32)) } : null;
}

export function readPool(chain, address) {
  const account = read(chain, address, 224, 1);
  return account && {
    thawPeriod: account.data.readUInt32LE(4), vetoWindow: account.data.readUInt32LE(8), slashShare: account.data.readUInt16LE(12), minimumStake: account.data.readBigUInt64LE(16),
    bond: account.data.readBigUInt64LE(24), mint: account.at(32), vault: account.at(64), treasury: account.at(96), guardian: account.at(128), channelsProgram: account.at(160),
  };
}

export function readStake(chain, address) {
  const account = read(chain, address, 128, 2);
  return account && {
    locks: account.data.readUInt32LE(4), inForce: account.data.readBigUInt64LE(8), thawing: account.data.readBigUInt64LE(16), thawEnd: account.data.readBigInt64LE(24),
    pool: account.at(32), provider: account.at(64), key: account.at(96),
  };
}

export function readCase(chain, address) {
  const account = read(chain, address, 224, 4);
  return account && {
    status: account.data[3], extended: account.data.readUInt32LE(4), endsAt: account.data.readBigInt64LE(8), slashed: account.data.readBigUInt64LE(16),
    owed: [24, 32, 40].map(offset => account.data.readBigUInt64LE(offset)), pool: account.at(48), stake: account.at(80), reporter: account.at(112), victim: account.at(144), channel: account.at(176),
    jobId: account.data.subarray(208, 224).toString('hex'),
  };
}

const length = value => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes; };
const field = bytes => Buffer.concat([length(bytes.length), bytes]);
const text = value => field(Buffer.from(value));
const number = value => { const bytes = Buffer.alloc(8); bytes.writeBigInt64BE(value); return bytes; };

/** The bytes of a receipt that its provider signs. */
export const receiptBytes = ({
  domain = 'depin.receipt.v2', jobId = Buffer.alloc(16, 1), runNonce = Buffer.alloc(16, 2), jobHash = Buffer.alloc(32, 3), offerId = Buffer.alloc(32, 4), algorithm = 'ed25519', key,
  model = 'npc-dialogue', modelHash = Buffer.alloc(0), outputHash = Buffer.alloc(32, 5), inputTokens = 12n, outputTokens = 34n, amount = 1000n,
  asset = 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', channel = Buffer.alloc(0), outcome = 0n, completedAt = 1_760_000_000_000n,
}) => Buffer.concat([
  text(domain), field(jobId), field(runNonce), field(jobHash), field(offerId), text(algorithm), field(key), text(model), field(modelHash), field(outputHash), number(inputTokens), number(outputTokens),
  Buffer.alloc(8), number(amount), text(asset), field(channel), number(outcome), number(completedAt),
]);
