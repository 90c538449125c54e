// What @solana/kit and its program clients make of the same inputs. Usage: node solana-kit.mjs CASES.json RESULTS.json
import { readFileSync, writeFileSync } from 'node:fs';
import {
  address, appendTransactionMessageInstructions, compileTransaction, compileTransactionMessage, compressTransactionMessageUsingAddressLookupTables,
  createKeyPairFromPrivateKeyBytes, createNoopSigner, createTransactionMessage, decompileTransactionMessage, getCompiledTransactionMessageDecoder,
  getCompiledTransactionMessageEncoder, getTransactionDecoder, getTransactionEncoder, partiallySignTransaction, pipe, setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash, some, none,
} from '@solana/kit';
import * as budget from '@solana-program/compute-budget';
import * as system from '@solana-program/system';
import * as token from '@solana-program/token';
import * as token2022 from '@solana-program/token-2022';

const clients = { system, token, token2022, budget };
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const pairs = new Map();
const keyPair = (seed) => pairs.get(seed) ?? pairs.set(seed, createKeyPairFromPrivateKeyBytes(bytes(seed))).get(seed);
const [casesFile, resultsFile] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(casesFile, 'utf8'));

function value(input) {
  if (input === null || typeof input !== 'object') return input;
  if (Array.isArray(input)) return input.map(value);
  if ('address' in input) return address(input.address);
  if ('signer' in input) return createNoopSigner(address(input.signer));
  if ('number' in input) return BigInt(input.number);
  if ('some' in input) return some(value(input.some));
  if ('none' in input) return none();
  return Object.fromEntries(Object.entries(input).map(([name, inner]) => [name, value(inner)]));
}

const describe = (instruction) => ({
  program: instruction.programAddress,
  accounts: (instruction.accounts ?? []).map((account) => ({ address: account.address, role: account.role })),
  data: hex(instruction.data ?? new Uint8Array()),
});

async function callClient({ client, name, input, program }) {
  return describe(await clients[client][name](value(input), program && { programAddress: address(program) }));
}

function tablesOf(message) {
  return Object.fromEntries(message.tables.map((table) => [table.address, table.addresses.map((each) => address(each))]));
}

function build(message, instructions) {
  const built = pipe(
    createTransactionMessage({ version: message.version === 'legacy' ? 'legacy' : 0 }),
    (each) => setTransactionMessageFeePayer(address(message.feePayer), each),
    (each) => setTransactionMessageLifetimeUsingBlockhash({ blockhash: message.blockhash, lastValidBlockHeight: 0n }, each),
    (each) => appendTransactionMessageInstructions(instructions, each),
  );
  return message.version === 'legacy' ? built : compressTransactionMessageUsingAddressLookupTables(built, tablesOf(message));
}

async function compile(message) {
  const built = build(message, message.instructions.map((each) => ({
    programAddress: address(each.program),
    accounts: each.accounts.map((account) => ({ address: address(account.address), role: account.role })),
    data: bytes(each.data),
  })));
  const compiled = hex(getCompiledTransactionMessageEncoder().encode(compileTransactionMessage(built)));

  // Our message, whose accounts follow each other in another order, through kit and back.
  const ours = getCompiledTransactionMessageDecoder().decode(bytes(message.ours));
  const meant = decompileTransactionMessage(ours, { addressesByLookupTableAddress: tablesOf(message), lastValidBlockHeight: 0n });
  const keys = await Promise.all(message.seeds.map(keyPair));
  const signed = await partiallySignTransaction(keys, compileTransaction(built));
  const partial = await partiallySignTransaction(keys.slice(0, 1), getTransactionDecoder().decode(bytes(message.ourTransaction)));
  return {
    compiled,
    again: hex(getCompiledTransactionMessageEncoder().encode(ours)),
    meant: hex(getCompiledTransactionMessageEncoder().encode(compileTransactionMessage(build(message, meant.instructions.map(({ programAddress, accounts, data }) => ({
      programAddress, data, accounts: (accounts ?? []).map((account) => ({ address: account.address, role: account.role })),
    })))))),
    transaction: hex(getTransactionEncoder().encode(signed)),
    partial: hex(getTransactionEncoder().encode(partial)),
  };
}

const results = {
  instructions: await Promise.all(cases.instructions.map(callClient)),
  messages: await Promise.all(cases.messages.map(compile)),
  accounts: cases.accounts.map(({ client, encoder, input }) => hex(clients[client][encoder]().encode(value(input)))),
};
writeFileSync(resultsFile, JSON.stringify(results));
