// Other programs that call this one: what they may do for themselves, and what they cannot do for others.
import assert from 'node:assert/strict';
import { system } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { key } from '../support/keys.mjs';
import { reads } from '../support/messages.mjs';
import { kit } from '../support/packages.mjs';
import * as program from './program.mjs';
import { Scene } from './scene.mjs';

const relay = key('relay').address;
const nothing = key('nothing to append').address;
const computeLimit = { program: 'ComputeBudget111111111111111111111111111111', accounts: [], data: Buffer.concat([Buffer.from([2]), program.u32(1_400_000)]) };

/** The same instruction, made by the relay; `bump` has it sign for its own address, and `appended` names an account whose data follows the instruction's. */
const relayed = (instruction, { bump = 0, appended = nothing, signer } = {}) => ({
  program: relay,
  accounts: [reads(instruction.program), reads(appended), ...instruction.accounts.map(account => account.address === signer ? { ...account, signer: false } : account)],
  data: Buffer.concat([
    Buffer.from([instruction.accounts.length, ...instruction.accounts.map(account => Number(account.writable) + 2 * Number(account.signer)), bump]), instruction.data,
  ]),
});

const create = async options => {
  const scene = await Scene.create(options);
  scene.chain.load(relay, 'relay.so');
  return scene;
};

test('a voucher settles through another program, for anybody may settle', async () => {
  const scene = await create();
  scene.open();
  scene.accept([scene.voucher(300_000n), relayed(program.settle(scene.channel))]);
  assert.equal(scene.state.settled, 300_000n);
  scene.refuse(230, relayed(program.settle(scene.channel)), { by: program.programAddress });
  scene.accept(relayed(program.distribute(scene.channel)));
  assert.equal(scene.tokens(scene.channel.payeeTokens), 300_000n);
});

test('a program cannot sign for a payer or a payee', async () => {
  const scene = await create();
  scene.open();
  const c = scene.channel;
  for (const [instruction, signer] of [[program.settleAndSeal(c, false), c.payee], [program.requestClose(c), c.payer], [program.topUp(c, 1n), c.payer]]) {
    const result = scene.chain.send(relayed(instruction, { signer }));
    assert.equal(result.error, 'PrivilegeEscalation');
  }
});

test('a payee that is a program\'s address closes through that program', async () => {
  const [payee, bump] = await kit.getProgramDerivedAddress({ programAddress: relay, seeds: ['relay'] });
  const scene = await create({ terms: { payee } });
  scene.open();
  const instruction = program.settleAndSeal(scene.channel, true);
  scene.accept([scene.voucher(300_000n), relayed(instruction, { bump, signer: payee })]);
  assert.equal(scene.state.status, program.status.sealed);
  scene.distribute();
  assert.equal(scene.tokens(scene.channel.payeeTokens), 300_000n);
});

test('a program cannot have this one emit its events', async () => {
  const scene = await create();
  const [address, bump] = await kit.getProgramDerivedAddress({ programAddress: relay, seeds: ['relay'] });
  const emit = authority => ({ program: program.programAddress, accounts: [{ address: authority, signer: true, writable: false }], data: Buffer.from('e445a52e51cb9a1da6ac61094d4cbd6d', 'hex') });
  scene.refuse(8, relayed(emit(address), { bump, signer: address }), { by: program.programAddress });
  assert.equal(scene.chain.send(relayed(emit(program.eventAuthority), { bump, signer: program.eventAuthority })).error, 'PrivilegeEscalation');
});

