// Accounts of others in the places of topUp and withdrawPayer, which have the same ones; and mints of the chain's own coin.
import assert from 'node:assert/strict';
import { system, token2022, tokenProgram } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { key } from '../support/keys.mjs';
import { extension, extensions, mintData, tokenData } from '../support/tokens.mjs';
import * as program from './program.mjs';
import { Scene, withAccount } from './scene.mjs';

const instructions = {
  topUp: { make: c => program.topUp(c, 5n), payerTokens: 2, escrow: 3, prepare: () => {} },
  withdrawPayer: { make: program.withdrawPayer, payerTokens: 3, escrow: 2, prepare: scene => scene.sealByPayee() },
};

for (const [name, { make, payerTokens, escrow, prepare }] of Object.entries(instructions)) {
  const refuses = (what, error, index, address, options) => test(`${name} refuses ${what}`, async () => {
    const scene = await Scene.create(options);
    scene.open();
    const replacement = await address(scene);
    prepare(scene);
    scene.refuse(error, withAccount(make(scene.channel), index, replacement));
    scene.accept(make(scene.channel));
  });

  refuses('another mint', 7, 4, scene => scene.stranger.address);
  refuses('another mint that is a mint', 7, 4, scene => {
    const other = key('another mint').address;
    scene.chain.setAccount(other, { data: mintData({ authority: scene.mintAuthority.address }), owner: tokenProgram });
    return other;
  });
  refuses('a token program that is none', 54, 5, () => system);
  refuses('a token program that a stranger wrote', 54, 5, scene => scene.stranger.address);
  refuses('Token-2022 for a mint of SPL Token', 53, 5, () => token2022);
  refuses('SPL Token for a mint of Token-2022', 53, 5, () => tokenProgram, { tokenProgram: token2022 });
  refuses("the payee's tokens as the payer's", 57, payerTokens, scene => scene.channel.payeeTokens);
  refuses("the escrow as the payer's tokens", 57, payerTokens, scene => scene.channel.escrow);
  refuses("the payer's tokens as the escrow", 51, escrow, scene => scene.channel.payerTokens);
  refuses('the escrow of another channel', 51, escrow, async scene => (await scene.openOther()).escrow);
  refuses('an account of the channel that is not its escrow', 51, escrow, scene => {
    const other = key('another escrow').address;
    scene.setTokens(other, scene.channel.channel, { amount: 1_000_000n });
    return other;
  });
}

test('topUp refuses a payer\'s token account that cannot be used', async () => {
  for (const [error, change] of [[58, { state: 2 }], [58, { state: 0 }], [58, { owner: key('stranger').address }], [59, { list: [extension(extensions.cpiGuard, Buffer.from([0]))] }], [55, { list: [Buffer.from([7])] }]]) {
    const scene = await Scene.create({ tokenProgram: token2022 });
    scene.open();
    const { owner = scene.payer.address, ...rest } = change;
    scene.setTokens(scene.channel.payerTokens, owner, { amount: 9_000_000n, ...rest });
    scene.refuse(error, program.topUp(scene.channel, 1n));
  }
});

test('topUp of more than the payer has changes nothing', async () => {
  const scene = await Scene.create();
  scene.open();
  scene.refuse(1, program.topUp(scene.channel, 9_000_001n), { by: tokenProgram });
  assert.equal(scene.state.deposit, 1_000_000n);
  scene.accept(program.topUp(scene.channel, 9_000_000n));
  assert.equal(scene.tokens(scene.channel.escrow), 10_000_000n);
});

test('the escrow has one owner for good, and nobody may spend or close it', async () => {
  const scene = await Scene.create();
  scene.open();
  const account = scene.chain.account(scene.channel.escrow).data;
  assert.equal(account.readUInt32LE(72), 0);
  assert.equal(account.readUInt32LE(129), 0);
  const steal = owner => ({
    program: tokenProgram, accounts: [{ address: scene.channel.escrow, signer: false, writable: true }, { address: scene.channel.payerTokens, signer: false, writable: true }, { address: owner, signer: true, writable: false }],
    data: Buffer.concat([Buffer.from([3]), program.u64(1n)]),
  });
  for (const thief of [scene.payer, scene.payee, scene.stranger]) {
    scene.refuse(4, steal(thief.address), { by: tokenProgram });
  }
});

test('a channel in the chain\'s own coin pays what it owes, and the treasury gets what others sent', async () => {
  const native = 'So11111111111111111111111111111111111111112';
  const scene = await Scene.create();
  const terms = { ...scene.terms, mint: native };
  const c = scene.channel = await scene.derive(terms);
  scene.mint = native;
  scene.chain.setAccount(native, { data: mintData({ decimals: 9 }), owner: tokenProgram });
  const rent = scene.chain.rent(165);
  const put = (address, owner, amount) => {
    const data = tokenData({ mint: native, owner, amount });
    data.writeUInt32LE(1, 109);
    data.writeBigUInt64LE(rent, 113);
    scene.chain.setAccount(address, { data, owner: tokenProgram, lamports: rent + amount });
  };
  put(c.payerTokens, c.payer, 10_000_000n);
  put(c.payeeTokens, c.payee, 0n);
  put(c.treasuryTokens, program.treasuryOwner, 0n);
  scene.open();
  scene.settle(300_000n);
  scene.accept(scene.donation(c.escrow, 11n));
  scene.sealByPayee();
  scene.distribute();
  assert.equal(scene.tokens(c.payeeTokens), 300_000n);
  assert.equal(scene.tokens(c.treasuryTokens), 11n);
  assert.equal(scene.tokens(c.payerTokens), 10_000_000n - 300_011n);
  assert.equal(scene.chain.lamports(c.payeeTokens), rent + 300_000n);
});
