// A chain with the program, a mint, and the parties of one channel, all of them with token accounts.
import assert from 'node:assert/strict';
import { Chain, token2022, tokenProgram } from '../support/chain.mjs';
import { encode } from '../support/keys.mjs';
import { associated, associatedWithBump, mintData, readToken, tokenData, transfer, usualExtensions } from '../support/tokens.mjs';
import * as program from './program.mjs';

const sol = 1_000_000_000n;

export class Scene {
  /** Options: tokenProgram, mintExtensions, splits as [[label, bps]], balance, and any field of the channel. */
  static async create(options = {}) {
    const scene = new Scene();
    const chain = scene.chain = new Chain();
    chain.load(program.programAddress, 'payment_channels.so');
    scene.tokenProgram = options.tokenProgram ?? tokenProgram;
    for (const label of ['payer', 'payee', 'rent payer', 'voucher signer', 'stranger', 'mint authority']) {
      scene[label.replace(/ (.)/, (_, letter) => letter.toUpperCase())] = chain.signer(label, 10n * sol);
    }

    scene.mint = chain.signer('mint').address;
    chain.setAccount(scene.mint, {
      data: mintData({ authority: scene.mintAuthority.address, freezeAuthority: scene.mintAuthority.address, supply: options.balance ?? 10_000_000n, list: options.mintExtensions ?? [] }),
      owner: scene.tokenProgram,
    });
    const splits = (options.splits ?? []).map(([label, bps]) => ({ recipient: chain.signer(label).address, bps }));
    scene.terms = {
      payer: scene.payer.address, rentPayer: scene.rentPayer.address, payee: scene.payee.address, mint: scene.mint, authorizedSigner: scene.voucherSigner.address,
      tokenProgram: scene.tokenProgram, salt: 7n, deposit: 1_000_000n, gracePeriod: 900, openSlot: chain.clock.slot - 3n, splits, ...options.terms,
    };
    scene.channel = await scene.derive(scene.terms);
    for (const [address, owner, amount] of [
      [scene.channel.payerTokens, scene.terms.payer, options.balance ?? 10_000_000n], [scene.channel.payeeTokens, scene.terms.payee, 0n],
      [scene.channel.treasuryTokens, program.treasuryOwner, 0n], ...scene.channel.recipientTokens.map((address, i) => [address, splits[i].recipient, 0n]),
    ]) {
      scene.setTokens(address, owner, { amount });
    }

    return scene;
  }

  /** The same with the channel open, and a sum settled. */
  static async settled(sum = 400_000n, options = {}) {
    const scene = await Scene.create(options);
    scene.open();
    scene.settle(sum);
    return scene;
  }

  /** The accounts that follow from a channel's terms. */
  async derive(terms) {
    const [channel, bump] = await program.channelAddress(terms);
    const tokens = owner => associated(owner, terms.mint, terms.tokenProgram);
    return {
      ...terms, channel, bump, escrow: await tokens(channel), payerTokens: await tokens(terms.payer), payeeTokens: await tokens(terms.payee),
      treasuryTokens: await tokens(program.treasuryOwner), recipientTokens: await Promise.all(terms.splits.map(split => tokens(split.recipient))),
    };
  }

  setTokens(address, owner, { amount = 0n, state = 1, list = usualExtensions(this.tokenProgram), mint = this.mint, program: tokens = this.tokenProgram } = {}) {
    this.chain.setAccount(address, { data: tokenData({ mint, owner, amount, state, list }), owner: tokens });
  }

  tokens(address) {
    return readToken(this.chain, address)?.amount ?? null;
  }

  get state() {
    return program.readChannel(this.chain, this.channel.channel);
  }

  accept(instructions, options) {
    const result = this.chain.accept(instructions, options);
    this.checkEscrow();
    return result;
  }

  refuse(error, instructions, options) {
    return this.chain.refuse(error, instructions, options);
  }

  /** The escrow always holds what the channel may still have to pay. */
  checkEscrow() {
    const channel = this.state;
    if (channel && channel.status !== program.status.distributed) {
      assert(channel.payoutWatermark <= channel.settled && channel.settled <= channel.deposit, 'watermarks out of order');
      const owed = (channel.payerWithdrawnAt ? channel.settled : channel.deposit) - channel.payoutWatermark;
      assert(this.tokens(this.channel.escrow) >= owed, 'the escrow holds too little');
    }
  }

  open() {
    return this.accept(program.open(this.channel));
  }

  /** The instruction that verifies a voucher; options may name another signer, channel, expiry or magic. */
  voucher(cumulative, { signer = this.voucherSigner, channel = this.channel.channel, ...options } = {}) {
    return program.verification(signer, program.voucherBytes(channel, cumulative, options));
  }

  settle(cumulative, options) {
    return this.accept([this.voucher(cumulative, options), program.settle(this.channel)]);
  }

  sealByPayee(cumulative) {
    return this.accept(cumulative === undefined ? program.settleAndSeal(this.channel, false) : [this.voucher(cumulative), program.settleAndSeal(this.channel, true)]);
  }

  distribute() {
    return this.accept(program.distribute(this.channel));
  }

  /** Rewrites the channel's account as no transaction could; `change` gets its bytes. */
  forge(change) {
    const account = this.chain.account(this.channel.channel);
    change(account.data);
    this.chain.setAccount(this.channel.channel, account);
  }

  escrowOf(channel) {
    return associated(channel, this.mint, this.tokenProgram);
  }

  async escrowBump(channel) {
    return (await associatedWithBump(channel, this.mint, this.tokenProgram))[1];
  }

  /** Puts an active address lookup table on the chain. */
  setTable(address, addresses) {
    const header = Buffer.alloc(56);
    header.writeUInt32LE(1, 0);
    header.writeBigUInt64LE(program.maximum, 4);
    this.chain.setAccount(address, { data: Buffer.concat([header, ...addresses.map(encode)]), owner: 'AddressLookupTab1e1111111111111111111111111' });
  }

  /** An instruction that sends some of the payer's tokens to an account, as any third party could. */
  donation(address, amount = 10n) {
    return transfer(this.tokenProgram, this.channel.payerTokens, address, this.payer.address, amount);
  }

  /** Another channel of the same parties, open. */
  async openOther(terms = {}) {
    const other = await this.derive({ ...this.terms, salt: 8n, ...terms });
    this.accept(program.open(other));
    return other;
  }

  /** Past the slots in which the channel's address is still taken. */
  leaveWindow() {
    this.chain.setClock({ slot: this.channel.openSlot + program.openSlotWindow + 1n });
  }
}

export const tokenPrograms = { 'SPL Token': tokenProgram, 'Token-2022': token2022 };

/** An instruction with another account at a place, or other properties of it. */
export const withAccount = (instruction, index, change) => ({
  ...instruction, accounts: instruction.accounts.map((account, i) => i === index ? { ...account, ...(typeof change === 'string' ? { address: change } : change) } : account),
});
