// What an opening is refused for, and where its limits lie.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { system, token2022, tokenProgram } from '../support/chain.mjs';
import { decode, encode, isOnCurve, key } from '../support/keys.mjs';
import { test } from '../support/cases.mjs';
import { createAssociated, extension, extensions, transfer } from '../support/tokens.mjs';
import * as program from './program.mjs';
import { Scene, withAccount } from './scene.mjs';

const place = { payer: 0, rentPayer: 1, payee: 2, mint: 3, authorizedSigner: 4, channel: 5, payerTokens: 6, escrow: 7, tokenProgram: 8, system: 9, rent: 10, associated: 11, eventAuthority: 12, self: 13 };

const refuses = (name, error, terms, options = {}) => test(`open refuses ${name}`, async () => {
  const scene = await Scene.create(options);
  scene.refuse(error, program.open(await scene.derive({ ...scene.terms, ...terms(scene) })));
});
const accepts = (name, terms) => test(`open accepts ${name}`, async () => {
  const scene = await Scene.create();
  const c = await scene.derive({ ...scene.terms, ...terms(scene) });
  scene.accept(program.open(c));
  assert.equal(program.readChannel(scene.chain, c.channel).openSlot, c.openSlot);
});

refuses('a deposit of zero', 200, () => ({ deposit: 0n }));
refuses('a grace period of zero', 201, () => ({ gracePeriod: 0 }));
refuses('a payer that is the payee', 2001, scene => ({ payee: scene.payer.address }));
refuses('a slot in the future', 2003, scene => ({ openSlot: scene.chain.clock.slot + 1n }));
refuses('the highest slot', 2003, () => ({ openSlot: program.maximum }));
refuses('a slot 1,501 slots old', 2003, scene => ({ openSlot: scene.chain.clock.slot - 1501n }));
refuses('slot zero', 2003, () => ({ openSlot: 0n }));
accepts('a slot 1,500 slots old', scene => ({ openSlot: scene.chain.clock.slot - 1500n }));
accepts('the current slot', scene => ({ openSlot: scene.chain.clock.slot }));
accepts('the highest grace period and salt', () => ({ gracePeriod: 0xffffffff, salt: program.maximum }));
accepts('a payer that pays the rent itself', scene => ({ rentPayer: scene.payer.address }));
accepts('a payer that signs its own vouchers', scene => ({ authorizedSigner: scene.payer.address }));
accepts('a payee that is a program address', () => ({ payee: program.eventAuthority }));
accepts('one recipient with everything', scene => ({ splits: [{ recipient: scene.stranger.address, bps: 10_000 }] }));

test('open refuses a voucher signer that is no point of the curve', async () => {
  const scene = await Scene.create();
  for (const bytes of [encode(program.eventAuthority), Buffer.concat([Buffer.from([2]), Buffer.alloc(31)])]) {
    assert(!isOnCurve(bytes));
    scene.refuse(2002, program.open(await scene.derive({ ...scene.terms, authorizedSigner: decode(bytes) })));
  }
});

test('open refuses the address of other terms', async () => {
  const scene = await Scene.create();
  const { openSlot } = scene.terms;
  for (const terms of [{ salt: 8n }, { openSlot: openSlot - 1n }, { payee: scene.stranger.address }, { authorizedSigner: scene.stranger.address }]) {
    const { channel, escrow } = await scene.derive({ ...scene.terms, ...terms });
    scene.refuse(2000, program.open({ ...scene.channel, channel, escrow }));
  }
});

test('open refuses an address with another bump than the canonical one', async () => {
  const scene = await Scene.create();
  const c = scene.channel;
  const seeds = Buffer.concat([Buffer.from('channel'), ...[c.payer, c.payee, c.mint, c.authorizedSigner].map(encode), program.u64(c.salt), program.u64(c.openSlot)]);
  const hash = bump => createHash('sha256').update(seeds).update(Buffer.from([bump])).update(encode(program.programAddress)).update('ProgramDerivedAddress').digest();
  assert.equal(decode(hash(c.bump)), c.channel);
  let bump = c.bump - 1;
  while (isOnCurve(hash(bump))) {
    bump--;
  }

  scene.refuse(2000, program.open({ ...c, channel: decode(hash(bump)) }));
});

