// Random walks: any instruction at any time by anybody, against a model of what the documents say. The model knows every balance to the last unit.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import * as program from './program.mjs';
import { Scene, tokenPrograms, withAccount } from './scene.mjs';

const { status } = program;
const bps = [1234, 5000];
const share = (amount, part) => amount * BigInt(part) / 10_000n;

/** A generator of numbers that follow from a seed. */
function generator(seed) {
  let state = BigInt(seed) * 6364136223846793005n + 1442695040888963407n & program.maximum;
  return limit => {
    state ^= state << 13n & program.maximum;
    state ^= state >> 7n;
    state ^= state << 17n & program.maximum;
    return Number(state % BigInt(limit));
  };
}

class Model {
  constructor(scene) {
    const { clock } = scene.chain;
    Object.assign(this, { time: clock.time, slot: clock.slot, openSlot: scene.channel.openSlot, status: null, deposit: 0n, settled: 0n, paid: 0n, started: 0n, withdrawn: false, donated: 0n });
    Object.assign(this, { payer: 10_000_000n, payee: 0n, recipients: bps.map(() => 0n), treasury: 0n, escrow: null });
  }

  get deadline() {
    return this.started + 900n;
  }

  get elapsed() {
    return this.slot > this.openSlot + 1500n;
  }

  open() {
    if (this.slot - this.openSlot > 1500n) {
      return 2003;
    }

    if (this.status !== null) {
      return 'AccountAlreadyInitialized';
    }

    Object.assign(this, { status: status.open, deposit: 1_000_000n, escrow: 1_000_000n, payer: this.payer - 1_000_000n });
    return null;
  }

  settle(cumulative) {
    const error = cumulative > this.deposit ? 235 : cumulative <= this.settled ? 234 : null;
    this.settled = error ? this.settled : cumulative;
    return error;
  }

  settleOpen(cumulative) {
    return this.status === null ? 'InvalidAccountOwner' : this.status !== status.open ? 2 : this.settle(cumulative);
  }

  settleAndSeal(cumulative) {
    if (this.status === null) {
      return 'InvalidAccountOwner';
    }

    if (this.status !== status.open && !(this.status === status.closing && this.time < this.deadline)) {
      return 2;
    }

    const error = cumulative === null ? null : this.settle(cumulative);
    this.status = error ? this.status : status.sealed;
    return error;
  }

  topUp(amount) {
    if (this.status === null) {
      return 'InvalidAccountOwner';
    }

    if (this.status !== status.open) {
      return 2;
    }

    if (amount > this.payer) {
      return 1;
    }

    this.deposit += amount;
    this.escrow += amount;
    this.payer -= amount;
    return null;
  }

  requestClose() {
    if (this.status !== status.open) {
      return this.status === null ? 'InvalidAccountOwner' : 2;
    }

    Object.assign(this, { status: status.closing, started: this.time });
    return null;
  }

  seal() {
    if (this.status !== status.closing) {
      return this.status === null ? 'InvalidAccountOwner' : 2;
    }

    if (this.time < this.deadline) {
      return 2201;
    }

    this.status = status.sealed;
    return null;
  }

  withdrawPayer() {
    if (this.status !== status.sealed) {
      return this.status === null ? 'InvalidAccountOwner' : 2;
    }

    if (this.withdrawn) {
      return 2300;
    }

    this.withdrawn = true;
    this.payer += this.deposit - this.settled;
    this.escrow -= this.deposit - this.settled;
    return null;
  }

  distribute() {
    if (this.status === null) {
      return 'InvalidAccountOwner';
    }

    if (this.status !== status.open && this.status !== status.sealed) {
      return 2400;
    }

    if (this.status === status.open && this.settled === this.paid) {
      return 2408;
    }

    const due = part => share(this.settled, part) - share(this.paid, part);
    const move = (amount, field) => {
      this.escrow -= amount;
      this[field] += amount;
    };
    bps.forEach((part, i) => {
      this.escrow -= due(part);
      this.recipients[i] += due(part);
    });
    move(due(10_000 - bps[0] - bps[1]), 'payee');
    this.paid = this.settled;
    if (this.status === status.sealed) {
      if (!this.withdrawn) {
        move(this.deposit - this.settled, 'payer');
      }

      move(this.escrow, 'treasury');
      this.escrow = null;
      this.status = this.elapsed ? null : status.distributed;
    }

    return null;
  }

