// Stake from its deposit to its withdrawal, and cases from a contradiction to what everybody collects.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import { encode } from '../support/keys.mjs';
import * as program from './program.mjs';
import { funds, Scene } from './scene.mjs';

test('stake: register, add, thaw a part, thaw more, cancel, thaw all, withdraw', async () => {
  const scene = await Scene.create();
  const { pool, stake } = scene;
  assert.deepEqual(program.readPool(scene.chain, pool.pool), { ...pool.terms, vault: pool.vault });
  const start = { locks: 0, inForce: 100_000n, thawing: 0n, thawEnd: 0n, pool: pool.pool, provider: stake.provider, key: stake.key };
  assert.deepEqual(scene.state, start);
  scene.accept(program.addStake(pool, stake, 50_000n));
  assert.deepEqual(scene.state, { ...start, inForce: 150_000n });

  const thaw = BigInt(pool.terms.thawPeriod);
  scene.accept(program.requestUnstake(pool, stake, 30_000n));
  assert.deepEqual(scene.state, { ...start, inForce: 120_000n, thawing: 30_000n, thawEnd: scene.chain.clock.time + thaw });
  scene.pass(10);
  scene.accept(program.requestUnstake(pool, stake, 20_000n));
  assert.deepEqual(scene.state, { ...start, thawing: 50_000n, thawEnd: scene.chain.clock.time + thaw });
  scene.accept(program.cancelUnstake(pool, stake));
  assert.deepEqual(scene.state, { ...start, inForce: 150_000n });

  scene.accept(program.requestUnstake(pool, stake, 150_000n));
  scene.chain.advance({ seconds: thaw - 1n });
  scene.refuse(program.errors.stillThawing, program.withdraw(pool, stake));
  scene.chain.advance({ seconds: 1n });
  scene.accept(program.withdraw(pool, stake));
  assert.deepEqual(scene.state, { ...start, inForce: 0n });
  assert.equal(scene.amount(scene.tokens.provider), funds);
  assert.equal(scene.amount(pool.vault), 0n);

  // The account stays, and its provider can stake again.
  scene.accept(program.addStake(pool, stake, 1_000n));
});

test('a case: two receipts, the victim named, the window over, everybody collects', async () => {
  const scene = await Scene.create();
  const { pool, stake, tokens } = scene;
  const channel = await scene.channel();
  const lamports = scene.chain.lamports(scene.reporter.address);
  const entry = await scene.open(scene.receipt({ channel: channel.bytes }), scene.receipt({ channel: channel.bytes, amount: 1001n }));
  const opened = {
    status: program.status.open, extended: 0, endsAt: scene.chain.clock.time + BigInt(pool.terms.vetoWindow), slashed: 0n, owed: [0n, 0n, 0n], pool: pool.pool, stake: stake.stake,
    reporter: scene.reporter.address, victim: '11111111111111111111111111111111', channel: channel.address, jobId: '01'.repeat(16),
  };
  assert.deepEqual(scene.entry(entry), opened);
  assert.equal(scene.state.locks, 1);
  assert.equal(scene.amount(tokens.reporter), funds - 500n);

  // Of what the reporter paid for accounts only the case's rent stays.
  assert.equal(scene.chain.lamports(scene.reporter.address), lamports - scene.chain.rent(224));
  scene.accept(program.nameVictim(pool, entry, channel));
  scene.accept(program.nameVictim(pool, entry, channel));
  assert.equal(scene.entry(entry).victim, scene.victim.address);

  scene.pass(7);
  scene.accept(program.finalizeCase(pool, entry, stake.stake));
  assert.deepEqual(scene.entry(entry), { ...opened, status: program.status.slashed, slashed: 25_000n, owed: [10_000n, 2_500n + 500n, 12_500n], victim: scene.victim.address });
  assert.deepEqual([scene.state.locks, scene.state.inForce], [0, 75_000n]);
  for (const [who, amount] of [['victim', 10_000n], ['treasury', 12_500n], ['reporter', 2_500n]]) {
    scene.accept(program.collect(pool, entry, program.beneficiary[who], tokens[who]));
    assert.equal(scene.amount(tokens[who]), funds + amount);
    scene.refuse(program.errors.nothingToCollect, program.collect(pool, entry, program.beneficiary[who], tokens[who]));
  }

  assert.equal(scene.amount(pool.vault), 75_000n);
});

