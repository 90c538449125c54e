// What each instruction costs in compute units. Every key is fixed, so the figures are exact; other keys change them by 1,500 for each bump below 255.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../support/cases.mjs';
import { folder } from '../support/packages.mjs';
import * as program from './program.mjs';
import { Scene } from './scene.mjs';

const file = join(folder, 'compute', 'provider_stake.json');

test('compute units of the stake program are those of the committed file', async () => {
  const units = {};
  const note = (name, result) => units[name] = result.units;
  const scene = await Scene.create({ isRegistered: false });
  const { pool, stake, tokens } = scene;
  const channel = await scene.channel();
  note('initializePool', scene.accept(program.initializePool(await scene.derivePool({ ...pool.terms, bond: 1n }), scene.payer.address)));
  note('register', scene.accept(program.register(pool, stake, 100_000n)));
  note('addStake', scene.accept(program.addStake(pool, stake, 1_000n)));
  note('requestUnstake', scene.accept(program.requestUnstake(pool, stake, 1_000n)));
  note('cancelUnstake', scene.accept(program.cancelUnstake(pool, stake)));
  scene.accept(program.requestUnstake(pool, stake, 1_000n));
  scene.pass(30);
  note('withdraw', scene.accept(program.withdraw(pool, stake)));

  const receipts = [scene.receipt({ channel: channel.bytes }), scene.receipt({ channel: channel.bytes, amount: 1n })];
  const shown = [];
  for (const receipt of receipts) {
    const address = await program.receiptAddress(stake.stake, scene.reporter.address, receipt.bytes);
    note('showReceipt', scene.accept([receipt.verification, program.showReceipt(stake, scene.reporter.address, address)]));
    shown.push(address);
  }

  const opening = await scene.opening(receipts, shown);
  note('openCase', scene.accept(program.openCase(pool, stake, opening)));
  note('nameVictim', scene.accept(program.nameVictim(pool, opening.entry, channel)));
  note('extendCase', scene.accept(program.extendCase(pool, opening.entry, scene.guardian.address)));
  scene.pass(14);
  note('finalizeCase', scene.accept(program.finalizeCase(pool, opening.entry, stake.stake)));
  note('collect', scene.accept(program.collect(pool, opening.entry, program.beneficiary.victim, tokens.victim)));
  const other = [{ jobId: Buffer.alloc(16, 9) }, { jobId: Buffer.alloc(16, 9), amount: 1n }].map(fields => scene.receipt(fields));
  const vetoed = await scene.open(...other);
  note('vetoCase', scene.accept(program.vetoCase(pool, vetoed, stake.stake, scene.guardian.address, false)));
  note('forgetReceipt', scene.accept(program.forgetReceipt(scene.reporter.address, await scene.show(scene.receipt()))));

  const measured = Object.fromEntries(Object.entries(units).sort());
  if (process.argv.includes('--compute')) {
    writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
  }

  assert.deepEqual(measured, JSON.parse(readFileSync(file, 'utf8')), 'write the file anew with --compute if this was meant');
});
