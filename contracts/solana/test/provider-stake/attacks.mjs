// What nobody may do: with stake, terms, cases and the money of others.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import { associatedProgram, system, token2022, tokenProgram } from '../support/chain.mjs';
import { reads, signs, writes } from '../support/messages.mjs';
import { associated, mintData, tokenData } from '../support/tokens.mjs';
import * as program from './program.mjs';
import { funds, Scene } from './scene.mjs';

const { errors } = program;

/** An instruction with some of its accounts replaced, or its data. */
const change = (instruction, changes = {}, data = instruction.data) => ({ ...instruction, data, accounts: instruction.accounts.map((account, i) => changes[i] ?? account) });

/** Every signer of an instruction but the fee payer is left out in turn. */
function refuseUnsigned(scene, instruction) {
  instruction.accounts.forEach((account, i) => {
    if (account.signer) {
      scene.refuse(errors.missingSignature, change(instruction, { [i]: { ...account, signer: false } }));
    }
  });
}

/** Another pool on the same chain with a stake of the same key. */
async function addPool(scene, terms = { bond: 600n }) {
  const pool = await scene.derivePool({ ...scene.pool.terms, ...terms });
  const stake = await scene.deriveStake({ pool });
  scene.accept([program.initializePool(pool, scene.payer.address), program.register(pool, stake, 5_000n)]);
  return { pool, stake };
}

test('terms: none outside of their bounds', async () => {
  const scene = await Scene.create({ isRegistered: false });
  for (const terms of [
    { vetoWindow: program.day - 1 }, { vetoWindow: 30 * program.day + 1, thawPeriod: 90 * program.day }, { thawPeriod: 15 * program.day - 1 }, { thawPeriod: 180 * program.day + 1 }, { slashShare: 0 },
    { slashShare: 5_001 }, { treasury: system }, { vetoWindow: 2 ** 32 - 1 }, { thawPeriod: 2 ** 32 - 1 },
  ]) {
    scene.refuse(errors.invalidTerms, program.initializePool(await scene.derivePool({ ...scene.pool.terms, ...terms }), scene.payer.address));
  }

  for (const terms of [{ vetoWindow: program.day, thawPeriod: 3 * program.day }, { vetoWindow: 30 * program.day, thawPeriod: 180 * program.day }, { slashShare: 5_000 }, { guardian: system }]) {
    scene.accept(program.initializePool(await scene.derivePool({ ...scene.pool.terms, ...terms }), scene.payer.address));
  }
});

test('terms: a pool is made once, at the address of its terms, with its own vault and mint', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const { pool } = scene;
  const other = await scene.derivePool({ ...pool.terms, bond: 1n });
  const make = program.initializePool(other, scene.payer.address);
  scene.refuse(errors.poolKnown, program.initializePool(pool, scene.payer.address));
  scene.refuse(errors.addressMismatch, program.initializePool(other, scene.payer.address, pool.terms));
  scene.refuse(errors.wrongVault, change(make, { 2: writes(pool.vault) }));
  scene.refuse(errors.wrongMint, change(make, { 3: reads(scene.tokens.stranger) }));
  scene.refuse(errors.wrongTokenProgram, change(make, { 4: reads(token2022) }));
  scene.refuse('IncorrectProgramId', change(make, { 6: reads(system) }));
  scene.refuse('InvalidInstructionData', change(make, {}, make.data.subarray(0, -1)));
  scene.refuse(errors.wrongAccountCount, { ...make, accounts: [...make.accounts, reads(associatedProgram)] });
  refuseUnsigned(scene, make);
  scene.chain.setAccount(scene.mint, { data: mintData({ authority: scene.stranger.address }), owner: token2022 });
  scene.refuse(errors.wrongMint, make);
});

