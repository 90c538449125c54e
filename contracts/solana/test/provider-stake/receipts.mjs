// What counts as a receipt that a provider signed, and what as a contradiction.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import { ed25519, system } from '../support/chain.mjs';
import { reads, signsAndWrites, writes } from '../support/messages.mjs';
import * as program from './program.mjs';
import { refused, Scene } from './scene.mjs';

const { errors } = program;

/** Shows bytes that the provider's key signed, and answers with the error, or null. */
async function show(scene, bytes) {
  const address = await program.receiptAddress(scene.stake.stake, scene.reporter.address, bytes);
  const { error } = scene.chain.send([program.verification(scene.receiptKey, bytes), program.showReceipt(scene.stake, scene.reporter.address, address)]);
  refused.add(error);
  return error;
}

/** Reads a receipt as the network's encoding says, in other words than the program's: whether it is one, and of whom. */
function parse(bytes, key) {
  let at = 0;
  const take = count => { const part = bytes.subarray(at, at + count); at += count; return part.length === count ? part : assert.fail('short'); };
  const field = () => take(take(4).readUInt32BE());
  const ofLength = (...lengths) => { const part = field(); assert(lengths.includes(part.length)); return part; };
  try {
    assert.equal(field().toString('latin1'), 'depin.receipt.v2');
    [16, 16, 32, 32].forEach(length => ofLength(length));
    assert.equal(field().toString('latin1'), 'ed25519');
    const signer = ofLength(32);
    field();
    ofLength(0, 32);
    ofLength(32);
    take(32);
    field();
    ofLength(0, 32);
    take(16);
    assert.equal(at, bytes.length);
    return signer.equals(key) ? null : errors.wrongKey;
  } catch {
    return errors.invalidReceipt;
  }
}

test('a receipt: only what its key signed, verified right before', async () => {
  const scene = await Scene.create();
  const receipt = scene.receipt();
  const address = await program.receiptAddress(scene.stake.stake, scene.reporter.address, receipt.bytes);
  const shows = program.showReceipt(scene.stake, scene.reporter.address, address);
  const transfer = { program: system, accounts: [signsAndWrites(scene.stranger.address), writes(scene.reporter.address)], data: Buffer.concat([program.u32(2), program.u64(1n)]) };
  scene.refuse(errors.missingVerification, shows);
  scene.refuse(errors.missingVerification, [shows, receipt.verification], { by: program.programAddress });
  scene.refuse(errors.missingVerification, [receipt.verification, transfer, shows]);
  scene.refuse(errors.wrongKey, [program.verification(scene.stranger, receipt.bytes), shows]);
  scene.refuse(errors.wrongKey, [program.verification(scene.provider, receipt.bytes), shows]);
  scene.refuse('UnsupportedSysvar', [receipt.verification, { ...shows, accounts: shows.accounts.map((account, i) => i === 3 ? reads(scene.tokens.stranger) : account) }]);
  scene.refuse(errors.missingSignature, [receipt.verification, { ...shows, accounts: shows.accounts.map((account, i) => i === 0 ? writes(account.address) : account) }]);
  const tampered = Buffer.from(receipt.verification.data);
  tampered[200] ^= 1;
  assert.notEqual(scene.chain.send([{ ...receipt.verification, data: tampered }, shows]).error, null);
  assert.equal(scene.chain.account(address), null);
  scene.accept([receipt.verification, shows]);
  scene.refuse(errors.receiptKnown, [receipt.verification, shows]);
});

test('a receipt: the runtime verifies the very bytes that are read', async () => {
  const scene = await Scene.create();
  const receipt = scene.receipt({ model: '', asset: '' });
  const address = await program.receiptAddress(scene.stake.stake, scene.reporter.address, receipt.bytes);
  const shows = program.showReceipt(scene.stake, scene.reporter.address, address);

  // The attacker's signature is valid where the offsets point: in the first instruction. The bytes that stand here were never signed.
  const own = program.verification(scene.stranger, Buffer.alloc(receipt.bytes.length, 7));
  for (const fields of [[4, 8, 14], [4], [8], [14]]) {
    const data = Buffer.from(own.data);
    scene.receiptKey.bytes.copy(data, 16);
    receipt.bytes.copy(data, 112);
    fields.forEach(offset => data.writeUInt16LE(0, offset));
    assert.notEqual(scene.chain.send([own, { ...own, data }, shows]).error, null, `offsets ${fields}`);
  }

  const pointing = Buffer.from(receipt.verification.data);
  [4, 8, 14].forEach(offset => pointing.writeUInt16LE(0, offset));
  scene.refuse(errors.malformedVerification, [receipt.verification, { program: ed25519, accounts: [], data: pointing }, shows]);
  scene.refuse(errors.malformedVerification, [{ program: ed25519, accounts: [], data: Buffer.from([0, 0]) }, shows]);

  // Two signatures, or bytes behind the message.
  const longer = Buffer.concat([receipt.verification.data, Buffer.from([0])]);
  scene.refuse(errors.malformedVerification, [{ ...receipt.verification, data: longer }, shows]);
  const padded = Buffer.from(receipt.verification.data);
  padded[1] = 1;
  assert.notEqual(scene.chain.send([{ ...receipt.verification, data: padded }, shows]).error, null);
  assert.equal(scene.chain.account(address), null);
});

