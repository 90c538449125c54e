// Channels of the same parties one after the other and side by side: what one signed must be worth nothing to another.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import * as program from './program.mjs';
import { Scene } from './scene.mjs';

const ended = async () => {
  const scene = await Scene.create();
  const old = scene.channel;
  scene.open();
  const unused = scene.voucher(900_000n);
  scene.settle(100_000n);
  scene.sealByPayee();
  scene.distribute();
  scene.leaveWindow();
  scene.accept(program.reclaim(old));
  return { scene, old, unused };
};

test('an address that was given up cannot be opened again', async () => {
  const { scene, old } = await ended();
  scene.refuse(2003, program.open(old));
  scene.chain.advance({ slots: 1_000_000n });
  scene.refuse(2003, program.open(old));
});

test('a channel opened again with the same salt lies elsewhere and refuses the old one\'s voucher', async () => {
  const { scene, old, unused } = await ended();
  const again = scene.channel = await scene.derive({ ...scene.terms, openSlot: scene.chain.clock.slot });
  assert.notEqual(again.channel, old.channel);
  scene.open();
  scene.refuse(232, [unused, program.settle(again)]);
  scene.refuse(232, [unused, program.settleAndSeal(again, true)]);
  scene.refuse('InvalidAccountOwner', [unused, program.settle(old)]);
  scene.settle(50_000n);
  assert.equal(scene.state.settled, 50_000n);
});

test('the oldest slot that opens is younger than any address that was given up', async () => {
  const { scene, old } = await ended();
  assert.equal(scene.chain.clock.slot - old.openSlot, 1501n);
  const again = scene.channel = await scene.derive({ ...scene.terms, openSlot: old.openSlot + 1n });
  scene.open();
  assert.notEqual(again.channel, old.channel);
});

test('two channels of the same parties do not mix', async () => {
  const scene = await Scene.create();
  scene.open();
  const first = scene.channel;
  const second = await scene.openOther();
  const voucher = scene.voucher(700_000n, { channel: second.channel });
  scene.refuse(232, [voucher, program.settle(first)]);
  scene.accept([voucher, program.settle(second)]);
  assert.equal(scene.state.settled, 0n);
  scene.refuse(2408, program.distribute(first));
  scene.refuse(51, program.distribute({ ...second, escrow: first.escrow }));
  scene.accept(program.distribute(second));
  assert.equal(scene.tokens(first.escrow), 1_000_000n);
  assert.equal(scene.tokens(second.escrow), 300_000n);
  scene.refuse(51, program.topUp({ ...first, escrow: second.escrow }, 5n));
  scene.sealByPayee();
  scene.refuse(51, program.withdrawPayer({ ...first, escrow: second.escrow }));
});

test('a channel that is freed in a transaction is not revived by lamports in the same', async () => {
  const scene = await Scene.create();
  const c = scene.channel;
  scene.open();
  scene.sealByPayee();
  scene.leaveWindow();
  const fund = { program: '11111111111111111111111111111111', accounts: [{ address: scene.stranger.address, signer: true, writable: true }, { address: c.channel, signer: false, writable: true }], data: Buffer.concat([program.u32(2), program.u64(5_000_000n)]) };
  scene.accept([program.distribute(c), fund]);
  const left = scene.chain.account(c.channel);
  assert.equal(left.data.length, 0);
  assert.equal(left.owner, '11111111111111111111111111111111');
  scene.refuse('InvalidAccountOwner', program.reclaim(c));
  scene.refuse(2003, program.open(c));
});