test('terms: a pool is of a mint, not of any other account of the token program', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const make = async mint => program.initializePool(await scene.derivePool({ ...scene.pool.terms, mint }), scene.payer.address);
  scene.refuse(errors.wrongMint, await make(scene.tokens.stranger));
  const empty = scene.chain.signer('empty').address;
  scene.chain.setAccount(empty, { data: Buffer.alloc(82), owner: tokenProgram });
  scene.refuse(errors.wrongMint, await make(empty));

  // As long as a mint is not, but with the same byte where a mint says that it is one.
  const account = tokenData({ mint: scene.mint, owner: scene.stranger.address });
  account[45] = 1;
  scene.chain.setAccount(empty, { data: account, owner: tokenProgram });
  scene.refuse(errors.wrongMint, await make(empty));
});

test('instructions: unknown ones and empty ones are refused', async () => {
  const scene = await Scene.create();
  for (const data of [[], [0], [15], [255]]) {
    scene.refuse('InvalidInstructionData', { program: program.programAddress, accounts: [], data: Buffer.from(data) });
  }
});

test('registration: not below the minimum, not twice, not with a key of somebody else', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const { pool, stake } = scene;
  scene.refuse(errors.belowMinimumStake, program.register(pool, stake, 999n));
  scene.refuse(errors.belowMinimumStake, program.register(pool, stake, 0n));
  const register = program.register(pool, stake, 1_000n);
  refuseUnsigned(scene, register);
  scene.refuse(errors.addressMismatch, program.register(pool, { ...stake, key: scene.stranger.address }, 1_000n));
  scene.accept(register);
  const taken = await scene.deriveStake({ provider: scene.stranger, source: scene.tokens.stranger });
  scene.refuse(errors.alreadyRegistered, program.register(pool, taken, 1_000n));
  scene.refuse(errors.alreadyRegistered, program.register(pool, stake, 2_000n));

  // Not even when all is withdrawn.
  scene.accept(program.requestUnstake(pool, stake, 1_000n));
  scene.pass(30);
  scene.accept(program.withdraw(pool, stake));
  scene.refuse(errors.alreadyRegistered, program.register(pool, taken, 1_000n));
});

test('registration: a pool without a minimum still takes something', async () => {
  const scene = await Scene.create({ isRegistered: false, terms: { minimumStake: 0n } });
  scene.refuse(errors.belowMinimumStake, program.register(scene.pool, scene.stake, 0n));
  scene.accept(program.register(scene.pool, scene.stake, 1n));
});

test('deposits: only real pools, vaults, mints and tokens', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const { pool, stake, chain } = scene;
  const other = await scene.derivePool({ ...pool.terms, bond: 1n });
  scene.accept(program.initializePool(other, scene.payer.address));
  const register = program.register(pool, stake, 1_000n);
  const fake = chain.signer('fake').address;
  chain.setAccount(fake, { data: chain.account(pool.pool).data, owner: scene.stranger.address });
  scene.refuse(errors.notAPool, change(register, { 0: reads(fake) }));
  scene.refuse(errors.notAPool, change(register, { 0: reads(pool.vault) }));
  scene.refuse(errors.wrongVault, change(register, { 6: writes(other.vault) }));
  scene.refuse(errors.wrongVault, change(register, { 6: writes(scene.tokens.stranger) }));
  scene.refuse(errors.wrongMint, change(register, { 7: reads(fake) }));
  scene.refuse(errors.wrongTokenProgram, change(register, { 8: reads(token2022) }));
  scene.refuse(errors.wrongTokenProgram, change(register, { 8: reads(system) }));
  scene.refuse(errors.wrongTokenAccount, change(register, { 5: writes(pool.vault) }));
  scene.refuse(4, change(register, { 5: writes(scene.tokens.stranger) }), { by: tokenProgram }); // another owner
  scene.refuse(1, program.register(pool, stake, funds + 1n), { by: tokenProgram }); // too little
  scene.accept(register);
  scene.refuse(errors.notAPool, change(program.addStake(pool, stake, 1n), { 0: reads(stake.stake) }));
  scene.refuse(errors.notAStake, change(program.addStake(pool, stake, 1n), { 2: writes(pool.pool) }));
});

