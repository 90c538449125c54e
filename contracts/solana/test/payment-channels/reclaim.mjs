// The end of a channel's account: who gets its lamports, and when.
import assert from 'node:assert/strict';
import { system } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import * as program from './program.mjs';
import { Scene, withAccount } from './scene.mjs';

test('a rent payer that would hold more lamports than there can be is refused', async () => {
  const scene = await Scene.settled();
  const c = scene.channel;
  scene.sealByPayee();
  scene.distribute();
  scene.leaveWindow();
  scene.chain.setAccount(c.rentPayer, { lamports: program.maximum - scene.chain.lamports(c.channel) + 1n, data: Buffer.alloc(0), owner: system });
  scene.refuse(2412, program.reclaim(c));
  scene.chain.setAccount(c.rentPayer, { lamports: program.maximum - scene.chain.lamports(c.channel), data: Buffer.alloc(0), owner: system });
  scene.accept(program.reclaim(c));
  assert.equal(scene.chain.lamports(c.rentPayer), program.maximum);
});

test('a rent payer that has nothing any more gets its lamports back', async () => {
  for (const reclaims of [true, false]) {
    const scene = await Scene.settled();
    const c = scene.channel;
    const rent = scene.chain.rent(256) + scene.chain.rent(165);
    scene.sealByPayee();
    scene.chain.setAccount(c.rentPayer, { lamports: 0n, data: Buffer.alloc(0), owner: system });
    if (reclaims) {
      scene.distribute();
      scene.chain.setAccount(c.rentPayer, { lamports: 0n, data: Buffer.alloc(0), owner: system });
    }

    scene.leaveWindow();
    scene.accept(reclaims ? program.reclaim(c) : program.distribute(c));
    assert.equal(scene.chain.lamports(c.rentPayer), reclaims ? scene.chain.rent(256) : rent);
  }
});

test('reclaim is refused within the window, of other rent payers, and of channels that still hold money', async () => {
  const scene = await Scene.settled();
  const c = scene.channel;
  const instruction = program.reclaim(c);
  scene.leaveWindow();
  scene.refuse(2, instruction);
  scene.accept(program.requestClose(c));
  scene.refuse(2, instruction);
  scene.sealByPayee();
  scene.refuse(2, instruction);
  scene.chain.setClock({ slot: c.openSlot + 1500n });
  scene.distribute();
  scene.refuse(2414, instruction);
  scene.chain.setClock({ slot: c.openSlot });
  scene.refuse(2414, instruction);
  scene.chain.setClock({ slot: c.openSlot - 1n });
  scene.refuse(2414, instruction);
  scene.leaveWindow();
  scene.refuse(10, withAccount(instruction, 1, scene.stranger.address));
  scene.refuse(10, withAccount(instruction, 1, c.payer));
  scene.refuse('InvalidAccountOwner', [instruction, instruction]);
  scene.accept(instruction);
  scene.refuse('InvalidAccountOwner', instruction);
});

test('many channels are reclaimed in one transaction', async () => {
  const scene = await Scene.create();
  const others = [];
  for (let i = 0; i < 12; i++) {
    const c = scene.channel = await scene.derive({ ...scene.terms, salt: 100n + BigInt(i) });
    scene.open();
    scene.sealByPayee();
    scene.distribute();
    others.push(c);
  }

  scene.leaveWindow();
  scene.accept(others.map(program.reclaim));
  others.forEach(c => assert.equal(scene.chain.account(c.channel), null));
});
