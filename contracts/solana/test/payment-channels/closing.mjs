// Who may end a channel, when, and what is refused on the way.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import * as program from './program.mjs';
import { Scene, withAccount } from './scene.mjs';

const opened = async options => {
  const scene = await Scene.create(options);
  scene.open();
  return scene;
};
const closing = async options => {
  const scene = await opened(options);
  scene.accept(program.requestClose(scene.channel));
  return scene;
};
const sealed = async options => {
  const scene = await opened(options);
  scene.settle(400_000n);
  scene.sealByPayee();
  return scene;
};

test('settleAndSeal refuses another payee, and one that does not sign', async () => {
  const scene = await opened();
  const instruction = program.settleAndSeal(scene.channel, false);
  scene.refuse(6, withAccount(instruction, 0, scene.stranger.address));
  scene.refuse(6, withAccount(instruction, 0, scene.payer.address));
  scene.refuse(1, withAccount(instruction, 0, { signer: false }));
});

test('settleAndSeal is accepted until the second before the deadline', async () => {
  const scene = await closing();
  scene.chain.advance({ seconds: 899n });
  scene.sealByPayee(700_000n);
  assert.equal(scene.state.settled, 700_000n);
  assert.equal(scene.state.closureStartedAt, 0n);
});

test('settleAndSeal is refused from the deadline on', async () => {
  const scene = await closing();
  for (const seconds of [900n, 1n, 1_000_000n]) {
    scene.chain.advance({ seconds });
    scene.refuse(2, [scene.voucher(700_000n), program.settleAndSeal(scene.channel, true)]);
    scene.refuse(2, program.settleAndSeal(scene.channel, false));
  }
});

test('settleAndSeal is refused by a sealed, a distributed and a freed channel', async () => {
  const scene = await sealed();
  const attempts = () => [[program.settleAndSeal(scene.channel, false)], [scene.voucher(900_000n), program.settleAndSeal(scene.channel, true)]];
  attempts().forEach(attempt => scene.refuse(2, attempt));
  scene.distribute();
  attempts().forEach(attempt => scene.refuse(2, attempt));
  scene.leaveWindow();
  scene.accept(program.reclaim(scene.channel));
  attempts().forEach(attempt => scene.refuse('InvalidAccountOwner', attempt));
});

test('settleAndSeal leaves a voucher alone that it is not told of', async () => {
  const scene = await opened();
  scene.accept([scene.voucher(900_000n), program.settleAndSeal(scene.channel, false)]);
  assert.equal(scene.state.settled, 0n);
  assert.equal(scene.state.status, program.status.sealed);
});

test('settleAndSeal takes every flag but zero for a voucher', async () => {
  const scene = await opened();
  const instruction = { ...program.settleAndSeal(scene.channel, true), data: Buffer.from([4, 255]) };
  scene.refuse(230, instruction);
  scene.accept([scene.voucher(900_000n), instruction]);
  assert.equal(scene.state.settled, 900_000n);
});

test('requestClose is the payer\'s alone', async () => {
  const scene = await opened();
  const instruction = program.requestClose(scene.channel);
  scene.refuse(5, withAccount(instruction, 0, scene.stranger.address));
  scene.refuse(5, withAccount(instruction, 0, scene.payee.address));
  scene.refuse(1, withAccount(instruction, 0, { signer: false }));
});

test('requestClose is refused a second time, so that the grace period cannot start again', async () => {
  const scene = await closing();
  const started = scene.state.closureStartedAt;
  scene.chain.advance({ seconds: 100n });
  scene.refuse(2, program.requestClose(scene.channel));
  assert.equal(scene.state.closureStartedAt, started);
  scene.sealByPayee();
  scene.refuse(2, program.requestClose(scene.channel));
  scene.distribute();
  scene.refuse(2, program.requestClose(scene.channel));
});

test('seal is refused before the deadline and accepted at it', async () => {
  const scene = await closing();
  scene.refuse(2201, program.seal(scene.channel));
  scene.chain.advance({ seconds: 899n });
  scene.refuse(2201, program.seal(scene.channel));
  scene.chain.advance({ seconds: 1n });
  scene.accept(program.seal(scene.channel));
  assert.equal(scene.state.status, program.status.sealed);
});

test('seal waits for the longest grace period', async () => {
  const scene = await closing({ terms: { gracePeriod: 0xffffffff } });
  scene.chain.advance({ seconds: 0xfffffffen });
  scene.refuse(2201, program.seal(scene.channel));
  scene.chain.advance({ seconds: 1n });
  scene.accept(program.seal(scene.channel));
});

