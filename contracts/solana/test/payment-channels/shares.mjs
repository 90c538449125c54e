// How money is shared: exact parts of every sum, rounding, and the dust that it leaves.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import * as program from './program.mjs';
import { Scene, tokenPrograms } from './scene.mjs';

const share = (amount, bps) => amount * BigInt(bps) / 10_000n;

for (const [name, tokenProgram] of Object.entries(tokenPrograms)) {
  test(`distribute with ${name} pays three recipients and the payee, and the treasury gets the dust`, async () => {
    const scene = await Scene.settled(100_001n, { tokenProgram, splits: [['first', 3333], ['second', 1], ['third', 6000]] });
    const c = scene.channel;
    scene.distribute();
    const balances = () => [...c.recipientTokens, c.payeeTokens, c.treasuryTokens, c.escrow].map(address => scene.tokens(address));
    assert.deepEqual(balances(), [33_330n, 10n, 60_000n, 6_660n, 0n, 900_000n]);
    scene.sealByPayee(100_003n);
    scene.distribute();
    const paid = [share(100_003n, 3333), share(100_003n, 1), share(100_003n, 6000), share(100_003n, 666)];
    const dust = 100_003n - paid.reduce((sum, amount) => sum + amount);
    assert.equal(dust, 2n);
    assert.deepEqual(balances(), [...paid, dust, null]);
    assert.equal(scene.tokens(c.payerTokens), 10_000_000n - 100_003n);
  });
}

test('distribute in many steps pays to the unit what one step would', async () => {
  const bps = [1, 77, 2500, 3333, 999];
  const scene = await Scene.create({ splits: bps.map((value, i) => [`recipient ${i}`, value]) });
  scene.open();
  let sum = 0n;
  for (const step of [1n, 1n, 3n, 9_995n, 1n, 123_457n, 333_333n, 7n]) {
    scene.settle(sum += step);
    scene.distribute();
    bps.forEach((value, i) => assert.equal(scene.tokens(scene.channel.recipientTokens[i]), share(sum, value)));
    assert.equal(scene.tokens(scene.channel.payeeTokens), share(sum, 10_000 - 6910));
  }

  scene.sealByPayee();
  scene.distribute();
  const paid = bps.reduce((total, value) => total + share(sum, value), share(sum, 10_000 - 6910));
  assert.equal(scene.tokens(scene.channel.treasuryTokens), sum - paid);
});

test('shares of the highest sums are exact', async () => {
  const scene = await Scene.create({ balance: program.maximum, terms: { deposit: program.maximum }, splits: [['first', 9999]] });
  scene.open();
  const sums = [program.maximum - 1n, program.maximum];
  for (const sum of sums) {
    scene.settle(sum);
    scene.distribute();
    assert.equal(scene.tokens(scene.channel.recipientTokens[0]), share(sum, 9999));
    assert.equal(scene.tokens(scene.channel.payeeTokens), share(sum, 1));
  }
});

test('shares are exact for sums of every size', async () => {
  const scene = await Scene.create({ balance: program.maximum, terms: { deposit: program.maximum }, splits: [['first', 1], ['second', 4321]] });
  scene.open();
  const c = scene.channel;
  let state = 88172645463325252n;
  const next = () => {
    state ^= state << 13n & program.maximum;
    state ^= state >> 7n;
    state ^= state << 17n & program.maximum;
    return state;
  };
  for (let i = 0; i < 200; i++) {
    const [low, high] = [next() >> (next() & 63n), next() >> (next() & 63n)].sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
    if (low === high) {
      continue;
    }

    // Settled and paid out are set, as if they had come about.
    scene.forge(data => {
      data.writeBigUInt64LE(high, 20);
      data.writeBigUInt64LE(low, 28);
    });
    const escrow = program.maximum - low;
    scene.setTokens(c.escrow, c.channel, { amount: escrow });
    [...c.recipientTokens, c.payeeTokens].forEach((address, j) => scene.setTokens(address, [scene.terms.splits[0]?.recipient, scene.terms.splits[1]?.recipient, c.payee][j]));
    const due = [1, 4321, 5678].map(bps => share(high, bps) - share(low, bps));
    scene.chain.accept(program.distribute(c));
    assert.deepEqual([...c.recipientTokens, c.payeeTokens].map(address => scene.tokens(address)), due, `${low} to ${high}`);
    assert.equal(scene.tokens(c.escrow), escrow - due[0] - due[1] - due[2]);
  }
});

test('one recipient with everything leaves the payee nothing', async () => {
  const scene = await Scene.settled(400_000n, { splits: [['first', 10_000]] });
  scene.distribute();
  assert.equal(scene.tokens(scene.channel.recipientTokens[0]), 400_000n);
  assert.equal(scene.tokens(scene.channel.payeeTokens), 0n);
});

test('recipients may be the payer, the payee and the treasury', async () => {
  const scene = await Scene.create();
  const splits = [{ recipient: scene.payer.address, bps: 1000 }, { recipient: scene.payee.address, bps: 2000 }, { recipient: program.treasuryOwner, bps: 3000 }];
  const c = scene.channel = await scene.derive({ ...scene.terms, splits });
  scene.open();
  scene.settle(100_000n);
  scene.distribute();
  assert.equal(scene.tokens(c.payerTokens), 9_010_000n);
  assert.equal(scene.tokens(c.payeeTokens), 60_000n);
  assert.equal(scene.tokens(c.treasuryTokens), 30_000n);
});
