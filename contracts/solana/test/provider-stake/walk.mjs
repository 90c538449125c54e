// Random walks: whatever the order, stake and cases are what a model in other words says, and the vault holds what is owed.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import * as program from './program.mjs';
import { Scene } from './scene.mjs';

/** Numbers below a limit that follow from a seed. */
function randomNumbers(seed) {
  let state = seed;
  return below => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) % below; };
}

async function walk(seed, steps) {
  const random = randomNumbers(seed);
  const scene = await Scene.create({ terms: { slashShare: 1 + random(5_000), minimumStake: 1_000n } });
  const { pool, stake } = scene;
  const model = { inForce: 100_000n, thawing: 0n, thawEnd: 0n, open: [] };
  const closed = [];
  const now = () => scene.chain.clock.time;
  const amount = () => [0n, 1n, model.inForce, model.inForce + 1n, BigInt(random(50_000))][random(5)];
  let jobs = 0;
  const actions = {
    add: () => { const more = amount(); return { send: program.addStake(pool, stake, more), holds: more > 0n && more <= scene.amount(stake.source), apply: () => model.inForce += more }; },
    thaw: () => {
      const part = amount();
      const left = model.inForce - part;
      return {
        send: program.requestUnstake(pool, stake, part), holds: part > 0n && left >= 0n && (left === 0n || left >= 1_000n),
        apply: () => Object.assign(model, { inForce: left, thawing: model.thawing + part, thawEnd: now() + BigInt(pool.terms.thawPeriod) }),
      };
    },
    cancel: () => ({ send: program.cancelUnstake(pool, stake), holds: model.thawing > 0n, apply: () => Object.assign(model, { inForce: model.inForce + model.thawing, thawing: 0n, thawEnd: 0n }) }),
    withdraw: () => ({
      send: program.withdraw(pool, stake), holds: model.thawing > 0n && now() >= model.thawEnd && !model.open.length, apply: () => Object.assign(model, { thawing: 0n, thawEnd: 0n }),
    }),
    finalize: () => {
      const entry = model.open[random(model.open.length || 1)];
      return entry && {
        send: program.finalizeCase(pool, entry.address, stake.stake), holds: now() >= entry.endsAt,
        apply: () => {
          const total = model.inForce + model.thawing;
          const taken = (total * BigInt(pool.terms.slashShare) + 9_999n) / 10_000n;
          const fromForce = taken < model.inForce ? taken : model.inForce;
          Object.assign(model, { inForce: model.inForce - fromForce, thawing: model.thawing - (taken - fromForce), open: model.open.filter(other => other !== entry) });
          assert.equal(scene.entry(entry.address).slashed, taken);
          closed.push(entry);
        },
      };
    },
    veto: () => {
      const entry = model.open[random(model.open.length || 1)];
      return entry && {
        send: program.vetoCase(pool, entry.address, stake.stake, scene.guardian.address, random(2)), holds: now() < entry.endsAt,
        apply: () => { model.open = model.open.filter(other => other !== entry); closed.push(entry); },
      };
    },
    collect: () => {
      const entry = closed[random(closed.length || 1)];
      const who = ['victim', 'reporter', 'treasury'][random(3)];
      const owed = entry && scene.entry(entry.address).owed[program.beneficiary[who]];
      return entry && who !== 'victim' && { send: program.collect(pool, entry.address, program.beneficiary[who], scene.tokens[who]), holds: owed > 0n, apply: () => {} };
    },
  };
  const names = Object.keys(actions);
  for (let step = 0; step < steps; step++) {
    if (!random(3)) {
      scene.chain.advance({ seconds: BigInt(random(20 * program.day)) });
    }

    if (!random(8)) {
      const jobId = Buffer.alloc(16);
      jobId.writeUInt32LE(++jobs, 0);
      const open = await scene.opens([scene.receipt({ jobId }), scene.receipt({ jobId, amount: 2n })]);
      const { error } = scene.chain.send(open);
      assert.equal(error === null, model.inForce + model.thawing > 0n);
      if (error === null) {
        model.open.push({ address: open.accounts[5].address, endsAt: now() + BigInt(pool.terms.vetoWindow) });
      }
    }

    const action = actions[names[random(names.length)]]();
    if (action) {
      const { error, logs } = scene.chain.send(action.send);
      assert.equal(error === null, action.holds, `step ${step} of walk ${seed}: ${error}\n${logs.join('\n')}`);
      if (error === null) {
        action.apply();
      }
    }

    const { inForce, thawing, thawEnd, locks } = scene.state;
    assert.deepEqual({ inForce, thawing, thawEnd, locks }, { inForce: model.inForce, thawing: model.thawing, thawEnd: model.thawEnd, locks: model.open.length }, `step ${step} of walk ${seed}`);
    scene.checkVault();
  }
}

for (const seed of [1, 22, 333, 4444]) {
  test(`stake: random walk ${seed} goes as the model says`, () => walk(seed * 2_654_435_761 | 1, 150));
}
