#!/usr/bin/env node
// What forge takes for solc: the pinned compiler of the npm packages behind the options that forge gives.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, packages } from './compiler.mjs';

const solc = createRequire(join(packages, 'package.json'))('solc');
if (process.argv.includes('--version')) {
  // Forge reads versions with the name of a native platform only.
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version().replace('Emscripten.clang', 'Linux.g++')}`);
} else if (process.argv.includes('--standard-json')) {
  // Forge leaves imports below a path with '..' to the compiler.
  const read = path => {
    try {
      return { contents: readFileSync(join(folder, path), 'utf8') };
    } catch (error) {
      return { error: error.message };
    }
  };
  const input = JSON.parse(readFileSync(0, 'utf8'));

  // The tests deploy the bytecode of artifacts/, so nobody needs code of what they import: that halves the time.
  for (const [source, contracts] of Object.entries(input.settings.outputSelection)) {
    if (!source.startsWith('test/')) {
      Object.keys(contracts).forEach(name => contracts[name] = contracts[name].filter(output => output === 'abi' || output === 'ast'));
    }
  }

  // Warnings about the libraries are for their authors.
  const result = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  result.errors = result.errors?.filter(error => error.severity === 'error' || !error.sourceLocation?.file.includes('node_modules'));
  process.stdout.write(JSON.stringify(result));
} else {
  console.error(`Unknown options: ${process.argv.slice(2).join(' ')}`);
  process.exitCode = 1;
}
