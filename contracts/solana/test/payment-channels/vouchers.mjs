// Attacks on vouchers: on what they say, on how they were verified, and on where the program looks for them.
import assert from 'node:assert/strict';
import { ed25519, instructionsSysvar, system } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { reads, signsAndWrites, writes } from '../support/messages.mjs';
import { encode, key } from '../support/keys.mjs';
import * as program from './program.mjs';
import { Scene, withAccount } from './scene.mjs';

const opened = async options => {
  const scene = await Scene.create(options);
  scene.open();
  scene.settle(250_000n);
  return scene;
};

// Each is tried with settle and with settleAndSeal, which read vouchers alike.
const refuses = (name, error, prepare) => test(`a voucher is refused ${name}`, async () => {
  const scene = await opened();
  const before = scene.chain.account(scene.channel.channel);
  for (const last of [program.settle(scene.channel), program.settleAndSeal(scene.channel, true)]) {
    scene.refuse(error, [await prepare(scene), last].flat());
  }

  assert.deepEqual(scene.chain.account(scene.channel.channel), before);
  scene.settle(800_000n);
});

refuses('when it is settled again', 234, scene => scene.voucher(250_000n));
refuses('when it is lower than the last', 234, scene => scene.voucher(249_999n));
refuses('when it is zero', 234, scene => scene.voucher(0n));
refuses('when it exceeds the deposit by one', 235, scene => scene.voucher(1_000_001n));
refuses('when it is the highest sum', 235, scene => scene.voucher(program.maximum));
refuses('when somebody else signed it', 237, scene => scene.voucher(800_000n, { signer: scene.stranger }));
refuses('when the payer signed it and named another signer', 237, scene => scene.voucher(800_000n, { signer: scene.payer }));
refuses('when the payee signed it', 237, scene => scene.voucher(800_000n, { signer: scene.payee }));
refuses('when it names another channel of the same parties', 232, async scene => scene.voucher(800_000n, { channel: (await scene.derive({ ...scene.terms, salt: 8n })).channel }));
refuses('when it names the program', 232, scene => scene.voucher(800_000n, { channel: program.programAddress }));
refuses('when its first byte is another tag', 238, scene => scene.voucher(800_000n, { magic: [0x55, 1] }));
refuses('when its format is another version', 238, scene => scene.voucher(800_000n, { magic: [0x56, 2] }));
refuses('at the second it expires', 233, scene => scene.voucher(800_000n, { expiresAt: scene.chain.clock.time }));
refuses('after it has expired', 233, scene => scene.voucher(800_000n, { expiresAt: 1n }));
refuses('when it expired before 1970', 233, scene => scene.voucher(800_000n, { expiresAt: -1n }));
refuses('when it expired at the beginning of time', 233, scene => scene.voucher(800_000n, { expiresAt: -(2n ** 63n) }));

for (const [name, expiresAt] of [['a second before it expires', 1_700_000_001n], ['that expires at the end of time', 2n ** 63n - 1n], ['that never expires', 0n]]) {
  test(`a voucher is accepted ${name}`, async () => {
    const scene = await opened();
    scene.settle(800_000n, { expiresAt });
    assert.equal(scene.state.settled, 800_000n);
  });
}

test('a voucher of the whole deposit is accepted, and one unit more than the last', async () => {
  const scene = await opened();
  scene.settle(250_001n);
  scene.settle(1_000_000n);
  scene.distribute();
  assert.equal(scene.tokens(scene.channel.payeeTokens), 1_000_000n);
});

test('expiry follows the clock', async () => {
  const scene = await opened();
  const voucher = scene.voucher(800_000n, { expiresAt: scene.chain.clock.time + 60n });
  scene.chain.advance({ seconds: 60n });
  scene.refuse(233, [voucher, program.settle(scene.channel)]);
  scene.chain.setClock({ time: scene.chain.clock.time - 1n });
  scene.accept([voucher, program.settle(scene.channel)]);
});

const transfer = scene => ({ program: system, accounts: [signsAndWrites(scene.stranger.address), writes(scene.payee.address)], data: Buffer.concat([program.u32(2), program.u64(1n)]) });
refuses('when nothing was verified', 230, () => []);
refuses('when the instruction before is another program', 230, transfer);
refuses('when another instruction stands between', 230, scene => [scene.voucher(800_000n), transfer(scene)]);

test('a voucher is refused that is verified only after its settlement', async () => {
  const scene = await opened();
  scene.refuse(230, [program.settle(scene.channel), scene.voucher(800_000n)], { by: program.programAddress });
});

test('one verification settles once', async () => {
  const scene = await opened();
  scene.refuse(230, [scene.voucher(800_000n), program.settle(scene.channel), program.settle(scene.channel)]);
  assert.equal(scene.state.settled, 250_000n);
});

test('two vouchers settle in one transaction, in order only', async () => {
  const scene = await opened();
  const settle = program.settle(scene.channel);
  scene.refuse(234, [scene.voucher(800_000n), settle, scene.voucher(700_000n), settle]);
  scene.accept([scene.voucher(700_000n), settle, scene.voucher(800_000n), settle]);
  assert.equal(scene.state.settled, 800_000n);
});

// Changes to the verification's data. The runtime refuses some of them by itself, for a signature that does not hold.
const changed = (name, error, change) => refuses(name, error, scene => {
  const verification = scene.voucher(900_000n);
  return { ...verification, data: change(Buffer.from(verification.data), scene) };
});
const poke = (offset, value) => data => (data.writeUInt16LE(value, offset), data);