const refusesAccount = (name, error, index, address, options = {}) => test(`open refuses ${name}`, async () => {
  const scene = await Scene.create(options);
  scene.refuse(error, withAccount(program.open(scene.channel), index, await address(scene)));
});

refusesAccount('a payer that does not sign', 1, place.payer, () => ({ signer: false }));
refusesAccount('a rent payer that does not sign', 1, place.rentPayer, () => ({ signer: false }));
refusesAccount('another system program', 'IncorrectProgramId', place.system, () => tokenProgram);
refusesAccount('another rent sysvar', 'UnsupportedSysvar', place.rent, () => system);
refusesAccount('another associated token program', 'IncorrectProgramId', place.associated, () => tokenProgram);
refusesAccount('another event authority', 8, place.eventAuthority, scene => scene.stranger.address);
refusesAccount('another program as itself', 'IncorrectProgramId', place.self, () => tokenProgram);
refusesAccount('a token program that is none', 54, place.tokenProgram, () => system);
refusesAccount('Token-2022 for a mint of SPL Token', 53, place.tokenProgram, () => token2022);
refusesAccount('SPL Token for a mint of Token-2022', 53, place.tokenProgram, () => tokenProgram, { tokenProgram: token2022 });
refusesAccount('a mint that another channel address follows from', 2000, place.mint, scene => scene.stranger.address);
refusesAccount('an escrow that is not the associated account', 51, place.escrow, scene => scene.channel.payeeTokens);
refusesAccount('the escrow of another channel', 51, place.escrow, async scene => (await scene.openOther()).escrow);
refusesAccount("somebody else's tokens as the payer's", 57, place.payerTokens, scene => scene.channel.payeeTokens);
refusesAccount('an account of the payer that is not the associated one', 57, place.payerTokens, scene => {
  const other = key('another token account').address;
  scene.setTokens(other, scene.payer.address, { amount: 5n });
  return other;
});

test('open refuses a mint account that is none', async () => {
  const scene = await Scene.create();
  scene.chain.setAccount(scene.mint, { data: Buffer.alloc(82), owner: tokenProgram });
  scene.refuse(53, program.open(scene.channel));
  scene.chain.setAccount(scene.mint, { data: Buffer.alloc(0), owner: system, lamports: 1_000_000n });
  scene.refuse(53, program.open(scene.channel));
});

for (const [name, error, change] of [
  ['is not there', 58, null], ['is frozen', 58, { state: 2 }], ['is not initialized', 58, { state: 0 }], ['belongs to another authority', 58, { owner: 'stranger' }],
  ['is of another mint', 58, { mint: key('another mint').address }], ['asks for memos', 59, { list: [extension(extensions.memoTransfer, Buffer.from([1]))] }],
  ['has a list of extensions that ends too early', 55, { list: [extension(extensions.immutableOwner, Buffer.alloc(0), 9)] }],
]) {
  test(`open refuses a payer's token account that ${name}`, async () => {
    const scene = await Scene.create({ tokenProgram: token2022 });
    const { owner = 'payer', ...rest } = change ?? {};
    if (change) {
      scene.setTokens(scene.channel.payerTokens, scene[owner].address, { amount: 10_000_000n, ...rest });
    } else {
      scene.chain.setAccount(scene.channel.payerTokens, { lamports: 0n, data: Buffer.alloc(0), owner: system });
    }

    scene.refuse(error, program.open(scene.channel));
  });
}

test('open refuses more tokens than the payer has', async () => {
  const scene = await Scene.create({ balance: 999_999n });
  scene.refuse(1, program.open(scene.channel), { by: tokenProgram });
  assert.equal(scene.state, null);
  assert.equal(scene.tokens(scene.channel.payerTokens), 999_999n);
});

const split = (bps, label = 'recipient') => ({ recipient: key(label).address, bps });
refuses('a share of zero', 261, () => ({ splits: [split(100), split(0, 'other')] }));
refuses('shares beyond the whole', 261, () => ({ splits: [split(10_000), split(1, 'other')] }));
refuses('one share beyond the whole', 261, () => ({ splits: [split(10_001)] }));
refuses('the highest shares', 261, () => ({ splits: [split(65_535), split(65_535, 'other')] }));
refuses('a recipient that is named twice', 263, () => ({ splits: [split(1), split(2, 'other'), split(3)] }));