test('a receipt: other statements and other encodings are none', async () => {
  const scene = await Scene.create();
  const key = scene.receiptKey.bytes;
  const bytes = fields => program.receiptBytes({ key, ...fields });
  const valid = bytes({});
  for (const other of [
    bytes({ domain: 'depin.receipt.v1' }), bytes({ domain: 'depin.offer.v1' }), bytes({ domain: 'depin.receipt.v22' }), bytes({ algorithm: 'secp256k1-keccak256' }), bytes({ algorithm: 'p256-sha256' }),
    bytes({ jobId: Buffer.alloc(15) }), bytes({ runNonce: Buffer.alloc(17) }), bytes({ jobHash: Buffer.alloc(0) }), bytes({ offerId: Buffer.alloc(31) }), bytes({ key: key.subarray(1) }),
    bytes({ modelHash: Buffer.alloc(31) }), bytes({ outputHash: Buffer.alloc(0) }), bytes({ channel: Buffer.alloc(33) }), Buffer.concat([valid, Buffer.from([0])]), valid.subarray(1), Buffer.from([0]),
  ]) {
    assert.equal(await show(scene, other), errors.invalidReceipt);
  }

  assert.equal(await show(scene, bytes({ key: scene.stranger.bytes })), errors.wrongKey);
  for (const other of [bytes({ model: '' }), bytes({ asset: '' }), bytes({ modelHash: Buffer.alloc(32, 9) }), bytes({ channel: Buffer.alloc(32, 9) }), bytes({ model: 'x'.repeat(150) }), bytes({ asset: '', model: 'x'.repeat(300) })]) {
    assert.equal(await show(scene, other), null);
  }
});

test('a receipt: a text that is longer than what is left is none, although the rest reads well', async () => {
  const scene = await Scene.create();
  const bytes = program.receiptBytes({ key: scene.receiptKey.bytes, model: '', asset: '' });
  const model = 20 + 20 + 20 + 36 + 36 + 11 + 36;
  const asset = bytes.length - 24;
  for (const offset of [model, asset]) {
    assert.equal(bytes.readUInt32BE(offset), 0);
    for (const length of [0xffffffff, 0x80000000, bytes.length - offset - 3, bytes.length]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt32BE(length, offset);
      assert.equal(await show(scene, changed), errors.invalidReceipt);
    }
  }

  assert.equal(await show(scene, bytes), null);
});

test('a receipt: cut anywhere it is none', async () => {
  const scene = await Scene.create();
  const bytes = program.receiptBytes({ key: scene.receiptKey.bytes });
  for (let length = 1; length < bytes.length; length += 5) {
    assert.equal(await show(scene, bytes.subarray(0, length)), errors.invalidReceipt, `${length} bytes`);
  }
});

test('a receipt: 400 random changes are read as the network reads them', async () => {
  const scene = await Scene.create();
  const key = scene.receiptKey.bytes;
  let state = 2463534242;
  const random = below => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) % below; };
  const outcomes = new Set();
  for (let round = 0; round < 400; round++) {
    const bytes = Buffer.from(program.receiptBytes({ key, modelHash: Buffer.alloc(round % 2 * 32), channel: Buffer.alloc(round % 3 ? 32 : 0) }));
    for (let i = 0; i <= random(2); i++) {
      bytes[random(bytes.length)] = random(3) ? random(256) : random(40);
    }

    const expected = parse(bytes, key);
    const actual = await show(scene, bytes);
    assert(actual === expected || actual === errors.receiptKnown, `${bytes.toString('hex')}: ${actual}, not ${expected}`);
    outcomes.add(actual);
  }

  assert(outcomes.has(null) && outcomes.has(errors.invalidReceipt) && outcomes.has(errors.wrongKey));
});