test('stake: only its provider moves it, within what there is', async () => {
  const scene = await Scene.create();
  const { pool, stake } = scene;
  const stranger = { ...stake, provider: scene.stranger.address, source: scene.tokens.stranger };
  for (const make of [s => program.addStake(pool, s, 1n), s => program.requestUnstake(pool, s, 1n), s => program.cancelUnstake(pool, s), s => program.withdraw(pool, s)]) {
    scene.refuse(errors.notTheProvider, make(stranger));
    refuseUnsigned(scene, make(stake));
  }

  // The receipt key lives on a server, and can do none of it either.
  scene.refuse(errors.notTheProvider, program.requestUnstake(pool, { ...stake, provider: scene.receiptKey.address }, 1n));
  scene.refuse(errors.invalidAmount, program.addStake(pool, stake, 0n));
  scene.refuse(1, program.addStake(pool, stake, program.maximum), { by: tokenProgram }); // too little
  scene.refuse(errors.invalidAmount, program.requestUnstake(pool, stake, 0n));
  scene.refuse(errors.invalidAmount, program.requestUnstake(pool, stake, 100_001n));
  scene.refuse(errors.invalidAmount, program.requestUnstake(pool, stake, program.maximum));
  scene.refuse(errors.belowMinimumStake, program.requestUnstake(pool, stake, 99_001n));
  scene.refuse(errors.invalidAmount, program.cancelUnstake(pool, stake));
  scene.accept([program.requestUnstake(pool, stake, 1n), program.cancelUnstake(pool, stake)]);
  scene.refuse(errors.stillThawing, program.withdraw(pool, stake));
});

test('stake: a withdrawal pays once, and not into the vault', async () => {
  const scene = await Scene.create();
  const { pool, stake } = scene;
  scene.accept(program.requestUnstake(pool, stake, 10_000n));
  scene.pass(30);
  scene.refuse(errors.wrongTokenAccount, program.withdraw(pool, stake, pool.vault));
  scene.refuse(errors.wrongVault, change(program.withdraw(pool, stake), { 4: writes(scene.tokens.stranger) }));
  scene.accept(program.withdraw(pool, stake));
  scene.refuse(errors.stillThawing, program.withdraw(pool, stake));
  scene.refuse(errors.stillThawing, [program.requestUnstake(pool, stake, 1n), program.withdraw(pool, stake)]);
});

test('stake: a pool does not pay with what another one holds', async () => {
  const scene = await Scene.create();
  const other = await addPool(scene);
  scene.accept(program.requestUnstake(scene.pool, scene.stake, 100_000n));
  scene.pass(30);
  const withdraw = program.withdraw(scene.pool, scene.stake);
  scene.refuse(errors.wrongPool, change(withdraw, { 0: reads(other.pool.pool), 4: writes(other.pool.vault) }));
  scene.refuse(errors.wrongVault, change(withdraw, { 4: writes(other.pool.vault) }));
  scene.refuse(errors.stillThawing, change(withdraw, { 0: reads(other.pool.pool), 2: writes(other.stake.stake), 4: writes(other.pool.vault) }));
  scene.refuse(errors.wrongPool, change(program.addStake(scene.pool, scene.stake, 1n), { 2: writes(other.stake.stake) }));
});

test('a case: the guardian alone vetoes and extends, within the window', async () => {
  const scene = await Scene.create();
  const { pool, stake } = scene;
  const other = await addPool(scene, { guardian: scene.stranger.address });
  const entry = await scene.open();
  const veto = program.vetoCase(pool, entry, stake.stake, scene.guardian.address, false);
  const extend = program.extendCase(pool, entry, scene.guardian.address);
  for (const signer of [scene.stranger, scene.provider, scene.treasury]) {
    scene.refuse(errors.notTheGuardian, change(veto, { 1: signs(signer.address) }));
    scene.refuse(errors.notTheGuardian, change(extend, { 1: signs(signer.address) }));
  }

  refuseUnsigned(scene, veto);
  refuseUnsigned(scene, extend);
  scene.refuse(errors.wrongPool, change(veto, { 0: reads(other.pool.pool), 1: signs(scene.stranger.address) }));
  scene.refuse(errors.wrongPool, change(extend, { 0: reads(other.pool.pool), 1: signs(scene.stranger.address) }));
  scene.refuse(errors.wrongPool, change(veto, { 3: writes(other.stake.stake) }));
  scene.refuse('InvalidInstructionData', change(veto, {}, Buffer.from([12, 2])));
  scene.refuse(errors.notACase, change(veto, { 2: writes(stake.stake) }));
  scene.pass(7);
  scene.refuse(errors.vetoWindowOver, veto);
  scene.refuse(errors.vetoWindowOver, extend);
});