test('32 recipients, more than fit into a transaction, open and distribute through a program that has their list in an account', async () => {
  const scene = await create();
  const splits = Array.from({ length: 32 }, (_, i) => ({ recipient: key(`recipient ${i}`).address, bps: 200 + i }));
  const c = scene.channel = await scene.derive({ ...scene.terms, splits });
  const list = key('list').address;
  scene.chain.setAccount(list, { data: program.preimage(splits), owner: system });
  c.recipientTokens.forEach((address, i) => scene.setTokens(address, splits[i].recipient));
  const opening = program.open(c);
  scene.accept([computeLimit, relayed({ ...opening, data: opening.data.subarray(0, 29) }, { appended: list })]);
  assert.equal(scene.state.distributionHash, program.splitsHash(splits));
  scene.settle(777_777n);

  const table = key('table').address;
  const addresses = program.distribute(c).accounts.map(account => account.address);
  scene.setTable(table, addresses);
  const instruction = program.distribute(c);
  const attempt = recipients => relayed({ ...program.distribute({ ...c, recipientTokens: recipients }), data: instruction.data.subarray(0, 1) }, { appended: list });
  scene.refuse(2404, [computeLimit, attempt([...c.recipientTokens].reverse())], { tables: [{ address: table, addresses }], by: program.programAddress });
  const result = scene.accept([computeLimit, attempt(c.recipientTokens)], { tables: [{ address: table, addresses }] });
  splits.forEach((split, i) => assert.equal(scene.tokens(c.recipientTokens[i]), 777_777n * BigInt(split.bps) / 10_000n));
  assert(result.units < 600_000, `${result.units} compute units`);

  // All of them unusable at once: as many events, and one transfer.
  scene.settle(900_000n);
  c.recipientTokens.forEach((address, i) => scene.setTokens(address, splits[i].recipient, { state: 2 }));
  const redirected = scene.accept([computeLimit, attempt(c.recipientTokens)], { tables: [{ address: table, addresses }] });
  assert.equal(program.events(redirected).length, 32);
});

test('24 recipients distribute in one transaction with a lookup table', async () => {
  const scene = await create();
  const splits = Array.from({ length: 24 }, (_, i) => ({ recipient: key(`recipient ${i}`).address, bps: 400 }));
  const c = scene.channel = await scene.derive({ ...scene.terms, splits });
  c.recipientTokens.forEach((address, i) => scene.setTokens(address, splits[i].recipient));
  const list = key('list').address;
  scene.chain.setAccount(list, { data: program.preimage(splits), owner: system });
  const opening = program.open(c);
  scene.accept([computeLimit, relayed({ ...opening, data: opening.data.subarray(0, 29) }, { appended: list })]);
  scene.settle(1_000_000n);
  const table = key('table').address;
  const addresses = program.distribute(c).accounts.map(account => account.address);
  scene.setTable(table, addresses);
  scene.accept([computeLimit, program.distribute(c)], { tables: [{ address: table, addresses }] });
  c.recipientTokens.forEach(address => assert.equal(scene.tokens(address), 40_000n));
  assert.equal(scene.tokens(c.payeeTokens), 40_000n);
});

test('at another address the program derives its event authority anew', async () => {
  const scene = await create();
  const elsewhere = key('elsewhere').address;
  scene.chain.load(elsewhere, 'payment_channels.so');
  const [authority] = await kit.getProgramDerivedAddress({ programAddress: elsewhere, seeds: ['event_authority'] });
  const [channel] = await program.channelAddress(scene.terms, elsewhere);
  const move = instruction => ({
    ...instruction, program: elsewhere,
    accounts: instruction.accounts.map(account => ({ ...account, address: { [program.eventAuthority]: authority, [program.programAddress]: elsewhere }[account.address] ?? account.address })),
  });
  scene.refuse(2000, move(program.open(scene.channel)));
  const c = await scene.derive({ ...scene.terms });
  const escrow = await scene.escrowOf(channel);
  const opened = scene.chain.accept(move(program.open({ ...c, channel, escrow })));
  assert.equal(opened.inner.flat().filter(call => call.program === elsewhere).length, 1);
  scene.refuse('InvalidAccountOwner', program.requestClose({ ...c, channel }));
  scene.chain.accept(move(program.requestClose({ ...c, channel })));
});