test('a case: a free job has no victim, whose part goes to the treasury', async () => {
  const scene = await Scene.create();
  const entry = await scene.open();
  scene.pass(7);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  assert.deepEqual(scene.entry(entry).owed, [0n, 3_000n, 22_500n]);
});

test('a case: either of the receipts names the channel', async () => {
  for (const names of [[true, false], [false, true]]) {
    const scene = await Scene.create();
    const channel = await scene.channel();
    const [first, second] = names.map((isNamed, i) => scene.receipt({ amount: BigInt(i), channel: isNamed ? channel.bytes : Buffer.alloc(0) }));
    assert.equal(scene.entry(await scene.open(first, second)).channel, channel.address);
  }
});

test('a case: stake that thaws is slashed, after the stake in force', async () => {
  const scene = await Scene.create({ terms: { slashShare: 5_000 } });
  scene.accept(program.requestUnstake(scene.pool, scene.stake, 99_000n));
  const entry = await scene.open();
  scene.pass(7);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  assert.deepEqual([scene.state.inForce, scene.state.thawing], [0n, 50_000n]);
});

test('a case: stake whose thaw is over is locked, and slashed', async () => {
  const scene = await Scene.create();
  scene.accept(program.requestUnstake(scene.pool, scene.stake, 100_000n));
  scene.pass(29);
  const entry = await scene.open();
  scene.pass(1);
  scene.refuse(program.errors.stakeLocked, program.withdraw(scene.pool, scene.stake));
  scene.pass(6);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  scene.accept(program.withdraw(scene.pool, scene.stake));
  assert.equal(scene.amount(scene.tokens.provider), funds - 25_000n);
});

test('a case: a slash is rounded up, parts of it down', async () => {
  const scene = await Scene.create({ terms: { slashShare: 1 } });
  scene.accept(program.addStake(scene.pool, scene.stake, 1n));
  const entry = await scene.open();
  const channel = await scene.channel();
  scene.refuse(program.errors.differentChannel, program.nameVictim(scene.pool, entry, channel));
  scene.pass(7);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  assert.equal(scene.entry(entry).slashed, 11n);
  assert.deepEqual(scene.entry(entry).owed, [0n, 1n + 500n, 10n]);
});

test('a case: the smallest slash there can be is collected', async () => {
  const scene = await Scene.create({ isRegistered: false, terms: { slashShare: 1, bond: 0n } });
  scene.accept(program.register(scene.pool, scene.stake, 1_000n));
  const entry = await scene.open();
  scene.pass(7);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  assert.deepEqual(scene.entry(entry).owed, [0n, 0n, 1n]);
  scene.accept(program.collect(scene.pool, entry, program.beneficiary.treasury, scene.tokens.treasury));
  assert.equal(scene.amount(scene.tokens.treasury), funds + 1n);
});

test('a case: a stake of which half thaws, or all of it, answers', async () => {
  for (const part of [50_000n, 100_000n]) {
    const scene = await Scene.create();
    scene.accept(program.requestUnstake(scene.pool, scene.stake, part));
    await scene.open();
    assert.equal(scene.state.locks, 1);
  }
});

test('a case: a stake of a single base unit answers, and is gone', async () => {
  const scene = await Scene.create({ isRegistered: false, terms: { minimumStake: 0n } });
  scene.accept(program.register(scene.pool, scene.stake, 1n));
  const entry = await scene.open();
  scene.pass(7);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  assert.deepEqual([scene.state.inForce, scene.state.thawing, scene.entry(entry).slashed], [0n, 0n, 1n]);
});

test('a case: the largest stake there can be is slashed without overflow', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const { chain, tokens, mint } = scene;
  const { tokenData, mintData } = await import('../support/tokens.mjs');
  const { tokenProgram } = await import('../support/chain.mjs');
  for (const who of Object.keys(tokens)) {
    chain.setAccount(tokens[who], { data: tokenData({ mint, owner: scene[who].address, amount: who === 'provider' ? program.maximum - 500n : who === 'reporter' ? 500n : 0n }), owner: tokenProgram });
  }

  chain.setAccount(mint, { data: mintData({ authority: scene.stranger.address, supply: program.maximum }), owner: tokenProgram });
  scene.accept(program.register(scene.pool, scene.stake, program.maximum - 500n));
  const entry = await scene.open();
  scene.pass(7);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  assert.equal(scene.entry(entry).slashed, ((program.maximum - 500n) * 2_500n + 9_999n) / 10_000n);
});

