// Runs programs in litesvm for the tests: `run PROGRAM.so` answers each line of hexadecimal instruction data with the hexadecimal data that the program returned;
// `deploy PROGRAM.so...` has the upgradeable loader deploy each and says what it did.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  AccountRole, address, appendTransactionMessageInstructions, compileTransaction, createTransactionMessage, getAddressEncoder, getProgramDerivedAddress, lamports, pipe, setTransactionMessageFeePayer,
} from '@solana/kit';
import { ComputeBudget, FailedTransactionMetadata, LiteSVM } from 'litesvm';

const payer = address('So11111111111111111111111111111111111111112');
const program = address('TestProgram11111111111111111111111111111111');
const buffer = address('TestBuffer111111111111111111111111111111111');
const loader = address('BPFLoaderUpgradeab1e11111111111111111111111');
const system = address('11111111111111111111111111111111');
const clock = address('SysvarC1ock11111111111111111111111111111111');
const rent = address('SysvarRent111111111111111111111111111111111');

function createMachine() {
  const budget = new ComputeBudget();
  budget.computeUnitLimit = 100_000_000n;
  const machine = new LiteSVM().withSigverify(false).withBlockhashCheck(false).withTransactionHistory(0n).withComputeBudget(budget);
  machine.airdrop(payer, lamports(1_000_000_000_000n));
  return machine;
}

function send(machine, instructions) {
  return machine.sendTransaction(compileTransaction(pipe(
    createTransactionMessage({ version: 'legacy' }),
    message => setTransactionMessageFeePayer(payer, message),
    message => machine.setTransactionMessageLifetimeUsingLatestBlockhash(message),
    message => appendTransactionMessageInstructions(instructions, message),
  )));
}

const explain = failed => `${failed.err()} ${failed.meta().logs().join(' | ')}`.replaceAll('\n', ' ');

async function run(path) {
  const machine = createMachine();
  machine.addProgram(program, readFileSync(path));
  for await (const line of createInterface({ input: process.stdin })) {
    const result = send(machine, [{ programAddress: program, accounts: [], data: Buffer.from(line, 'hex') }]);
    console.log(result instanceof FailedTransactionMetadata ? `error ${explain(result)}` : Buffer.from(result.returnData().data()).toString('hex'));
  }
}

function word(value, size) {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value, 0, Math.min(size, 6));
  return bytes;
}

async function deploy(path) {
  const machine = createMachine();
  const bytes = readFileSync(path);
  const state = Buffer.concat([word(1, 4), Buffer.from([1]), Buffer.from(getAddressEncoder().encode(payer)), bytes]);
  machine.setAccount({ address: buffer, lamports: lamports(10_000_000_000n), data: state, programAddress: loader, executable: false, space: BigInt(state.length) });
  const [data] = await getProgramDerivedAddress({ programAddress: loader, seeds: [getAddressEncoder().encode(program)] });
  const create = Buffer.concat([word(0, 4), word(10_000_000, 8), word(36, 8), Buffer.from(getAddressEncoder().encode(loader))]);
  const result = send(machine, [
    { programAddress: system, accounts: [{ address: payer, role: AccountRole.WRITABLE_SIGNER }, { address: program, role: AccountRole.WRITABLE_SIGNER }], data: create },
    {
      programAddress: loader,
      accounts: [
        { address: payer, role: AccountRole.WRITABLE_SIGNER }, { address: data, role: AccountRole.WRITABLE }, { address: program, role: AccountRole.WRITABLE }, { address: buffer, role: AccountRole.WRITABLE },
        { address: rent, role: AccountRole.READONLY }, { address: clock, role: AccountRole.READONLY }, { address: system, role: AccountRole.READONLY }, { address: payer, role: AccountRole.READONLY_SIGNER },
      ],
      data: Buffer.concat([word(2, 4), word(bytes.length, 8)]),
    },
  ]);
  if (result instanceof FailedTransactionMetadata) {
    return `refused ${explain(result)}`;
  }

  machine.warpToSlot(machine.getClock().slot + 2n);
  const called = send(machine, [{ programAddress: program, accounts: [], data: Buffer.alloc(8) }]);
  return called instanceof FailedTransactionMetadata ? `deployed, failed ${explain(called)}` : 'deployed, runs';
}

const [mode, ...paths] = process.argv.slice(2);
if (mode === 'run') {
  await run(paths[0]);
} else {
  for (const path of paths) {
    console.log(await deploy(path));
  }
}
