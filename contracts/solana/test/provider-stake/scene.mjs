// A chain with the program, a pool, a provider, a reporter, and everybody's token accounts.
import assert from 'node:assert/strict';
import { Chain, tokenProgram } from '../support/chain.mjs';
import { encode } from '../support/keys.mjs';
import { associated, mintData, readToken, tokenData } from '../support/tokens.mjs';
import { channelAddress } from '../payment-channels/program.mjs';
import * as program from './program.mjs';

const sol = 1_000_000_000n;
export const funds = 1_000_000_000n;

/** Every error that the program refused something with. */
export const refused = new Set();

export class Scene {
  /** Options: terms (fields of the pool's terms), isRegistered. */
  static async create({ terms = {}, isRegistered = true } = {}) {
    const scene = new Scene();
    const chain = scene.chain = new Chain();
    chain.load(program.programAddress, 'provider_stake.so');
    for (const label of ['provider', 'receipt key', 'reporter', 'guardian', 'treasury', 'victim', 'stranger', 'payer']) {
      scene[label.replace(/ (.)/, (_, letter) => letter.toUpperCase())] = chain.signer(label, 10n * sol);
    }

    const mint = scene.mint = chain.signer('mint').address;
    chain.setAccount(mint, { data: mintData({ authority: scene.stranger.address, supply: 8n * funds }), owner: tokenProgram });
    scene.tokens = {};
    for (const who of ['provider', 'reporter', 'treasury', 'victim', 'stranger']) {
      scene.tokens[who] = await associated(scene[who].address, mint);
      chain.setAccount(scene.tokens[who], { data: tokenData({ mint, owner: scene[who].address, amount: funds }), owner: tokenProgram });
    }

    scene.pool = await scene.derivePool({
      mint, treasury: scene.treasury.address, guardian: scene.guardian.address, channelsProgram: program.channelsProgram, minimumStake: 1_000n, bond: 500n,
      thawPeriod: 30 * program.day, vetoWindow: 7 * program.day, slashShare: 2_500, ...terms,
    });
    scene.stake = await scene.deriveStake({});
    chain.accept(program.initializePool(scene.pool, scene.payer.address));
    if (isRegistered) {
      scene.accept(program.register(scene.pool, scene.stake, 100_000n));
    }

    return scene;
  }

  async derivePool(terms) {
    const pool = await program.poolAddress(terms);
    return { terms, pool, mint: terms.mint, vault: await associated(pool, terms.mint) };
  }

  async deriveStake({ pool = this.pool, provider = this.provider, key = this.receiptKey, source = this.tokens.provider }) {
    return { provider: provider.address, key: key.address, payer: this.payer.address, source, stake: await program.stakeAddress(pool.pool, key.address) };
  }

  amount(address) {
    return readToken(this.chain, address)?.amount ?? null;
  }

  get state() {
    return program.readStake(this.chain, this.stake.stake);
  }

  entry(address) {
    return program.readCase(this.chain, address);
  }

  accept(instructions, options) {
    const result = this.chain.accept(instructions, options);
    this.checkVault();
    return result;
  }

  refuse(error, instructions, options) {
    const result = this.chain.refuse(error, instructions, options);
    if (result.by === program.programAddress) {
      refused.add(error);
    }

    return result;
  }

  /** The vault holds what is staked, posted and owed, to the last base unit. */
  checkVault() {
    const { pool, vault, terms } = this.pool;
    let owed = 0n;
    for (const { address } of this.chain.svm.getProgramAccounts(program.programAddress)) {
      const stake = program.readStake(this.chain, address);
      if (stake?.pool === pool) {
        owed += stake.inForce + stake.thawing;
      }

      const entry = this.entry(address);
      if (entry?.pool === pool) {
        owed += entry.status === program.status.open ? terms.bond : entry.owed.reduce((sum, amount) => sum + amount, 0n);
      }
    }

    assert.equal(this.amount(vault), owed, 'the vault does not hold what it owes');
  }

  /** A receipt's bytes, signed by the provider's key unless the options name another. */
  receipt(fields = {}, { signer = this.receiptKey, bytes = program.receiptBytes({ key: this.receiptKey.bytes, ...fields }) } = {}) {
    return { bytes, verification: program.verification(signer, bytes), jobId: fields.jobId ?? Buffer.alloc(16, 1) };
  }

  /** Shows a receipt and gives the account that keeps it. */
  async show(receipt, { reporter = this.reporter, stake = this.stake } = {}) {
    const address = await program.receiptAddress(stake.stake, reporter.address, receipt.bytes);
    this.accept([receipt.verification, program.showReceipt(stake, reporter.address, address)]);
    return address;
  }

  /** What opening a case takes: two receipts, and where they were shown. */
  async opening(receipts, shown, { reporter = this.reporter, source = this.tokens.reporter, stake = this.stake } = {}) {
    return { reporter: reporter.address, source, receipts: shown, entry: await program.caseAddress(stake.stake, receipts[0].jobId) };
  }

  /** Shows two receipts, and gives the instruction that opens a case with them. */
  async opens(receipts, options = {}) {
    const shown = [];
    for (const receipt of receipts) {
      shown.push(await this.show(receipt, options));
    }

    return program.openCase(this.pool, options.stake ?? this.stake, await this.opening(receipts, shown, options));
  }

  /** Opens a case with two receipts and gives its address. */
  async open(first = this.receipt(), second = this.receipt({ amount: 2000n })) {
    const open = await this.opens([first, second]);
    this.accept(open);
    return open.accounts[5].address;
  }

  /** A payment channel whose payer is the victim. */
  async channel(fields = {}) {
    const terms = { payer: this.victim.address, payee: this.provider.address, mint: this.mint, authorizedSigner: this.victim.address, salt: 3n, openSlot: 99n, ...fields };
    const [address, bump] = await channelAddress(terms);
    return { ...terms, bump, address, bytes: encode(address) };
  }

  pass(days) {
    this.chain.advance({ seconds: BigInt(days * program.day) });
  }
}
