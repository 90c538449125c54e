#!/usr/bin/env node
// What forge takes for solc: the pinned compiler of the npm packages behind the options that forge gives.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, packages } from './compiler.mjs';

const cache = join(folder, 'obj', 'solc');

// Forge asks the same questions at each start, and loading the compiler takes longer than most tests.
const remember = (question, answer) => {
  const locked = readFileSync(join(packages, '..', 'package-lock.json'));
  const path = join(cache, createHash('sha256').update(locked).update(readFileSync(process.argv[1])).update(question).digest('hex'));
  if (existsSync(path)) {
    return readFileSync(path, 'utf8');
  }

  const text = answer(createRequire(join(packages, 'package.json'))('solc'));
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
  return text;
};

if (process.argv.includes('--version')) {
  // Forge reads versions with the name of a native platform only.
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${remember('version', solc => solc.version()).replace('Emscripten.clang', 'Linux.g++')}`);
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
  const question = JSON.stringify(input);
  const result = JSON.parse(remember(question, solc => solc.compile(question, { import: read })));
  result.errors = result.errors?.filter(error => error.severity === 'error' || !error.sourceLocation?.file.includes('node_modules'));
  process.stdout.write(JSON.stringify(result));
} else {
  console.error(`Unknown options: ${process.argv.slice(2).join(' ')}`);
  process.exitCode = 1;
}