test('open refuses a recipient that is the channel', async () => {
  const scene = await Scene.create();
  const c = scene.channel;
  scene.refuse(261, program.open({ ...c, splits: [{ recipient: c.channel, bps: 1 }] }));
});

test('open refuses a list that is shorter, longer or more than it says', async () => {
  const scene = await Scene.create();
  const opening = program.open(scene.channel);
  const data = (count, bytes) => ({ ...opening, data: Buffer.concat([opening.data.subarray(0, 29), program.u32(count), Buffer.alloc(bytes)]) });
  for (const [error, change] of [
    [260, data(33, 0)], [260, data(0xffffffff, 0)], ['InvalidInstructionData', data(1, 33)], ['InvalidInstructionData', data(1, 35)], ['InvalidInstructionData', data(0, 1)],
    ['InvalidInstructionData', data(32, 0)], ['InvalidInstructionData', { ...opening, data: opening.data.subarray(0, 32) }], ['InvalidInstructionData', { ...opening, data: opening.data.subarray(0, 29) }],
    ['InvalidInstructionData', { ...opening, data: opening.data.subarray(0, 28) }],
  ]) {
    scene.refuse(error, change);
  }
});

test('open refuses to open a channel again, whatever state it is in', async () => {
  const scene = await Scene.create();
  scene.open();
  scene.refuse('AccountAlreadyInitialized', program.open(scene.channel));
  scene.accept(program.requestClose(scene.channel));
  scene.refuse('AccountAlreadyInitialized', program.open(scene.channel));
  scene.sealByPayee();
  scene.refuse('AccountAlreadyInitialized', program.open({ ...scene.channel, deposit: 5n }));
  scene.distribute();
  scene.refuse('AccountAlreadyInitialized', program.open(scene.channel));
});

test('open refuses an address that holds data or belongs to another program', async () => {
  const scene = await Scene.create();
  const lamports = scene.chain.rent(256);
  for (const [data, owner] of [[Buffer.alloc(1), system], [Buffer.alloc(256), system], [Buffer.alloc(0), tokenProgram], [Buffer.alloc(0), program.programAddress]]) {
    scene.chain.setAccount(scene.channel.channel, { lamports, data, owner });
    scene.refuse('AccountAlreadyInitialized', program.open(scene.channel));
  }
});

for (const [name, lamports] of [['less than', 1n], ['exactly', 2_672_640n], ['more than', 50_000_000n]]) {
  test(`open accepts an address that somebody sent ${name} its rent to, and the rent payer gets it all`, async () => {
    const scene = await Scene.create();
    const c = scene.channel;
    assert.equal(scene.chain.rent(256), 2_672_640n);
    scene.chain.setAccount(c.channel, { lamports, data: Buffer.alloc(0), owner: system });
    const before = scene.chain.lamports(c.rentPayer);
    scene.open();
    const paid = before - scene.chain.lamports(c.rentPayer);
    const escrowRent = scene.chain.rent(165);
    assert.equal(paid, escrowRent + (lamports < 2_672_640n ? 2_672_640n - lamports : 0n));
    scene.sealByPayee();
    scene.leaveWindow();
    scene.distribute();
    assert.equal(scene.chain.lamports(c.rentPayer), before + lamports);
  });
}

test('open accepts an escrow that somebody made and filled, and the treasury gets what was in it', async () => {
  const scene = await Scene.create();
  const c = scene.channel;
  scene.accept([createAssociated(tokenProgram, scene.stranger.address, c.escrow, c.channel, c.mint), transfer(tokenProgram, c.payerTokens, c.escrow, c.payer, 77n)]);
  scene.open();
  assert.equal(scene.state.deposit, 1_000_000n);
  assert.equal(scene.tokens(c.escrow), 1_000_077n);
  scene.accept(transfer(tokenProgram, c.payerTokens, c.escrow, c.payer, 23n));
  scene.settle(400_000n);
  scene.distribute();
  assert.equal(scene.tokens(c.treasuryTokens), 0n);
  scene.sealByPayee();
  scene.distribute();
  assert.equal(scene.tokens(c.treasuryTokens), 100n);
  assert.equal(scene.tokens(c.payeeTokens), 400_000n);
  assert.equal(scene.tokens(c.payerTokens), 10_000_000n - 400_000n - 100n);
});
