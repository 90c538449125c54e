// Shares of beneficiaries whose accounts cannot be paid go to the treasury, with an event that says so.
import assert from 'node:assert/strict';
import { system, token2022 } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { key } from '../support/keys.mjs';
import { extension, extensions } from '../support/tokens.mjs';
import * as program from './program.mjs';
import { Scene, tokenPrograms } from './scene.mjs';

const stranger = key('stranger').address;
const reasons = {
  'asks for memos': [0, { list: [extension(extensions.immutableOwner), extension(extensions.memoTransfer, Buffer.from([1]))] }],
  'has an extension nobody knows': [0, { list: [extension(900, Buffer.alloc(3))] }],
  'is closed': [1, null],
  'holds another mint': [1, { mint: key('another mint').address }],
  'is frozen': [2, { state: 2 }],
  'is not initialized': [2, { state: 0 }],
  'has another authority': [3, { owner: stranger }],
};

const beneficiaries = [
  { name: 'recipient', code: 0, tokens: c => c.recipientTokens[0], owner: c => c.splits[0].recipient, due: 100_000n },
  { name: 'payee', code: 1, tokens: c => c.payeeTokens, owner: c => c.payee, due: 300_000n },
  { name: 'payer', code: 2, tokens: c => c.payerTokens, owner: c => c.payer, due: 600_000n },
];

const prepare = async (tokenProgram, seal) => {
  const scene = await Scene.create({ tokenProgram, splits: [['recipient', 2500]] });
  scene.open();
  scene.settle(400_000n);
  if (seal) {
    scene.sealByPayee();
  }

  return scene;
};

const spoil = (scene, address, owner, change) => {
  if (change) {
    scene.setTokens(address, change.owner ?? owner, change);
  } else {
    scene.chain.setAccount(address, { lamports: 0n, data: Buffer.alloc(0), owner: system });
  }
};

for (const [programName, tokenProgram] of Object.entries(tokenPrograms)) {
  for (const [name, [reason, change]] of Object.entries(reasons)) {
    if (change?.list && tokenProgram !== token2022) {
      continue;
    }

    for (const seal of [false, true]) {
      for (const beneficiary of beneficiaries.filter(candidate => seal || candidate.name !== 'payer')) {
        test(`${programName}: the share of a ${beneficiary.name} whose account ${name} goes to the treasury of ${seal ? 'a sealed' : 'an open'} channel`, async () => {
          const scene = await prepare(tokenProgram, seal);
          const c = scene.channel;
          spoil(scene, beneficiary.tokens(c), beneficiary.owner(c), change);
          const before = scene.tokens(beneficiary.tokens(c));
          const result = scene.distribute();
          assert.deepEqual(program.events(result), [
            { event: 'PayoutRedirected', channel: c.channel, owner: beneficiary.owner(c), amount: beneficiary.due, beneficiary: beneficiary.code, reason, length: 90 },
          ]);
          assert.equal(scene.tokens(beneficiary.tokens(c)), before);
          assert.equal(scene.tokens(c.treasuryTokens), beneficiary.due);
          for (const other of beneficiaries.filter(candidate => candidate !== beneficiary && (seal || candidate.name !== 'payer'))) {
            assert.equal(scene.tokens(other.tokens(c)), other.due + (other.name === 'payer' ? 9_000_000n : 0n));
          }

          assert.equal(scene.tokens(c.escrow), seal ? null : 600_000n);
        });
      }
    }
  }
}

test('a share that was given away does not come back when the account can be paid again', async () => {
  const scene = await prepare(undefined, false);
  const c = scene.channel;
  spoil(scene, c.payeeTokens, c.payee, { state: 2 });
  scene.distribute();
  scene.setTokens(c.payeeTokens, c.payee);
  scene.refuse(2408, program.distribute(c));
  scene.sealByPayee(400_004n);
  scene.distribute();
  assert.equal(scene.tokens(c.payeeTokens), 3n);
  assert.equal(scene.tokens(c.treasuryTokens), 300_000n);
});

