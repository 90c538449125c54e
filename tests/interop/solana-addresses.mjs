// What @solana/kit derives from the same seeds. Usage: node solana-addresses.mjs CASES.json RESULTS.json
import { readFileSync, writeFileSync } from 'node:fs';
import { address, getAddressDecoder, getAddressEncoder, getBase58Encoder, getProgramDerivedAddress } from '@solana/kit';

const [casesFile, resultsFile] = process.argv.slice(2);
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const results = [];
for (const { program, seeds } of JSON.parse(readFileSync(casesFile, 'utf8'))) {
  const [derived, bump] = await getProgramDerivedAddress({ programAddress: address(program), seeds: seeds.map(bytes) });
  results.push({ address: derived, bump, hex: Buffer.from(getBase58Encoder().encode(derived)).toString('hex'), again: getAddressDecoder().decode(getAddressEncoder().encode(derived)) });
}

writeFileSync(resultsFile, JSON.stringify(results));
