// Whether Solana's runtime, in litesvm, takes transactions for well-formed. Usage: node solana-sanitize.mjs CASES.json RESULTS.json
// Each case is a transaction in hexadecimal whose lengths are right: what cannot be deserialized ends litesvm's process.
import { readFileSync, writeFileSync } from 'node:fs';
import { FailedTransactionMetadata, LiteSVM } from 'litesvm';

const accountLoadedTwice = 1;
const sanitizeFailure = 13;
const [casesFile, resultsFile] = process.argv.slice(2);
// The wrapper's own methods decode with kit first and would judge in the runtime's stead.
const machine = new LiteSVM().withSigverify(false).withBlockhashCheck(false).withTransactionHistory(0n).inner;

const results = JSON.parse(readFileSync(casesFile, 'utf8')).map((transaction) => {
  const outcome = machine.simulateVersionedTransaction(new Uint8Array(Buffer.from(transaction, 'hex')));
  const error = outcome instanceof FailedTransactionMetadata ? outcome.err() : null;
  return error !== sanitizeFailure && error !== accountLoadedTwice;
});
writeFileSync(resultsFile, JSON.stringify(results));
