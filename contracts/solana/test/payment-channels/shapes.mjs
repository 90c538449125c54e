// The shape of every instruction: how many accounts, how much data, who signs, and what must be writable.
import assert from 'node:assert/strict';
import { system, tokenProgram } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { decode, key } from '../support/keys.mjs';
import { reads, signs } from '../support/messages.mjs';
import * as program from './program.mjs';
import { Scene, withAccount } from './scene.mjs';

const sealed = scene => scene.sealByPayee();
const instructions = {
  open: { signers: [0, 1], writable: [1, 5, 6, 7], make: program.open },
  settle: { prepare: scene => scene.open(), writable: [0], make: program.settle, before: scene => [scene.voucher(900_000n)] },
  topUp: { prepare: scene => scene.open(), signers: [0], writable: [1, 2, 3], make: c => program.topUp(c, 5n) },
  settleAndSeal: { prepare: scene => scene.open(), signers: [0], writable: [1], make: c => program.settleAndSeal(c, true), before: scene => [scene.voucher(900_000n)] },
  requestClose: { prepare: scene => scene.open(), signers: [0], writable: [1], make: program.requestClose },
  seal: {
    prepare: scene => {
      scene.open();
      scene.accept(program.requestClose(scene.channel));
      scene.chain.advance({ seconds: 900n });
    }, writable: [0], make: program.seal,
  },
  distribute: {
    prepare: scene => {
      scene.open();
      scene.settle(400_000n);
      sealed(scene);
      scene.accept(scene.donation(scene.channel.escrow));
      scene.leaveWindow();
    }, writable: [0, 2, 3, 4, 5, 6], make: program.distribute, hasTail: true,
  },
  withdrawPayer: { prepare: scene => scene.open() && sealed(scene), signers: [0], writable: [1, 2, 3], make: program.withdrawPayer },
  reclaim: {
    prepare: scene => {
      scene.open();
      sealed(scene);
      scene.distribute();
      scene.leaveWindow();
    }, writable: [0, 1], make: program.reclaim,
  },
};

for (const [name, { prepare = () => {}, signers = [], writable, make, before = () => [], hasTail = false }] of Object.entries(instructions)) {
  const ready = async () => {
    const scene = await Scene.create();
    prepare(scene);
    return scene;
  };

  test(`${name} refuses fewer accounts than it has, and more`, async () => {
    const scene = await ready();
    const instruction = make(scene.channel);
    const { accounts } = instruction;
    const attempt = (error, changed) => scene.refuse(error, [...before(scene), { ...instruction, accounts: changed }]);
    for (let count = 0; count < accounts.length; count++) {
      attempt(9, accounts.slice(0, count));
    }

    attempt(hasTail ? 2409 : 9, [...accounts, reads(scene.stranger.address)]);
    attempt(hasTail ? 2409 : 9, [...accounts, accounts[0]]);
    attempt(hasTail ? 2409 : 9, [...accounts, ...Array.from({ length: 70 }, () => reads(scene.stranger.address))]);
    scene.accept([...before(scene), instruction]);
  });

  test(`${name} refuses data that is too long or too short`, async () => {
    const scene = await ready();
    const instruction = make(scene.channel);
    const attempt = data => scene.refuse('InvalidInstructionData', [...before(scene), { ...instruction, data }]);
    attempt(Buffer.concat([instruction.data, Buffer.from([0])]));
    attempt(Buffer.concat([instruction.data, Buffer.alloc(100, 1)]));
    attempt(instruction.data.subarray(0, -1));
    attempt(Buffer.alloc(0));
    scene.accept([...before(scene), instruction]);
  });

  for (const index of signers) {
    test(`${name} refuses to go without the signature of account ${index}`, async () => {
      const scene = await ready();
      scene.refuse(1, [...before(scene), withAccount(make(scene.channel), index, { signer: false })]);
    });
  }

  for (const index of writable) {
    test(`${name} fails where account ${index} cannot be written`, async () => {
      const scene = await ready();
      const accounts = make(scene.channel).accounts.map(account => account.address);
      const states = accounts.map(address => scene.chain.account(address));
      const result = scene.chain.send([...before(scene), withAccount(make(scene.channel), index, { writable: false })]);
      assert.notEqual(result.error, null);
      assert.deepEqual(accounts.map(address => scene.chain.account(address)), states);
    });
  }
}