test('three shares given away at once make three events and one transfer', async () => {
  const scene = await prepare(undefined, true);
  const c = scene.channel;
  beneficiaries.forEach(beneficiary => spoil(scene, beneficiary.tokens(c), beneficiary.owner(c), null));
  const result = scene.distribute();
  assert.deepEqual(program.events(result).map(event => [event.beneficiary, event.amount, event.reason]), [[0, 100_000n, 1], [1, 300_000n, 1], [2, 600_000n, 1]]);
  assert.equal(result.inner.flat().filter(call => call.program === scene.tokenProgram).length, 2);
  assert.equal(scene.tokens(c.treasuryTokens), 1_000_000n);
});

test('accounts of shares of zero need not be there, and make no event', async () => {
  const scene = await Scene.create({ splits: [['recipient', 10_000]] });
  const c = scene.channel;
  scene.open();
  scene.settle(400_000n);
  spoil(scene, c.payeeTokens, c.payee, null);
  spoil(scene, c.payerTokens, c.payer, null);
  assert.deepEqual(program.events(scene.distribute()), []);
  scene.sealByPayee(1_000_000n);
  assert.deepEqual(program.events(scene.distribute()), []);
  assert.equal(scene.tokens(c.recipientTokens[0]), 1_000_000n);
  assert.equal(scene.tokens(c.treasuryTokens), 0n);
});

test('a refund that the payer took before is not redirected', async () => {
  const scene = await prepare(undefined, true);
  const c = scene.channel;
  scene.accept(program.withdrawPayer(c));
  spoil(scene, c.payerTokens, c.payer, null);
  assert.deepEqual(program.events(scene.distribute()), []);
  assert.equal(scene.tokens(c.treasuryTokens), 0n);
});

test('withdrawPayer refuses accounts that distribute would redirect', async () => {
  for (const [error, change] of [[58, null], [58, { state: 2 }], [58, { owner: stranger }], [59, { list: [extension(extensions.cpiGuard, Buffer.from([0]))] }], [55, { list: [Buffer.from([7])] }]]) {
    const scene = await prepare(token2022, true);
    spoil(scene, scene.channel.payerTokens, scene.channel.payer, change);
    scene.refuse(error, program.withdrawPayer(scene.channel));
  }
});

for (const beneficiary of beneficiaries) {
  test(`a ${beneficiary.name}'s list of extensions that does not add up stops the distribution`, async () => {
    for (const list of [[extension(extensions.immutableOwner, Buffer.alloc(0), 1)], [Buffer.from([7])], [Buffer.from([7, 0, 0])], [extension(0), Buffer.from([1])], [extension(extensions.cpiGuard, Buffer.alloc(1), 2)]]) {
      const scene = await prepare(token2022, true);
      const c = scene.channel;
      spoil(scene, beneficiary.tokens(c), beneficiary.owner(c), { list });
      scene.refuse(55, program.distribute(c));
    }
  });
}

test('an account of Token-2022 that is not marked as a token account stops the distribution', async () => {
  const scene = await prepare(token2022, true);
  const c = scene.channel;
  const { data } = scene.chain.account(c.payeeTokens);
  const changed = Buffer.from(data);
  for (const type of [0, 1, 3]) {
    changed[165] = type;
    scene.chain.setAccount(c.payeeTokens, { data: changed, owner: token2022 });
    scene.refuse(55, program.distribute(c));
  }

  // The length of an account of several signers, which has no mark of its own.
  scene.chain.setAccount(c.payeeTokens, { data: Buffer.concat([data, Buffer.alloc(355 - data.length)]), owner: token2022 });
  scene.refuse(55, program.distribute(c));
  scene.chain.setAccount(c.payeeTokens, { data: Buffer.concat([data, Buffer.alloc(356 - data.length)]), owner: token2022 });
  assert.deepEqual(program.events(scene.distribute()), []);
});

test('an account of Token-2022 without extensions is paid', async () => {
  const scene = await prepare(token2022, true);
  const c = scene.channel;
  spoil(scene, c.payeeTokens, c.payee, { list: [] });
  assert.deepEqual(program.events(scene.distribute()), []);
  assert.equal(scene.tokens(c.payeeTokens), 300_000n);
});
