// Everything a distribution is refused for.
import assert from 'node:assert/strict';
import { system, token2022, tokenProgram } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { key } from '../support/keys.mjs';
import { extension, extensions, tokenData } from '../support/tokens.mjs';
import * as program from './program.mjs';
import { Scene, withAccount } from './scene.mjs';

const place = { channel: 0, payer: 1, rentPayer: 2, escrow: 3, payerTokens: 4, payeeTokens: 5, treasuryTokens: 6, mint: 7, tokenProgram: 8, eventAuthority: 9, self: 10, recipients: 11 };

test('distribute refuses other lists than the one of the opening', async () => {
  const scene = await Scene.settled(400_000n, { splits: [['first', 3000], ['second', 1000]] });
  const c = scene.channel;
  const [first, second] = c.splits;
  const other = async splits => scene.refuse(2407, program.distribute(await scene.derive({ ...scene.terms, splits })));
  await other([second, first]);
  await other([{ ...first, bps: 3001 }, second]);
  await other([{ ...first, recipient: scene.stranger.address }, second]);
  await other([first]);
  await other([]);
  await other([first, second, { recipient: scene.stranger.address, bps: 1 }]);
  scene.refuse(261, program.distribute(c, [{ ...first, bps: 0 }, second]));
  scene.refuse(261, program.distribute(c, [{ ...first, bps: 9001 }, second]));
  scene.refuse(263, program.distribute(c, [first, first]));
  const instruction = program.distribute(c);
  for (const data of [Buffer.concat([instruction.data, Buffer.from([0])]), instruction.data.subarray(0, -1), instruction.data.subarray(0, 4), Buffer.from([7])]) {
    scene.refuse('InvalidInstructionData', { ...instruction, data });
  }

  scene.refuse(260, { ...instruction, data: Buffer.concat([Buffer.from([7]), program.u32(33)]) });
  scene.distribute();
});

test('distribute refuses more or fewer recipients\' accounts than the list has, and another order', async () => {
  const scene = await Scene.settled(400_000n, { splits: [['first', 3000], ['second', 1000]] });
  const c = scene.channel;
  const [first, second] = c.recipientTokens;
  const attempt = recipientTokens => program.distribute({ ...c, recipientTokens });
  scene.refuse(2409, attempt([]));
  scene.refuse(2409, attempt([first]));
  scene.refuse(2409, attempt([first, second, second]));
  scene.refuse(2404, attempt([second, first]));
  scene.refuse(2404, attempt([first, first]));
  scene.refuse(2404, attempt([first, c.payeeTokens]));
  scene.refuse(2404, attempt([c.escrow, second]));
});

test('distribute of nothing new is refused, however often', async () => {
  const scene = await Scene.create();
  scene.open();
  scene.refuse(2408, program.distribute(scene.channel));
  scene.settle(400_000n);
  scene.distribute();
  scene.refuse(2408, program.distribute(scene.channel));
  assert.equal(scene.tokens(scene.channel.payeeTokens), 400_000n);
});

test('distribute is refused while closing and after the end', async () => {
  const scene = await Scene.settled();
  scene.accept(program.requestClose(scene.channel));
  scene.refuse(2400, program.distribute(scene.channel));
  scene.sealByPayee();
  scene.distribute();
  scene.refuse(2400, program.distribute(scene.channel));
  scene.leaveWindow();
  scene.refuse(2400, program.distribute(scene.channel));
  scene.accept(program.reclaim(scene.channel));
  scene.refuse('InvalidAccountOwner', program.distribute(scene.channel));
});

test('distribute twice in one transaction pays once', async () => {
  const scene = await Scene.settled();
  scene.refuse(2408, [program.distribute(scene.channel), program.distribute(scene.channel)]);
  scene.sealByPayee();
  scene.refuse(2400, [program.distribute(scene.channel), program.distribute(scene.channel)]);
  scene.leaveWindow();
  scene.refuse('InvalidAccountOwner', [program.distribute(scene.channel), program.distribute(scene.channel)]);
  scene.distribute();
});

test('a channel frees its account at once only after the window', async () => {
  for (const [slots, gone] of [[1500n, false], [1501n, true]]) {
    const scene = await Scene.settled();
    scene.sealByPayee();
    scene.chain.setClock({ slot: scene.channel.openSlot + slots });
    scene.distribute();
    assert.equal(scene.chain.account(scene.channel.channel) === null, gone);
  }
});

const refusesAccount = (name, error, index, address, options) => test(`distribute refuses ${name}`, async () => {
  const scene = await Scene.settled(400_000n, { splits: [['first', 3000]], ...options });
  const attempt = async () => withAccount(program.distribute(scene.channel), index, await address(scene));
  scene.refuse(error, await attempt());
  scene.sealByPayee();
  scene.refuse(error, await attempt());
  scene.distribute();
});

