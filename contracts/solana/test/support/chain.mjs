// A chain of one case: the genuine runtime in this process, with the programs of this folder and a clock in the case's hand.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, key } from './keys.mjs';
import { compile } from './messages.mjs';
import { folder, litesvm } from './packages.mjs';

const builtin = [
  'GenericError', 'InvalidArgument', 'InvalidInstructionData', 'InvalidAccountData', 'AccountDataTooSmall', 'InsufficientFunds', 'IncorrectProgramId', 'MissingRequiredSignature',
  'AccountAlreadyInitialized', 'UninitializedAccount', 'UnbalancedInstruction', 'ModifiedProgramId', 'ExternalAccountLamportSpend', 'ExternalAccountDataModified', 'ReadonlyLamportChange',
  'ReadonlyDataModified', 'DuplicateAccountIndex', 'ExecutableModified', 'RentEpochModified', 'NotEnoughAccountKeys', 'AccountDataSizeChanged', 'AccountNotExecutable', 'AccountBorrowFailed',
  'AccountBorrowOutstanding', 'DuplicateAccountOutOfSync', 'InvalidError', 'ExecutableDataModified', 'ExecutableLamportChange', 'ExecutableAccountNotRentExempt', 'UnsupportedProgramId',
  'CallDepth', 'MissingAccount', 'ReentrancyNotAllowed', 'MaxSeedLengthExceeded', 'InvalidSeeds', 'InvalidRealloc', 'ComputationalBudgetExceeded', 'PrivilegeEscalation',
  'ProgramEnvironmentSetupFailure', 'ProgramFailedToComplete', 'ProgramFailedToCompile', 'Immutable', 'IncorrectAuthority', 'AccountNotRentExempt', 'InvalidAccountOwner', 'ArithmeticOverflow',
  'UnsupportedSysvar', 'IllegalOwner',
];

export const system = '11111111111111111111111111111111';
export const ed25519 = 'Ed25519SigVerify111111111111111111111111111';
export const instructionsSysvar = 'Sysvar1nstructions1111111111111111111111111';
export const rentSysvar = 'SysvarRent111111111111111111111111111111111';
export const tokenProgram = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
export const token2022 = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';
export const associatedProgram = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';

const signatureFee = 5000n;

/** Programs to use in place of the committed ones, by their file's name. */
export const replacements = new Map();

/** Every error that any case of this run was refused with. */
export const refusals = new Set();

/** What became of a transaction: `error` is null, a custom code, the name of a runtime error, or the text of a transaction error; `by` is the program that refused first. */
function outcome(result, addresses) {
  const failed = result instanceof litesvm.FailedTransactionMetadata;
  const meta = failed ? result.meta() : result;
  let error = null;
  let instruction = null;
  if (failed) {
    const reason = result.err();
    error = `transaction: ${reason}`;
    if (typeof reason.err === 'function') {
      const inner = reason.err();
      instruction = reason.index;
      error = typeof inner === 'number' ? builtin[inner] : inner.code ?? String(inner);
    }
  }

  const inner = failed ? [] : meta.innerInstructions().map(group => group.map(item => {
    const call = item.instruction();
    return { program: addresses[call.programIdIndex()], accounts: [...call.accounts()].map(index => addresses[index]), data: Buffer.from(call.data()) };
  }));
  const by = meta.logs().map(line => /^Program (\w+) failed/.exec(line)?.[1]).find(Boolean) ?? null;
  return { error, instruction, by, units: Number(meta.computeUnitsConsumed()), logs: meta.logs(), inner };
}

export class Chain {
  constructor() {
    this.svm = new litesvm.LiteSVM().withTransactionHistory(0n);
    this.feePayer = key('fee payer');
    this.signers = new Map();
    this.fund(this.feePayer, 1_000_000_000_000n);
    this.setClock({ slot: 1_000_000n, time: 1_700_000_000n });
  }

  /** A key that can sign, with lamports if it is to have some. */
  signer(label, lamports = 0n) {
    const signer = key(label);
    this.fund(signer, lamports);
    return signer;
  }

  fund(signer, lamports) {
    this.signers.set(signer.address, signer);
    if (lamports) {
      this.setAccount(signer.address, { lamports, data: Buffer.alloc(0), owner: system });
    }
  }

