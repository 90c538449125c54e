// Which mints a channel can be opened in.
import assert from 'node:assert/strict';
import { system, token2022, tokenProgram } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { extension, extensions, mintData } from '../support/tokens.mjs';
import * as program from './program.mjs';
import { Scene } from './scene.mjs';

const allowed = { metadataPointer: 64, tokenMetadata: 90, groupPointer: 64, tokenGroup: 80, groupMemberPointer: 64, tokenGroupMember: 72 };

test('a mint with every extension that is allowed carries a channel to its end', async () => {
  const mintExtensions = Object.entries(allowed).map(([name, length]) => extension(extensions[name], Buffer.alloc(length)));
  const scene = await Scene.create({ tokenProgram: token2022, mintExtensions });
  scene.open();
  scene.settle(400_000n);
  scene.distribute();
  scene.sealByPayee();
  scene.accept(program.withdrawPayer(scene.channel));
  scene.distribute();
  assert.equal(scene.tokens(scene.channel.payeeTokens), 400_000n);
});

for (const type of [...Object.entries(extensions).filter(([name]) => !(name in allowed)), ['not known', 24], ['not known', 27], ['not known', 999]]) {
  test(`a mint with the extension ${type.join(' ')} is refused, alone and behind an allowed one`, async () => {
    const bad = extension(type[1], Buffer.alloc(32));
    for (const mintExtensions of [[bad], [extension(extensions.metadataPointer, Buffer.alloc(64)), bad], [bad, extension(extensions.metadataPointer, Buffer.alloc(64))]]) {
      const scene = await Scene.create({ tokenProgram: token2022, mintExtensions });
      scene.refuse(56, program.open(scene.channel));
    }
  });
}

test('a mint whose list of extensions does not add up is refused', async () => {
  for (const mintExtensions of [[extension(extensions.metadataPointer, Buffer.alloc(64), 65)], [Buffer.from([18])], [Buffer.from([18, 0, 0])], [extension(0), Buffer.from([1, 2, 3, 4])], [extension(extensions.metadataPointer, Buffer.alloc(0), 65_535)]]) {
    const scene = await Scene.create({ tokenProgram: token2022, mintExtensions });
    scene.refuse(56, program.open(scene.channel));
  }
});

test('room behind a mint\'s extensions that was never used is accepted', async () => {
  for (const mintExtensions of [[Buffer.alloc(1)], [Buffer.alloc(3)], [Buffer.alloc(20)], [extension(extensions.metadataPointer, Buffer.alloc(64)), Buffer.alloc(7)]]) {
    const scene = await Scene.create({ tokenProgram: token2022, mintExtensions });
    scene.open();
  }
});

test('an account of Token-2022 that is no mint is refused', async () => {
  const scene = await Scene.create({ tokenProgram: token2022 });
  const attempt = (error, data, owner = token2022) => {
    scene.chain.setAccount(scene.mint, { data, owner });
    scene.refuse(error, program.open(scene.channel));
  };
  const list = [extension(extensions.metadataPointer, Buffer.alloc(64))];
  const mint = mintData({ authority: scene.mintAuthority.address, list });
  const changed = (offset, value) => {
    const data = Buffer.from(mint);
    data[offset] = value;
    return data;
  };
  attempt(55, changed(165, 2));
  attempt(55, changed(165, 0));
  attempt(55, changed(82, 1));
  attempt(55, changed(164, 1));
  attempt(55, mint.subarray(0, 83));
  attempt(55, mint.subarray(0, 165));
  attempt(55, Buffer.concat([mint, Buffer.alloc(355 - mint.length)]));
  attempt(53, changed(45, 0));
  attempt(53, changed(45, 2));
  attempt(53, mint.subarray(0, 81));
  attempt(53, mint, system);
  attempt(53, mint, tokenProgram);
});

test('a mint of SPL Token has exactly its length', async () => {
  const scene = await Scene.create();
  const mint = mintData({ authority: scene.mintAuthority.address });
  for (const data of [Buffer.concat([mint, Buffer.from([0])]), mint.subarray(0, 81), Buffer.alloc(0)]) {
    scene.chain.setAccount(scene.mint, { data, owner: tokenProgram });
    scene.refuse(53, program.open(scene.channel));
  }
});

test('a token account of SPL Token has exactly its length', async () => {
  const scene = await Scene.create();
  const account = scene.chain.account(scene.channel.payerTokens);
  for (const data of [Buffer.concat([account.data, Buffer.from([2])]), account.data.subarray(0, 164)]) {
    scene.chain.setAccount(scene.channel.payerTokens, { data, owner: tokenProgram });
    scene.refuse(58, program.open(scene.channel));
  }
});

test('a mint that turns bad later stops what moves tokens, until it is good again', async () => {
  const scene = await Scene.create({ tokenProgram: token2022 });
  const c = scene.channel;
  scene.open();
  scene.settle(400_000n);
  const good = scene.chain.account(c.mint);
  const spoil = () => scene.chain.setAccount(c.mint, { data: mintData({ list: [extension(extensions.permanentDelegate, Buffer.alloc(32))] }), owner: token2022 });
  spoil();
  scene.refuse(56, program.topUp(c, 1n));
  scene.refuse(56, program.distribute(c));
  scene.sealByPayee();
  scene.refuse(56, program.withdrawPayer(c));
  scene.refuse(56, program.distribute(c));
  scene.chain.setAccount(c.mint, good);
  scene.distribute();
});
