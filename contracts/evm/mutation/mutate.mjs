// Changes a contract in one small place at a time and runs its tests against each change; one that no test notices is a survivor.
// usage: node contracts/evm/mutation/mutate.mjs CONTRACT [--jobs N] [--only TEXT]
// CONTRACT.json beside this script says why some survivors cannot be noticed ("equivalent"), which words may stand for each other ("swaps"), and
// where its code is when not in one source ("sources").
// Writes CONTRACT.md and fails when a survivor is not explained. The tests of a contract are those whose name begins with its name.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { compile, folder, forge, sourceNames } from '../compiler.mjs';
import { mutants } from './mutants.mjs';

// What a change does to the contract's behaviour is the same without optimization, and compiles in a third of the time.
const optimizer = { enabled: false };

if (isMainThread) {
  await main();
} else {
  // A worker: compiles a mutant and answers what the tests say of it.
  parentPort.on('message', mutant => parentPort.postMessage({ mutant, verdict: judge(mutant, workerData) }));
}

function judge(mutant, { name, bytecode }) {
  let changed;
  try {
    changed = compile({ changed: { [mutant.file]: mutant.source }, only: name, optimizer })[name].bytecode;
  } catch {
    return 'invalid';
  }

  if (changed === bytecode) {
    return 'same code';
  }

  const contract = name.split('/').at(-1);
  const artifact = join('obj', 'mutants', `${contract}-${mutant.number}.json`);
  writeFileSync(join(folder, artifact), JSON.stringify({ bytecode: changed }));
  // The unit tests are quick and notice most; fuzzing sees the rest only.
  const survived = [['--match-test', '^test_'], ['--match-test', 'Fuzz|invariant']].every(tests => spawnSync(
    forge(), ['test', '--fail-fast', '--match-contract', `^${contract}`, '--no-match-contract', 'Gas', ...tests],
    {
      cwd: folder,
      env: {
        ...process.env,
        [`ARTIFACT_OF_${name}`]: artifact,
        FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0',
        FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: `obj/mutants/${contract}-${mutant.number}`,
        FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: `obj/mutants/${contract}-${mutant.number}`,
      },
      timeout: 300_000,
    }).status === 0);
  rmSync(join(folder, artifact));
  rmSync(join(folder, 'obj', 'mutants', `${contract}-${mutant.number}`), { recursive: true, force: true });
  return survived ? 'survived' : 'killed';
}

async function main() {
  const option = name => process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
  const contract = process.argv[2];
  const name = sourceNames().find(source => source.split('/').at(-1) === contract);
  if (!name) {
    throw new Error('usage: node contracts/evm/mutation/mutate.mjs CONTRACT [--jobs N] [--only TEXT]');
  }

  const told = join(folder, 'mutation', `${contract}.json`);
  const { sources = [name], swaps = [], equivalent = [] } = existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) : {};
  const { bytecode } = compile({ only: name, optimizer })[name];
  mkdirSync(join(folder, 'obj', 'mutants'), { recursive: true });
  // Compiles the tests once, and shows that they pass before anything is changed.
  const clean = spawnSync(forge(), ['test', '--match-contract', `^${contract}`, '--no-match-contract', 'Gas'], { cwd: folder });
  if (clean.status !== 0) {
    throw new Error(`The tests fail as it is:\n${clean.stdout}`);
  }

  const only = option('--only');
  const all = sources.flatMap(file => mutants(readFileSync(join(folder, 'src', `${file}.sol`), 'utf8'), swaps).map(mutant => ({ ...mutant, file })));
  const queue = all.map((mutant, number) => ({ ...mutant, number })).filter(mutant => !only || mutant.line.includes(only));
  const results = await run(queue, { name, bytecode }, Number(option('--jobs') ?? 2));
  const survivors = results.filter(result => result.verdict === 'survived').sort((a, b) => a.number - b.number);
  const reasonOf = ({ line, becomes }) => equivalent.find(entry => line.trim() === entry.line && becomes.trim() === entry.becomes)?.reason;
  const unexplained = survivors.filter(survivor => !reasonOf(survivor));
  const count = verdict => results.filter(result => result.verdict === verdict).length;
  const summary = `${count('killed') + survivors.length} mutants that compile to other code: ${count('killed')} killed, ${survivors.length} survived, ${unexplained.length} of them unexplained.`;
  console.log(`${summary} (${count('same code')} compile to the same code, ${count('invalid')} do not compile.)`);
  if (!only) {
    const rows = survivors.map(s => `| ${s.line.trim().replaceAll('|', '\\|')} | ${s.becomes.trim().replaceAll('|', '\\|') || '(removed)'} | ${reasonOf(s) ?? 'none'} |`);
    writeFileSync(join(folder, 'mutation', `${contract}.md`), [
      `# Mutation testing of ${contract}`, '', `Written by \`node contracts/evm/mutation/mutate.mjs ${contract}\`.`, '', summary, '',
      `A further ${count('same code')} compile to the same code as the original and ${count('invalid')} do not compile.`, '',
      ...(rows.length > 0 ? ['| Line | Becomes | Why no test can tell |', '|---|---|---|', ...rows, ''] : []),
    ].join('\n'));
  }

  process.exitCode = unexplained.length > 0 ? 1 : 0;
}

/** Judges the mutants in a few workers. */
async function run(queue, workerData, jobs) {
  const total = queue.length;
  const results = [];
  await Promise.all(Array.from({ length: jobs }, () => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData });
    const next = () => queue.length > 0 ? worker.postMessage(queue.shift()) : worker.terminate().then(resolve);
    worker.on('error', reject);
    worker.on('message', ({ mutant, verdict }) => {
      results.push({ ...mutant, verdict });
      if (verdict === 'survived') {
        console.log(`survived: ${mutant.file}, line ${mutant.at}: ${mutant.line.trim()}  =>  ${mutant.becomes.trim()}`);
      } else if (results.length % 20 === 0) {
        console.log(`${results.length} of ${total}`);
      }

      next();
    });
    next();
  })));
  return results;
}
