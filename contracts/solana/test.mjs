// Runs the tests of the programs against the committed binaries: node contracts/solana/test.mjs [--quiet] [--compute] [words of a case's name]
// --compute writes the files of compute/ anew; without, another figure is a failure.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCases } from './test/support/cases.mjs';
import { folder } from './test/support/packages.mjs';

const words = process.argv.slice(2).filter(word => !word.startsWith('--')).join(' ');
const load = async (suite, file) => await import(pathToFileURL(join(folder, 'test', suite, file)));

// What the cases of a suite share, and what counts them, is no case.
const others = new Set(['program.mjs', 'scene.mjs', 'refusals.mjs']);
for (const suite of ['payment-channels', 'provider-stake']) {
  const files = readdirSync(join(folder, 'test', suite)).filter(name => name.endsWith('.mjs'));
  for (const file of files.filter(name => !others.has(name)).sort()) {
    await load(suite, file);
  }

  if (!words && files.includes('refusals.mjs')) {
    await load(suite, 'refusals.mjs');
  }
}

process.exitCode = await runCases(words, process.argv.includes('--quiet')) ? 1 : 0;