test('a case: without a guardian nobody vetoes', async () => {
  const scene = await Scene.create({ terms: { guardian: system } });
  const entry = await scene.open();
  const veto = program.vetoCase(scene.pool, entry, scene.stake.stake, scene.guardian.address, false);
  scene.refuse(errors.notTheGuardian, veto);
  scene.refuse(errors.missingSignature, change(veto, { 1: reads(system) }));
});

test('a case: it ends once, after its window, against its own stake', async () => {
  const scene = await Scene.create();
  const { pool, stake } = scene;
  const second = await scene.deriveStake({ key: scene.stranger });
  scene.accept(program.register(pool, second, 1_000n));
  const entry = await scene.open();
  const finalize = program.finalizeCase(pool, entry, stake.stake);
  scene.refuse(errors.vetoWindowNotOver, finalize);
  scene.refuse(errors.wrongStake, program.vetoCase(pool, entry, second.stake, scene.guardian.address, false));
  scene.pass(6);
  scene.chain.advance({ seconds: BigInt(program.day - 1) });
  scene.refuse(errors.vetoWindowNotOver, finalize);
  scene.chain.advance({ seconds: 1n });
  scene.refuse(errors.wrongStake, program.finalizeCase(pool, entry, second.stake));
  scene.refuse(errors.notAStake, program.finalizeCase(pool, entry, entry));
  scene.accept(finalize);
  scene.refuse(errors.caseNotOpen, finalize);
  scene.refuse(errors.caseNotOpen, program.vetoCase(pool, entry, stake.stake, scene.guardian.address, false));
  scene.refuse(errors.caseNotOpen, program.extendCase(pool, entry, scene.guardian.address));
  assert.equal(scene.state.locks, 0);
});

test('a case: one for a job, slashed or vetoed', async () => {
  for (const isVetoed of [false, true]) {
    const scene = await Scene.create();
    const entry = await scene.open();
    const open = await scene.opens([scene.receipt({ amount: 3n }), scene.receipt({ amount: 4n })]);
    scene.refuse(errors.caseKnown, open);
    if (isVetoed) {
      scene.accept(program.vetoCase(scene.pool, entry, scene.stake.stake, scene.guardian.address, true));
    } else {
      scene.pass(7);
      scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
    }

    scene.refuse(errors.caseKnown, open);
  }
});

test('a case: none where nothing is at stake, or the bond is missing', async () => {
  const scene = await Scene.create();
  const { pool, stake } = scene;
  const open = await scene.opens([scene.receipt(), scene.receipt({ amount: 2n })]);
  scene.refuse(4, change(open, { 6: writes(scene.tokens.stranger) }), { by: tokenProgram }); // another owner
  scene.refuse(errors.wrongTokenAccount, change(open, { 6: writes(pool.vault) }));
  scene.refuse(errors.wrongVault, change(open, { 7: writes(scene.tokens.stranger) }));
  scene.chain.setAccount(scene.tokens.reporter, { data: tokenData({ mint: scene.mint, owner: scene.reporter.address, amount: 499n }), owner: tokenProgram });
  scene.refuse(1, open, { by: tokenProgram }); // too little
  scene.accept(program.requestUnstake(pool, stake, 100_000n));
  scene.pass(30);
  scene.accept(program.withdraw(pool, stake));
  scene.refuse(errors.nothingAtStake, open);
});

