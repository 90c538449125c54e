// Every instruction takes exactly its accounts and its data, and only the accounts that belong together.
import { test } from '../support/cases.mjs';
import { system } from '../support/chain.mjs';
import { reads, writes } from '../support/messages.mjs';
import * as program from './program.mjs';
import { Scene } from './scene.mjs';

const { errors } = program;

/** Every other shape of an instruction, and then the instruction itself, whose verification may have to come before. */
function acceptAlone(scene, instruction, before = []) {
  const { accounts, data } = instruction;
  scene.refuse(errors.wrongAccountCount, [...before, { ...instruction, accounts: accounts.slice(0, -1) }]);
  scene.refuse(errors.wrongAccountCount, [...before, { ...instruction, accounts: [...accounts, reads(system)] }]);
  scene.refuse(errors.wrongAccountCount, [...before, { ...instruction, accounts: [] }]);
  scene.refuse('InvalidInstructionData', [...before, { ...instruction, data: Buffer.concat([data, Buffer.from([0])]) }]);
  if (data.length > 1) {
    scene.refuse('InvalidInstructionData', [...before, { ...instruction, data: data.subarray(0, -1) }]);
  }

  scene.accept([...before, instruction]);
}

/** The same instruction on the vault of somebody else, on another mint and through another token program. */
function refuseOtherVaults(scene, instruction, vault, before = []) {
  const swap = (index, account) => [...before, { ...instruction, accounts: instruction.accounts.map((original, i) => i === index ? account : original) }];
  scene.refuse(errors.wrongVault, swap(vault, writes(scene.tokens.stranger)));
  scene.refuse(errors.wrongMint, swap(vault + (instruction.accounts.length === 6 ? 2 : 1), reads(scene.tokens.stranger)));
  scene.refuse(errors.wrongTokenProgram, swap(vault + (instruction.accounts.length === 6 ? 3 : 2), reads(system)));
}

test('every instruction has one shape, and one vault', async () => {
  const scene = await Scene.create({ isRegistered: false });
  const { pool, stake, tokens } = scene;
  const channel = await scene.channel();
  acceptAlone(scene, program.initializePool(await scene.derivePool({ ...pool.terms, bond: 1n }), scene.payer.address));
  refuseOtherVaults(scene, program.register(pool, stake, 100_000n), 6);
  acceptAlone(scene, program.register(pool, stake, 100_000n));
  refuseOtherVaults(scene, program.addStake(pool, stake, 1_000n), 4);
  acceptAlone(scene, program.addStake(pool, stake, 1_000n));
  acceptAlone(scene, program.requestUnstake(pool, stake, 1n));
  acceptAlone(scene, program.cancelUnstake(pool, stake));
  scene.accept(program.requestUnstake(pool, stake, 1n));
  scene.pass(30);
  refuseOtherVaults(scene, program.withdraw(pool, stake), 4);
  acceptAlone(scene, program.withdraw(pool, stake));

  const receipts = [scene.receipt({ channel: channel.bytes }), scene.receipt({ channel: channel.bytes, amount: 1n })];
  const shown = [];
  for (const receipt of receipts) {
    const address = await program.receiptAddress(stake.stake, scene.reporter.address, receipt.bytes);
    acceptAlone(scene, program.showReceipt(stake, scene.reporter.address, address), [receipt.verification]);
    shown.push(address);
  }

  const opening = await scene.opening(receipts, shown);
  refuseOtherVaults(scene, program.openCase(pool, stake, opening), 7);
  acceptAlone(scene, program.openCase(pool, stake, opening));
  acceptAlone(scene, program.nameVictim(pool, opening.entry, channel));
  acceptAlone(scene, program.extendCase(pool, opening.entry, scene.guardian.address));
  scene.pass(14);
  acceptAlone(scene, program.finalizeCase(pool, opening.entry, stake.stake));
  refuseOtherVaults(scene, program.collect(pool, opening.entry, program.beneficiary.victim, tokens.victim), 2);
  acceptAlone(scene, program.collect(pool, opening.entry, program.beneficiary.victim, tokens.victim));
  const vetoed = await scene.open(...[{ jobId: Buffer.alloc(16, 9) }, { jobId: Buffer.alloc(16, 9), amount: 1n }].map(fields => scene.receipt(fields)));
  acceptAlone(scene, program.vetoCase(pool, vetoed, stake.stake, scene.guardian.address, false));
  acceptAlone(scene, program.forgetReceipt(scene.reporter.address, await scene.show(scene.receipt())));
});