refusesAccount('another payer', 5, place.payer, scene => scene.stranger.address);
refusesAccount('another rent payer', 10, place.rentPayer, scene => scene.stranger.address);
refusesAccount('the payer as the rent payer', 10, place.rentPayer, scene => scene.payer.address);
refusesAccount('another mint', 7, place.mint, scene => scene.stranger.address);
refusesAccount('a token program that is none', 54, place.tokenProgram, () => system);
refusesAccount('a token program that is not the mint\'s', 53, place.tokenProgram, () => token2022);
refusesAccount('another event authority', 8, place.eventAuthority, scene => scene.stranger.address);
refusesAccount('another program as itself', 'IncorrectProgramId', place.self, () => tokenProgram);
refusesAccount('the payer\'s tokens as the escrow', 51, place.escrow, scene => scene.channel.payerTokens);
refusesAccount('the escrow of another channel', 51, place.escrow, async scene => scene.other ??= (await scene.openOther()).escrow);
refusesAccount('the treasury of somebody else', 2401, place.treasuryTokens, scene => scene.channel.payeeTokens);
refusesAccount('a token account of the treasury that is not the associated one', 2401, place.treasuryTokens, scene => {
  const other = key('another treasury account').address;
  scene.setTokens(other, program.treasuryOwner);
  return other;
});
refusesAccount('another account for the payee', 60, place.payeeTokens, scene => scene.channel.payerTokens);
refusesAccount('the escrow for the payee', 60, place.payeeTokens, scene => scene.channel.escrow);
refusesAccount('another account for the payer', 57, place.payerTokens, scene => scene.channel.payeeTokens);
refusesAccount('another account for a recipient', 2404, place.recipients, scene => scene.channel.payeeTokens);
refusesAccount('an account of the payee that is not the associated one', 60, place.payeeTokens, scene => {
  const other = key('another payee account').address;
  scene.setTokens(other, scene.payee.address);
  return other;
});

for (const [name, error, change] of [
  ['closed', 2402, null], ['frozen', 2402, { state: 2 }], ['not initialized', 2402, { state: 0 }], ['of another authority', 2402, { owner: key('stranger').address }],
  ['of another mint', 2402, { mint: key('another mint').address }], ['with an extension', 2403, { list: [extension(extensions.cpiGuard, Buffer.from([1]))] }],
  ['with a broken list of extensions', 55, { list: [extension(extensions.immutableOwner, Buffer.alloc(0), 1)] }],
]) {
  test(`distribute refuses a treasury that is ${name}`, async () => {
    const scene = await Scene.settled(400_000n, { tokenProgram: token2022 });
    const c = scene.channel;
    if (change) {
      const { owner = program.treasuryOwner, ...rest } = change;
      scene.setTokens(c.treasuryTokens, owner, rest);
    } else {
      scene.chain.setAccount(c.treasuryTokens, { lamports: 0n, data: Buffer.alloc(0), owner: system });
    }

    scene.refuse(error, program.distribute(c));
    scene.sealByPayee();
    scene.refuse(error, program.distribute(c));
  });
}

for (const [name, error, change] of [
  ['frozen', 51, { state: 2 }], ['of another authority', 51, { owner: key('stranger').address }], ['with an extension', 52, { list: [extension(extensions.memoTransfer, Buffer.from([1]))] }],
]) {
  test(`an escrow that is ${name} stops everything that moves its tokens`, async () => {
    const scene = await Scene.settled(400_000n, { tokenProgram: token2022 });
    const c = scene.channel;
    const usual = scene.chain.account(c.escrow);
    const { owner = c.channel, ...rest } = change;
    const spoil = () => scene.setTokens(c.escrow, owner, { amount: 1_000_000n, ...rest });
    spoil();
    scene.refuse(error, program.topUp(c, 1n));
    scene.refuse(error, program.distribute(c));
    scene.chain.setAccount(c.escrow, usual);
    scene.sealByPayee();
    spoil();
    scene.refuse(error, program.withdrawPayer(c));
    scene.refuse(error, program.distribute(c));
    scene.chain.setAccount(c.escrow, usual);
    scene.distribute();
  });
}

test('distribute refuses watermarks out of order and an escrow that holds too little', async () => {
  const scene = await Scene.settled();
  const c = scene.channel;
  scene.forge(data => data.writeBigUInt64LE(400_001n, 28));
  scene.refuse(2410, program.distribute(c));
  scene.forge(data => data.writeBigUInt64LE(0n, 28));
  scene.chain.setAccount(c.escrow, { data: tokenData({ mint: c.mint, owner: c.channel, amount: 399_999n }), owner: tokenProgram });
  scene.refuse(2411, program.distribute(c));
  scene.chain.setAccount(c.escrow, { data: tokenData({ mint: c.mint, owner: c.channel, amount: 999_999n }), owner: tokenProgram });
  scene.chain.accept(program.distribute(c));
  scene.chain.accept(program.settleAndSeal(c, false));
  scene.refuse(2411, program.distribute(c));
});