changed('when the verification has no signature', 231, () => Buffer.from([0, 0]));
changed('when the padding is not zero', 231, data => (data[1] = 1, data));
changed('when a byte follows it', 231, data => Buffer.concat([data, Buffer.from([0])]));
changed('when the verification names itself by its index', 231, data => poke(14, 0)(poke(8, 0)(poke(4, 0)(data))));
changed('when the message is a byte short', 231, (data, scene) => program.verification(scene.voucherSigner, data.subarray(112, 161)).data);
changed('when the message is a byte long', 231, (data, scene) => program.verification(scene.voucherSigner, Buffer.concat([data.subarray(112), Buffer.from([0])])).data);
changed('when message and length differ', 231, (data, scene) => {
  scene.voucherSigner.sign(data.subarray(112, 161)).copy(data, 48);
  return poke(12, 49)(data);
});

refuses('when the offsets point to a signature of the attacker in another instruction', 231, scene => {
  const own = program.verification(scene.stranger, program.voucherBytes(scene.channel.channel, 900_000n));
  const forged = Buffer.from(own.data);
  scene.voucherSigner.bytes.copy(forged, 16);
  [4, 8, 14].forEach(offset => forged.writeUInt16LE(0, offset));
  return [own, { ...own, data: forged }];
});

for (const [name, offset] of [['signature', 4], ['key', 8], ['message', 14]]) {
  refuses(`when only the ${name} lies in another instruction`, 231, scene => {
    const own = scene.voucher(900_000n);
    return [own, { ...own, data: poke(offset, 0)(Buffer.from(own.data)) }];
  });
}

refuses('when its key lies behind another key', 231, scene => {

  // The runtime verifies the attacker's signature at offset 112 on; the place of the key shows the victim's.
  const message = program.voucherBytes(scene.channel.channel, 900_000n);
  const data = Buffer.concat([Buffer.alloc(16), scene.voucherSigner.bytes, Buffer.alloc(64), message, scene.stranger.bytes, scene.stranger.sign(message)]);
  data[0] = 1;
  [112 + 50 + 32, 0xffff, 162, 0xffff, 112, 50, 0xffff].forEach((value, i) => data.writeUInt16LE(value, 2 + 2 * i));
  return { program: ed25519, accounts: [], data };
});

refuses('when two signatures are verified at once', 231, scene => {
  const message = program.voucherBytes(scene.channel.channel, 900_000n);
  const header = Buffer.alloc(30);
  header[0] = 2;
  [0, 1].forEach(i => [62, 0xffff, 30, 0xffff, 126, 50, 0xffff].forEach((value, j) => header.writeUInt16LE(value, 2 + 14 * i + 2 * j)));
  return { program: ed25519, accounts: [], data: Buffer.concat([header, scene.voucherSigner.bytes, scene.voucherSigner.sign(message), message]) };
});

test('a voucher that was changed after signing fails before the program runs', async () => {
  const scene = await opened();
  for (const offset of [112, 114, 146, 154, 48, 80, 16]) {
    const verification = scene.voucher(900_000n);
    verification.data[offset] ^= 1;
    const result = scene.chain.send([verification, program.settle(scene.channel)]);
    assert.equal(result.instruction, 0, `byte ${offset}`);
    assert.notEqual(result.error, null);
  }

  assert.equal(scene.state.settled, 250_000n);
});

test('a list of instructions that is not the runtime\'s is refused', async () => {
  const scene = await opened();
  const message = program.voucherBytes(scene.channel.channel, 900_000n);
  const verified = program.verification(scene.voucherSigner, message, Buffer.alloc(64)).data;

  // What the runtime would write: two instructions, of which the second runs, and the first verifies.
  const first = Buffer.concat([program.u16(0), encode(ed25519), program.u16(verified.length), verified]);
  const data = Buffer.concat([program.u16(2), program.u16(6), program.u16(6 + first.length), first, program.u16(0), encode(program.programAddress), program.u16(1), Buffer.from([2]), program.u16(1)]);
  const fake = key('fake sysvar').address;
  for (const owner of [system, 'Sysvar1111111111111111111111111111111111111', program.programAddress]) {
    scene.chain.setAccount(fake, { data, owner });
    scene.refuse('UnsupportedSysvar', withAccount(program.settle(scene.channel), 1, fake));
    scene.refuse('UnsupportedSysvar', withAccount(program.settleAndSeal(scene.channel, true), 2, fake));
  }
});

test('accounts of the verification do not matter', async () => {
  const scene = await opened();
  const verification = { ...scene.voucher(900_000n), accounts: [reads(scene.stranger.address), reads(instructionsSysvar)] };
  scene.accept([verification, program.settle(scene.channel)]);
  assert.equal(scene.state.settled, 900_000n);
});

test('settle is refused by everything but an open channel', async () => {
  const scene = await opened();
  const attempt = () => [scene.voucher(900_000n), program.settle(scene.channel)];
  scene.accept(program.requestClose(scene.channel));
  scene.refuse(2, attempt());
  scene.sealByPayee();
  scene.refuse(2, attempt());
  scene.distribute();
  scene.refuse(2, attempt());
  scene.leaveWindow();
  scene.accept(program.reclaim(scene.channel));
  scene.refuse('InvalidAccountOwner', attempt());
});