test('a receipt: its verification may name accounts, which mean nothing', async () => {
  const scene = await Scene.create();
  const receipt = scene.receipt();
  const address = await program.receiptAddress(scene.stake.stake, scene.reporter.address, receipt.bytes);
  scene.accept([{ ...receipt.verification, accounts: [reads(scene.tokens.stranger), reads(scene.mint)] }, program.showReceipt(scene.stake, scene.reporter.address, address)]);
});

test('a receipt: the longest that fits into a transaction is read', async () => {
  const scene = await Scene.create();
  const bytes = program.receiptBytes({ key: scene.receiptKey.bytes, modelHash: Buffer.alloc(32), channel: Buffer.alloc(32), model: 'x'.repeat(240) });
  assert.equal(await show(scene, bytes), null);
  assert(bytes.length > 670);
});

test('a contradiction: two receipts for one run of a job that are not the same', async () => {
  const scene = await Scene.create();
  const first = scene.receipt();
  const shown = await scene.show(first);
  const other = async (fields, error, stated = first) => {
    const second = scene.receipt(fields);
    scene.refuse(error, program.openCase(scene.pool, scene.stake, await scene.opening([stated, second], [shown, await scene.show(second)])));
  };
  scene.refuse(errors.sameReceipt, program.openCase(scene.pool, scene.stake, await scene.opening([first], [shown, shown])));
  await other({ runNonce: Buffer.alloc(16, 9), amount: 1n }, errors.differentRuns);
  await other({ runNonce: Buffer.concat([Buffer.alloc(15, 2), Buffer.from([3])]), amount: 1n }, errors.differentRuns);
  await other({ jobId: Buffer.alloc(16, 9), amount: 1n }, errors.differentRuns);
  await other({ jobId: Buffer.concat([Buffer.from([2]), Buffer.alloc(15, 1)]), amount: 1n }, errors.differentRuns);
  await other({ amount: 1n }, errors.addressMismatch, { jobId: Buffer.alloc(16, 9) });
  const second = scene.receipt({ amount: 3n });
  const opens = program.openCase(scene.pool, scene.stake, await scene.opening([first, second], [shown, await scene.show(second)]));
  scene.accept(opens);

  // They are used up.
  assert.deepEqual(opens.accounts.slice(3, 5).map(({ address }) => scene.chain.account(address)), [null, null]);
  scene.refuse(errors.notAReceipt, opens);
});

for (const [what, fields] of Object.entries({
  'when it ended': { completedAt: 1n }, outcome: { outcome: 1n }, usage: { inputTokens: 13n }, outputs: { outputHash: Buffer.alloc(32, 8) }, model: { model: 'npc-dialogue2' }, job: { jobHash: Buffer.alloc(32) },
  offer: { offerId: Buffer.alloc(32) }, asset: { asset: 'eip155:1/slip44:60' }, channel: { channel: Buffer.alloc(32, 6) },
})) {
  test(`a contradiction: another ${what} alone makes another receipt`, async () => {
    const scene = await Scene.create();
    await scene.open(scene.receipt(), scene.receipt(fields));
    assert.equal(scene.state.locks, 1);
  });
}

test('a contradiction: of one stake, shown by the reporter itself', async () => {
  const scene = await Scene.create();
  const other = await scene.deriveStake({ key: scene.stranger });
  scene.accept(program.register(scene.pool, other, 5_000n));
  const receipts = [scene.receipt(), scene.receipt({ amount: 1n })];
  const open = await scene.opens(receipts);
  const [, , , first, second] = open.accounts.map(({ address }) => address);

  // What was shown against one provider says nothing of another.
  scene.refuse(errors.wrongStake, program.openCase(scene.pool, other, await scene.opening(receipts, [first, second], { stake: other })));
  const theirs = scene.receipt({}, { signer: scene.stranger, bytes: program.receiptBytes({ key: scene.stranger.bytes, amount: 1n }) });
  const shownTheirs = await scene.show(theirs, { stake: other });
  for (const shown of [[first, shownTheirs], [shownTheirs, second]]) {
    scene.refuse(errors.wrongStake, program.openCase(scene.pool, scene.stake, await scene.opening(receipts, shown)));
  }

  // Nobody takes over what another showed, to get the reporter's part.
  const stranger = { reporter: scene.stranger, source: scene.tokens.stranger };
  scene.refuse(errors.notTheReporter, program.openCase(scene.pool, scene.stake, await scene.opening(receipts, [first, second], stranger)));
  scene.refuse(errors.missingSignature, { ...open, accounts: open.accounts.map((account, i) => i === 1 ? writes(account.address) : account) });

  // Two reporters may show the same receipts; who opens the case first has it.
  scene.accept(await scene.opens(receipts, stranger));
  scene.refuse(errors.caseKnown, open);
});
