// Runs the tests of the programs against the committed binaries: node contracts/solana/test.mjs [--quiet] [words of a case's name]
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCases } from './test/support/cases.mjs';
import { folder } from './test/support/packages.mjs';

const support = new Set(['program.mjs', 'scene.mjs']);
for (const suite of ['payment-channels', 'provider-stake']) {
  for (const file of readdirSync(join(folder, 'test', suite)).filter(name => name.endsWith('.mjs') && !support.has(name)).sort()) {
    await import(pathToFileURL(join(folder, 'test', suite, file)));
  }
}

const words = process.argv.slice(2).filter(word => !word.startsWith('--'));
process.exitCode = await runCases(words.join(' '), process.argv.includes('--quiet')) ? 1 : 0;