test('instructions that do not exist are refused', async () => {
  const scene = await Scene.create();
  for (const tag of [0, 10, 11, 127, 227, 229, 255]) {
    scene.refuse('InvalidInstructionData', { program: program.programAddress, accounts: [], data: Buffer.from([tag]) });
  }
});

test('an instruction without data is refused, also where the program\'s address would make one', async () => {
  const scene = await Scene.create();
  for (const first of [1, 6, 9, 228]) {
    const address = decode(Buffer.concat([Buffer.from([first]), Buffer.alloc(31, 7)]));
    scene.chain.load(address, 'payment_channels.so');
    scene.refuse('InvalidInstructionData', { program: address, accounts: [], data: Buffer.alloc(0) });
  }
});

test('nobody but the program emits events', async () => {
  const scene = await Scene.create();
  const emit = accounts => ({ program: program.programAddress, accounts, data: Buffer.from('e445a52e51cb9a1da6ac61094d4cbd6d', 'hex') });
  scene.refuse(1, emit([reads(program.eventAuthority)]));
  scene.refuse(8, emit([signs(scene.stranger.address)]));
  scene.refuse(9, emit([]));
  scene.refuse(9, emit([reads(program.eventAuthority), reads(scene.stranger.address)]));
});

// Every instruction that takes a channel, with the place of it.
const takers = [[program.settle, 0], [c => program.topUp(c, 1n), 1], [c => program.settleAndSeal(c, false), 1], [program.requestClose, 1], [program.seal, 0], [program.distribute, 0], [program.withdrawPayer, 1], [program.reclaim, 0]];

test('an account that another program owns is no channel, whatever it holds', async () => {
  const scene = await Scene.create();
  scene.open();
  const { data } = scene.chain.account(scene.channel.channel);
  const fake = key('fake channel').address;
  for (const owner of [system, tokenProgram, scene.stranger.address]) {
    scene.chain.setAccount(fake, { data, owner });
    takers.forEach(([make, index]) => scene.refuse('InvalidAccountOwner', withAccount(make(scene.channel), index, fake)));
  }

  takers.forEach(([make, index]) => scene.refuse('InvalidAccountOwner', withAccount(make(scene.channel), index, key('nothing').address)));
});

test('an account of the program is no channel with another discriminator, version or length', async () => {
  const scene = await Scene.create();
  scene.open();
  const good = scene.chain.account(scene.channel.channel);
  const attempt = (error, data) => {
    scene.chain.setAccount(scene.channel.channel, { data, owner: program.programAddress });
    takers.forEach(([make]) => scene.refuse(error, make(scene.channel)));
  };
  const changed = (offset, value) => {
    const data = Buffer.from(good.data);
    data[offset] = value;
    return data;
  };
  [0, 2, 255].forEach(value => attempt(3, changed(0, value)));
  [0, 2, 255].forEach(value => attempt(4, changed(1, value)));
  attempt('InvalidAccountData', good.data.subarray(0, 255));
  attempt('InvalidAccountData', Buffer.concat([good.data, Buffer.alloc(1)]));
  attempt('InvalidAccountData', Buffer.from([1]));
  attempt(3, Buffer.alloc(256));
});

test('a channel in a state that does not exist does nothing', async () => {
  const scene = await Scene.create();
  scene.open();
  scene.forge(data => data[3] = 4);
  takers.forEach(([make]) => scene.refuse(make === program.distribute ? 2400 : 2, make(scene.channel)));
});

test('a channel that does not lie at its address pays nobody', async () => {
  const scene = await Scene.create();
  scene.open();
  scene.settle(400_000n);
  scene.sealByPayee();
  const c = scene.channel;
  const other = await scene.derive({ ...scene.terms, salt: 9n });
  scene.chain.setAccount(other.channel, scene.chain.account(c.channel));
  scene.setTokens(other.escrow, other.channel, { amount: 1_000_000n });
  scene.chain.refuse(50, program.distribute(other));
  scene.chain.refuse(50, program.withdrawPayer(other));
  scene.forge(data => data[2]--);
  scene.refuse(50, program.distribute(c));
  scene.refuse(50, program.withdrawPayer(c));
});