test('a victim: only who pays the channel that the receipt names, while the case is open', async () => {
  const scene = await Scene.create();
  const { pool } = scene;
  const other = await addPool(scene);
  const channel = await scene.channel();
  const entry = await scene.open(scene.receipt({ channel: channel.bytes }));
  for (const field of ['payer', 'payee', 'mint', 'authorizedSigner']) {
    scene.refuse(errors.differentChannel, program.nameVictim(pool, entry, { ...channel, [field]: scene.stranger.address }));
  }

  scene.refuse(errors.differentChannel, program.nameVictim(pool, entry, { ...channel, salt: 4n }));
  scene.refuse(errors.differentChannel, program.nameVictim(pool, entry, { ...channel, openSlot: 100n }));
  scene.refuse(errors.differentChannel, program.nameVictim(pool, entry, channel, channel.bump ^ 1));
  scene.refuse(errors.wrongPool, program.nameVictim(other.pool, entry, channel));
  scene.pass(7);
  scene.accept(program.finalizeCase(pool, entry, scene.stake.stake));
  scene.refuse(errors.caseNotOpen, program.nameVictim(pool, entry, channel));
  scene.refuse(errors.nothingToCollect, program.collect(pool, entry, program.beneficiary.victim, scene.tokens.victim));
});

test('what a case owes goes to whom it is owed, once', async () => {
  const scene = await Scene.create();
  const { pool, tokens, chain } = scene;
  const other = await addPool(scene);
  const entry = await scene.open();
  const take = (destination, who = 'reporter') => program.collect(pool, entry, program.beneficiary[who], destination);
  scene.refuse(errors.nothingToCollect, take(tokens.reporter));
  scene.pass(7);
  scene.accept(program.finalizeCase(pool, entry, scene.stake.stake));
  scene.refuse(errors.wrongBeneficiary, take(tokens.stranger));
  scene.refuse(errors.wrongBeneficiary, take(tokens.reporter, 'treasury'));
  scene.refuse(errors.wrongBeneficiary, take(pool.vault));
  scene.refuse(errors.wrongVault, change(take(tokens.reporter), { 2: writes(other.pool.vault) }));
  scene.refuse(errors.wrongPool, change(take(tokens.reporter), { 0: reads(other.pool.pool), 2: writes(other.pool.vault) }));
  scene.refuse(errors.wrongMint, change(take(tokens.reporter), { 4: reads(scene.tokens.reporter) }));
  scene.refuse(errors.notACase, change(take(tokens.reporter), { 1: writes(scene.stake.stake) }));
  scene.refuse('InvalidInstructionData', change(take(tokens.reporter), {}, Buffer.from([14, 3])));
  const fake = chain.signer('fake').address;
  chain.setAccount(fake, { data: tokenData({ mint: scene.mint, owner: scene.reporter.address }), owner: scene.stranger.address });
  scene.refuse(errors.wrongTokenAccount, take(fake));
  const foreign = await associated(scene.reporter.address, fake);
  chain.setAccount(foreign, { data: tokenData({ mint: fake, owner: scene.reporter.address }), owner: tokenProgram });
  scene.refuse(3, take(foreign), { by: tokenProgram }); // another mint
  chain.setAccount(tokens.treasury, { data: tokenData({ mint: scene.mint, owner: scene.treasury.address, state: 2 }), owner: tokenProgram });
  scene.refuse(17, take(tokens.treasury, 'treasury'), { by: tokenProgram }); // frozen, which keeps nobody else from collecting
  scene.accept(take(tokens.reporter));
  scene.refuse(errors.nothingToCollect, take(tokens.reporter));
});

test('accounts of the program are not closed or taken for others', async () => {
  const scene = await Scene.create();
  const entry = await scene.open();
  for (const address of [scene.stake.stake, scene.pool.pool, entry]) {
    scene.refuse(errors.notAReceipt, program.forgetReceipt(scene.reporter.address, address));
  }

  const shown = await scene.show(scene.receipt({ jobId: Buffer.alloc(16, 7) }));
  scene.refuse(errors.notTheReporter, program.forgetReceipt(scene.stranger.address, shown));
  refuseUnsigned(scene, program.forgetReceipt(scene.reporter.address, shown));
  scene.refuse(errors.notAStake, change(program.requestUnstake(scene.pool, scene.stake, 1n), { 2: writes(entry) }));
  scene.refuse(errors.notAPool, change(program.finalizeCase(scene.pool, entry, scene.stake.stake), { 0: reads(entry) }));
});
