// A channel's life from its opening to its end, with both token programs; what the accounts hold is counted at every step.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import * as program from './program.mjs';
import { Scene, tokenPrograms } from './scene.mjs';

for (const [name, tokenProgram] of Object.entries(tokenPrograms)) {
  test(`life with ${name}: open, settle, distribute, top up, close by the payee, reclaim`, async () => {
    const scene = await Scene.create({ tokenProgram });
    const c = scene.channel;
    const rentPayerLamports = scene.chain.lamports(c.rentPayer);
    const opened = scene.open();
    assert.deepEqual(program.events(opened), [{ event: 'Opened', channel: c.channel, openSlot: c.openSlot, length: 56 }]);
    assert.deepEqual(scene.state, {
      discriminator: 1, version: 1, bump: c.bump, status: program.status.open, salt: 7n, deposit: 1_000_000n, settled: 0n, payoutWatermark: 0n, closureStartedAt: 0n, payerWithdrawnAt: 0n,
      gracePeriod: 900, distributionHash: program.splitsHash([]), payer: c.payer, payee: c.payee, authorizedSigner: c.authorizedSigner, mint: c.mint, rentPayer: c.rentPayer, openSlot: c.openSlot,
    });
    assert.equal(scene.tokens(c.escrow), 1_000_000n);
    assert.equal(scene.chain.lamports(c.channel), scene.chain.rent(256));

    scene.settle(250_000n);
    assert.equal(scene.state.settled, 250_000n);
    assert.equal(scene.tokens(c.payeeTokens), 0n);
    scene.distribute();
    assert.equal(scene.state.payoutWatermark, 250_000n);
    assert.equal(scene.tokens(c.payeeTokens), 250_000n);
    scene.accept(program.topUp(c, 500_000n));
    assert.equal(scene.state.deposit, 1_500_000n);
    assert.equal(scene.tokens(c.escrow), 1_250_000n);

    scene.sealByPayee(1_200_000n);
    assert.equal(scene.state.status, program.status.sealed);
    scene.distribute();
    assert.equal(scene.state.status, program.status.distributed);
    assert.equal(scene.tokens(c.payeeTokens), 1_200_000n);
    assert.equal(scene.tokens(c.payerTokens), 8_800_000n);
    assert.equal(scene.tokens(c.treasuryTokens), 0n);
    assert.equal(scene.chain.account(c.escrow), null);
    scene.leaveWindow();
    scene.accept(program.reclaim(c));
    assert.equal(scene.chain.account(c.channel), null);
    assert.equal(scene.chain.lamports(c.rentPayer), rentPayerLamports);
  });

  test(`life with ${name}: close by the payer, sealed by a stranger, refunded, account freed at once`, async () => {
    const scene = await Scene.create({ tokenProgram });
    const c = scene.channel;
    const rentPayerLamports = scene.chain.lamports(c.rentPayer);
    scene.open();
    scene.settle(1n);
    scene.accept(program.requestClose(c));
    assert.equal(scene.state.status, program.status.closing);
    assert.equal(scene.state.closureStartedAt, scene.chain.clock.time);
    scene.chain.advance({ seconds: 900n });
    scene.accept(program.seal(c));
    assert.equal(scene.state.closureStartedAt, 0n);
    scene.accept(program.withdrawPayer(c));
    assert.equal(scene.state.payerWithdrawnAt, scene.chain.clock.time);
    assert.equal(scene.tokens(c.payerTokens), 9_999_999n);
    scene.leaveWindow();
    scene.distribute();
    assert.equal(scene.chain.account(c.channel), null);
    assert.equal(scene.chain.account(c.escrow), null);
    assert.equal(scene.tokens(c.payeeTokens), 1n);
    assert.equal(scene.tokens(c.payerTokens), 9_999_999n);
    assert.equal(scene.chain.lamports(c.rentPayer), rentPayerLamports);
  });
}
