// What each instruction costs in compute units. Every key is fixed, so the figures are exact; other keys change them by 1,500 for each bump below 255.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { system, tokenProgram } from '../support/chain.mjs';
import { test } from '../support/cases.mjs';
import { key } from '../support/keys.mjs';
import { folder } from '../support/packages.mjs';
import { createAssociated } from '../support/tokens.mjs';
import * as program from './program.mjs';
import { Scene, tokenPrograms } from './scene.mjs';

const file = join(folder, 'compute', 'payment_channels.json');

/** A scene whose channel and escrow have the bump 255, as clients arrange it by their choice of salt. */
async function create(options) {
  const scene = await Scene.create(options);
  for (let salt = 1n; ; salt++) {
    const c = await scene.derive({ ...scene.terms, salt });
    if (c.bump === 255 && (await scene.escrowBump(c.channel)) === 255) {
      scene.channel = c;
      return scene;
    }
  }
}

async function measure(tokenProgram) {
  const units = {};
  const note = (name, result) => units[name] = result.units;
  const splits = [['first', 1000], ['second', 2000], ['third', 3000]];
  for (const [suffix, options] of [['', {}], [', 3 recipients', { splits }]]) {
    const scene = await create({ tokenProgram, ...options });
    const c = scene.channel;
    note(`open${suffix}`, scene.open());
    if (!suffix) {
      note('settle', scene.settle(100_000n));
      note('topUp', scene.accept(program.topUp(c, 500_000n)));
    } else {
      scene.settle(100_000n);
    }

    note(`distribute while open${suffix}`, scene.distribute());
    if (!suffix) {
      note('requestClose', scene.accept(program.requestClose(c)));
      note('settleAndSeal with a voucher', scene.sealByPayee(200_000n));
      note('withdrawPayer', scene.accept(program.withdrawPayer(c)));
    } else {
      note('settleAndSeal', scene.sealByPayee());
    }

    note(suffix ? 'distribute when sealed, with a refund' : 'distribute when sealed, after withdrawPayer', scene.distribute());
    scene.leaveWindow();
    note('reclaim', scene.accept(program.reclaim(c)));
  }

  const closed = await create({ tokenProgram });
  closed.open();
  closed.accept(program.requestClose(closed.channel));
  closed.chain.advance({ seconds: 900n });
  note('seal', closed.accept(program.seal(closed.channel)));
  closed.leaveWindow();
  note('distribute when sealed, account freed', closed.distribute());

  const redirected = await create({ tokenProgram });
  redirected.open();
  redirected.settle(100_000n);
  redirected.chain.setAccount(redirected.channel.payeeTokens, { lamports: 0n, data: Buffer.alloc(0), owner: system });
  note('distribute while open, one share redirected', redirected.distribute());
  return Object.fromEntries(Object.entries(units).sort());
}

test('compute units are those of the committed file', async () => {
  const measured = {};
  for (const [name, tokenProgram] of Object.entries(tokenPrograms)) {
    measured[name] = await measure(tokenProgram);
  }

  if (process.argv.includes('--compute')) {
    writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
  }

  assert.deepEqual(measured, JSON.parse(readFileSync(file, 'utf8')), 'write the file anew with --compute if this was meant');
});

test('an opening at unlucky addresses stays far below the limit of an instruction', async () => {
  const scene = await Scene.create();
  scene.accept([createAssociated(tokenProgram, scene.stranger.address, scene.channel.escrow, scene.channel.channel, scene.mint)]);
  let worst = 0;
  for (let salt = 1000n; salt < 1040n; salt++) {
    const c = await scene.derive({ ...scene.terms, salt, authorizedSigner: key(`signer ${salt}`).address, deposit: 1n });
    worst = Math.max(worst, scene.chain.accept(program.open(c)).units);
  }

  assert(worst < 120_000, `${worst} compute units`);
});