  reclaim() {
    if (this.status !== status.distributed) {
      return this.status === null ? 'InvalidAccountOwner' : 2;
    }

    if (!this.elapsed) {
      return 2414;
    }

    this.status = null;
    return null;
  }

  check(scene) {
    const c = scene.channel;
    const tokens = [c.payerTokens, c.payeeTokens, ...c.recipientTokens, c.treasuryTokens, c.escrow].map(address => scene.tokens(address));
    assert.deepEqual(tokens, [this.payer, this.payee, ...this.recipients, this.treasury, this.escrow]);
    const { state } = scene;
    assert.equal(state?.status ?? null, this.status);
    if (state) {
      assert.deepEqual([state.deposit, state.settled, state.payoutWatermark, state.payerWithdrawnAt !== 0n], [this.deposit, this.settled, this.paid, this.withdrawn]);
    }
  }
}

/** One step of a walk: what is sent, and what the model answers to it. */
function step(next, scene, model) {
  const c = scene.channel;
  const cumulative = () => {
    const value = model.settled + BigInt(next(4) ? next(200_000) : next(3_000_000)) - BigInt(next(5) ? 0 : next(1000));
    return value < 0n ? 0n : value;
  };
  switch (next(13)) {
    case 0: {
      return [program.open(c), () => model.open()];
    }
    case 1: case 2: case 3: {
      const value = cumulative();
      return [[scene.voucher(value), program.settle(c)], () => model.settleOpen(value)];
    }
    case 4: {
      const value = cumulative();
      return next(3) ? [program.distribute(c), () => model.distribute()] : [[scene.voucher(value), program.settleAndSeal(c, true)], () => model.settleAndSeal(value)];
    }
    case 5:
      return next(3) ? [program.distribute(c), () => model.distribute()] : [program.settleAndSeal(c, false), () => model.settleAndSeal(null)];
    case 6: {
      const value = BigInt(1 + next(next(10) ? 300_000 : 20_000_000));
      return [program.topUp(c, value), () => model.topUp(value)];
    }
    case 7:
      return next(2) ? [program.distribute(c), () => model.distribute()] : [program.requestClose(c), () => model.requestClose()];
    case 8:
      return [program.seal(c), () => model.seal()];
    case 9:
      return [program.distribute(c), () => model.distribute()];
    case 10:
      return [program.withdrawPayer(c), () => model.withdrawPayer()];
    case 11:
      return [program.reclaim(c), () => model.reclaim()];
    default: {
      // Somebody else signs in the payer's or the payee's place.
      const [made, error] = next(2) ? [program.requestClose(c), 5] : [program.settleAndSeal(c, false), 6];
      return [withAccount(made, 0, scene.stranger.address), () => model.status === null ? 'InvalidAccountOwner' : error];
    }
  }
}

for (const [name, tokenProgram] of Object.entries(tokenPrograms)) {
  test(`750 random steps with ${name} go as a model says`, async () => {
    let ended = 0;
    for (let walk = 0; walk < 15; walk++) {
      const next = generator(walk + 1);
      const scene = await Scene.create({ tokenProgram, splits: [['first', bps[0]], ['second', bps[1]]] });
      const model = new Model(scene);
      for (let i = 0; i < 50; i++) {
        const [instructions, expect] = i === 0 ? [program.open(scene.channel), () => model.open()] : step(next, scene, model);
        const { error } = scene.chain.send(instructions);
        assert.equal(error, expect(), `walk ${walk}, step ${i}`);
        model.check(scene);
        if (model.escrow !== null && !next(10)) {
          const gift = BigInt(1 + next(50));
          if (gift <= model.payer) {
            scene.chain.accept(scene.donation(scene.channel.escrow, gift));
            model.escrow += gift;
            model.payer -= gift;
          }
        }

        scene.chain.advance({ seconds: BigInt(next(400)), slots: BigInt(next(160)) });
        Object.assign(model, scene.chain.clock);
      }

      ended += model.status === null ? 1 : 0;
    }

    assert(ended > 2 && ended < 15, `${ended} of 15 walks ended with the account freed`);
  });
}