test('a case: the guardian vetoes it, and the bond goes back', async () => {
  const scene = await Scene.create();
  const entry = await scene.open();
  scene.accept(program.vetoCase(scene.pool, entry, scene.stake.stake, scene.guardian.address, false));
  assert.deepEqual([scene.entry(entry).status, scene.state.locks, scene.state.inForce], [program.status.vetoed, 0, 100_000n]);
  scene.accept(program.collect(scene.pool, entry, program.beneficiary.reporter, scene.tokens.reporter));
  assert.equal(scene.amount(scene.tokens.reporter), funds);
});

test('a case: the guardian vetoes an abuse, and the bond goes to the treasury', async () => {
  const scene = await Scene.create();
  const entry = await scene.open();
  scene.accept(program.vetoCase(scene.pool, entry, scene.stake.stake, scene.guardian.address, true));
  scene.refuse(program.errors.nothingToCollect, program.collect(scene.pool, entry, program.beneficiary.reporter, scene.tokens.reporter));
  scene.accept(program.collect(scene.pool, entry, program.beneficiary.treasury, scene.tokens.treasury));
  assert.equal(scene.amount(scene.tokens.treasury), funds + 500n);
});

test('a case: the guardian doubles the window, once', async () => {
  const scene = await Scene.create();
  const entry = await scene.open();
  scene.accept(program.extendCase(scene.pool, entry, scene.guardian.address));
  scene.refuse(program.errors.alreadyExtended, program.extendCase(scene.pool, entry, scene.guardian.address));
  scene.pass(7);
  scene.refuse(program.errors.vetoWindowNotOver, program.finalizeCase(scene.pool, entry, scene.stake.stake));
  scene.pass(7);
  scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
});

test('cases of several jobs lock and slash one after the other', async () => {
  const scene = await Scene.create();
  const entries = [];
  for (const id of [1, 2, 3]) {
    const jobId = Buffer.alloc(16, id);
    entries.push(await scene.open(scene.receipt({ jobId }), scene.receipt({ jobId, amount: 2n })));
  }

  assert.equal(scene.state.locks, 3);
  scene.pass(7);
  for (const entry of entries) {
    scene.accept(program.finalizeCase(scene.pool, entry, scene.stake.stake));
  }

  assert.deepEqual([scene.state.locks, scene.state.inForce], [0, 42_187n]);
});

test('a receipt that was shown is forgotten, and its rent comes back', async () => {
  const scene = await Scene.create();
  const lamports = scene.chain.lamports(scene.reporter.address);
  const shown = await scene.show(scene.receipt());
  assert.equal(scene.chain.lamports(scene.reporter.address), lamports - scene.chain.rent(168));
  scene.accept(program.forgetReceipt(scene.reporter.address, shown));
  assert.equal(scene.chain.lamports(scene.reporter.address), lamports);
  assert.equal(scene.chain.account(shown), null);
});

test('accounts can be made at addresses that somebody sent lamports to', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const receipt = scene.receipt();
  const shown = await program.receiptAddress(scene.stake.stake, scene.reporter.address, receipt.bytes);
  const entry = await program.caseAddress(scene.stake.stake, receipt.jobId);
  for (const [address, lamports] of [[scene.stake.stake, 1_000_000n], [shown, 5_000_000n], [entry, 2_000_000n]]) {
    scene.chain.setAccount(address, { lamports, data: Buffer.alloc(0), owner: '11111111111111111111111111111111' });
  }

  scene.accept(program.register(scene.pool, scene.stake, 100_000n));
  await scene.open(receipt);
  assert.equal(scene.chain.lamports(scene.stake.stake), scene.chain.rent(128));
  assert.equal(scene.chain.lamports(entry), scene.chain.rent(224));
});

test('the staking key can be the receipt key, and another one may pay', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const stake = await scene.deriveStake({ key: scene.provider });
  scene.accept(program.register(scene.pool, { ...stake, payer: scene.stranger.address }, 1_000n));
  assert.equal(program.readStake(scene.chain, stake.stake).key, scene.provider.address);
  assert.deepEqual(encode(scene.provider.address), scene.provider.bytes);
});
