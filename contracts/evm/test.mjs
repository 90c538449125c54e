// Runs the Solidity tests with forge against the committed bytecode. With --gas it writes gas/ anew; without, another figure is a failure.
// Other options go to forge: node contracts/evm/test.mjs --match-test Settle -vvvv
import { spawnSync } from 'node:child_process';
import { folder, forge } from './compiler.mjs';

const options = process.argv.slice(2).filter(option => option !== '--gas');
const env = { ...process.env, FORGE_SNAPSHOT_CHECK: String(options.length === process.argv.length - 2) };
const run = spawnSync(forge(), ['test', ...options], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
if (run.error) {
  throw run.error;
}

process.exitCode = run.status ?? 1;