test('seal is refused by a channel that is not closing', async () => {
  const scene = await opened();
  scene.refuse(2, program.seal(scene.channel));
  scene.sealByPayee();
  scene.refuse(2, program.seal(scene.channel));
  scene.distribute();
  scene.refuse(2, program.seal(scene.channel));
});

test('a deadline beyond the end of time is refused', async () => {
  const scene = await closing();
  scene.forge(data => data.writeBigInt64LE(2n ** 63n - 900n, 36));
  scene.refuse(2200, program.seal(scene.channel));
  scene.refuse(2200, program.settleAndSeal(scene.channel, false));
  scene.forge(data => data.writeBigInt64LE(2n ** 63n - 901n, 36));
  scene.refuse(2201, program.seal(scene.channel));
});

test('a clock before 1970 counts grace periods as well', async () => {
  const scene = await Scene.create();
  scene.chain.setClock({ time: -1000n });
  scene.open();
  scene.accept(program.requestClose(scene.channel));
  assert.equal(scene.state.closureStartedAt, -1000n);
  scene.chain.setClock({ time: -101n });
  scene.refuse(2201, program.seal(scene.channel));
  scene.chain.setClock({ time: -100n });
  scene.accept(program.seal(scene.channel));
});

test('topUp refuses zero, other payers, and payers that do not sign', async () => {
  const scene = await opened();
  scene.refuse(200, program.topUp(scene.channel, 0n));
  scene.refuse(5, withAccount(program.topUp(scene.channel, 1n), 0, scene.stranger.address));
  scene.refuse(1, withAccount(program.topUp(scene.channel, 1n), 0, { signer: false }));
});

test('topUp is refused by a channel that is not open', async () => {
  const scene = await closing();
  scene.refuse(2, program.topUp(scene.channel, 1n));
  scene.sealByPayee();
  scene.refuse(2, program.topUp(scene.channel, 1n));
  scene.distribute();
  scene.refuse(2, program.topUp(scene.channel, 1n));
});

test('topUp refuses a deposit beyond the highest, and accepts the highest', async () => {
  const scene = await Scene.create({ balance: program.maximum });
  scene.open();
  const rest = program.maximum - 1_000_000n;
  scene.refuse(2100, program.topUp(scene.channel, rest + 1n));
  scene.refuse(2100, program.topUp(scene.channel, program.maximum));
  scene.accept(program.topUp(scene.channel, rest));
  assert.equal(scene.state.deposit, program.maximum);
  scene.refuse(2100, program.topUp(scene.channel, 1n));
  scene.settle(program.maximum);
  scene.distribute();
  assert.equal(scene.tokens(scene.channel.payeeTokens), program.maximum);
});

test('withdrawPayer is the payer\'s alone, of a sealed channel, and once', async () => {
  const scene = await opened();
  const instruction = program.withdrawPayer(scene.channel);
  scene.settle(400_000n);
  scene.refuse(2, instruction);
  scene.accept(program.requestClose(scene.channel));
  scene.refuse(2, instruction);
  scene.sealByPayee();
  scene.refuse(5, withAccount(instruction, 0, scene.stranger.address));
  scene.refuse(5, withAccount(instruction, 0, scene.payee.address));
  scene.refuse(1, withAccount(instruction, 0, { signer: false }));
  scene.accept(instruction);
  assert.equal(scene.tokens(scene.channel.payerTokens), 9_600_000n);
  scene.refuse(2300, instruction);
  scene.distribute();
  scene.refuse(2, instruction);
  assert.equal(scene.tokens(scene.channel.payerTokens), 9_600_000n);
  assert.equal(scene.tokens(scene.channel.payeeTokens), 400_000n);
});

test('withdrawPayer twice is refused at a clock that stands at zero', async () => {
  const scene = await sealed();
  scene.chain.setClock({ time: 0n });
  scene.accept(program.withdrawPayer(scene.channel));
  assert.equal(scene.state.payerWithdrawnAt, 1n);
  scene.refuse(2300, program.withdrawPayer(scene.channel));
  scene.distribute();
  assert.equal(scene.tokens(scene.channel.payerTokens), 9_600_000n);
});

test('withdrawPayer of nothing is accepted once and moves nothing', async () => {
  const scene = await opened();
  scene.sealByPayee(1_000_000n);
  scene.accept(program.withdrawPayer(scene.channel));
  assert.equal(scene.tokens(scene.channel.payerTokens), 9_000_000n);
  scene.refuse(2300, program.withdrawPayer(scene.channel));
});

test('withdrawPayer refuses more settled than deposited', async () => {
  const scene = await sealed();
  scene.forge(data => data.writeBigUInt64LE(1_000_001n, 20));
  scene.refuse(2301, program.withdrawPayer(scene.channel));
  scene.refuse(2301, program.distribute(scene.channel));
});