  load(address, file) {
    this.svm.addProgram(address, replacements.get(file) ?? readFileSync(join(folder, 'programs', file)));
  }

  get clock() {
    const clock = this.svm.getClock();
    return { slot: clock.slot, time: clock.unixTimestamp };
  }

  setClock({ slot, time }) {
    const clock = this.svm.getClock();
    clock.slot = slot ?? clock.slot;
    clock.unixTimestamp = time ?? clock.unixTimestamp;
    this.svm.setClock(clock);
  }

  advance({ slots = 0n, seconds = 0n }) {
    const { slot, time } = this.clock;
    this.setClock({ slot: slot + slots, time: time + seconds });
  }

  rent(length) {
    return this.svm.minimumBalanceForRentExemption(BigInt(length));
  }

  /** { lamports, data, owner }, or null where there is nothing. */
  account(address) {
    const account = this.svm.getAccount(address);
    return account.exists ? { lamports: account.lamports, data: Buffer.from(account.data), owner: account.programAddress } : null;
  }

  setAccount(address, { lamports, data, owner }) {
    this.svm.setAccount({ address, lamports: lamports ?? this.rent(data.length), data, programAddress: owner, executable: false, space: BigInt(data.length) });
  }

  lamports(address) {
    return this.account(address)?.lamports ?? 0n;
  }

  /** Sends a transaction. One that succeeds must leave as many tokens of every mint as before, and as many lamports less the fee. */
  send(instructions, { tables = [] } = {}) {
    const { message, signers, addresses } = compile(this.feePayer.address, [instructions].flat(), this.svm.latestBlockhash(), tables);
    const signatures = Object.fromEntries(signers.map(address => [address, (this.signers.get(address) ?? assert.fail(`nobody signs for ${address}`)).sign(message)]));
    const size = message.length + 1 + 64 * signers.length;
    assert(size <= 1232, `a transaction of ${size} bytes does not fit into a packet`);
    const before = this.#sums(addresses);
    const result = outcome(this.svm.sendTransaction({ messageBytes: message, signatures }), addresses);
    const after = this.#sums(addresses);
    const precompiled = [instructions].flat().filter(instruction => instruction.program === ed25519).reduce((sum, instruction) => sum + BigInt(instruction.data[0] ?? 0), 0n);
    const fee = result.error && String(result.error).startsWith('transaction') ? before.lamports - after.lamports : signatureFee * (BigInt(signers.length) + precompiled);
    assert.equal(after.lamports, before.lamports - fee, 'lamports came or went');
    assert.deepEqual(after.tokens, before.tokens, 'tokens came or went');
    return result;
  }

  #sums(addresses) {
    const tokens = new Map();
    for (const program of [tokenProgram, token2022]) {
      for (const account of this.svm.getProgramAccounts(program)) {
        const data = Buffer.from(account.data);
        if (data.length >= 165 && (data.length === 165 || data[165] === 2)) {
          const mint = decode(data.subarray(0, 32));
          tokens.set(mint, (tokens.get(mint) ?? 0n) + data.readBigUInt64LE(64));
        }
      }
    }

    // A closed account takes its entry along, not its tokens.
    for (const [mint, sum] of tokens) {
      if (sum === 0n) {
        tokens.delete(mint);
      }
    }

    return { lamports: addresses.reduce((sum, address) => sum + this.lamports(address), 0n), tokens: Object.fromEntries([...tokens].sort()) };
  }

  /** Sends what must succeed. */
  accept(instructions, options) {
    const result = this.send(instructions, options);
    assert.equal(result.error, null, `refused with ${result.error}\n${result.logs.join('\n')}`);
    return result;
  }

  /** Sends what must be refused with this error, by the program of the last instruction or the one that is named. */
  refuse(expected, instructions, { by = [instructions].flat().at(-1).program, ...options } = {}) {
    const result = this.send(instructions, options);
    assert.equal(result.error, expected, `instead of ${expected}: ${result.error ?? 'accepted'}\n${result.logs.join('\n')}`);
    assert.equal(result.by, by, `refused by ${result.by}\n${result.logs.join('\n')}`);
    refusals.add(expected);
    return result;
  }
}
