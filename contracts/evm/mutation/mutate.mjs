// Changes a contract in one small place at a time and runs its tests against each change; one that no test notices is a survivor.
// usage: node contracts/evm/mutation/mutate.mjs CONTRACT [--jobs N] [--only TEXT]
// CONTRACT.json beside this script says why some survivors cannot be noticed ("equivalent"), which words may stand for each other ("swaps"), and
// where its code is when not in one source ("sources").
// Writes CONTRACT.md and fails when a survivor is not explained. The tests of a contract are those in its folder below test.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { compile, folder, forge, sourceNames } from '../compiler.mjs';
import { mutants } from './mutants.mjs';

// What a change does to the contract's behaviour is the same without optimization, and compiles in a third of the time; without the
// intermediate language in a twentieth, where no function has too many variables for that.
const pipelines = [{ optimizer: { enabled: false }, viaIR: false }, { optimizer: { enabled: false }, viaIR: true }];

if (isMainThread) {
  await main();
} else {
  // A worker: compiles a mutant and answers what the tests say of it.
  parentPort.on('message', mutant => parentPort.postMessage({ mutant, verdict: judge(mutant, workerData) }));
}

function judge(mutant, { name, bytecode, pipeline }) {
  let changed;
  try {
    changed = compile({ changed: { [mutant.file]: mutant.source }, only: name, ...pipeline })[name].bytecode;
  } catch {
    return 'invalid';
  }

  if (changed === bytecode) {
    return 'same code';
  }

  const contract = name.split('/').at(-1);
  const artifact = join('obj', 'mutants', `${contract}-${mutant.number}.json`);
  writeFileSync(join(folder, artifact), JSON.stringify({ bytecode: changed }));
  const run = spawnSync(forge(), ['test', '--fail-fast'], {
    cwd: folder,
    env: {
      ...testsOf(contract),
      [`ARTIFACT_OF_${name}`]: artifact,
      FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0',
      FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: `obj/mutants/${contract}-${mutant.number}`,
      FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: `obj/mutants/${contract}-${mutant.number}`,
    },
    timeout: 1_800_000,
  });
  // Tests that could not be run to their end say nothing.
  if (run.error || (run.status !== 0 && !run.stdout.includes('[FAIL'))) {
    throw run.error ?? new Error(`${run.stdout}${run.stderr}`);
  }

  rmSync(join(folder, artifact));
  rmSync(join(folder, 'obj', 'mutants', `${contract}-${mutant.number}`), { recursive: true, force: true });
  return run.status === 0 ? 'survived' : 'killed';
}

/** The environment in which forge sees the tests of one contract only, without a filter: for a filter it would compile again, each time. */
function testsOf(contract) {
  return {
    ...process.env,
    FOUNDRY_TEST: `test/${contract}`,
    FOUNDRY_OUT: `obj/mutation/${contract}/out`,
    FOUNDRY_CACHE_PATH: `obj/mutation/${contract}/cache`,
    // What a mutant costs is no news.
    FORGE_SNAPSHOT_EMIT: 'false',
  };
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
  const { pipeline, bytecode } = quickest(name);
  mkdirSync(join(folder, 'obj', 'mutants'), { recursive: true });
  // Compiles the tests once, and shows that they pass before anything is changed.
  const clean = spawnSync(forge(), ['test'], { cwd: folder, env: testsOf(contract) });
  if (clean.status !== 0) {
    throw new Error(`The tests fail as it is:\n${clean.stdout}`);
  }

  const only = option('--only');
  const all = sources.flatMap(file => mutants(readFileSync(join(folder, 'src', `${file}.sol`), 'utf8'), swaps).map(mutant => ({ ...mutant, file })));
  const queue = all.map((mutant, number) => ({ ...mutant, number })).filter(mutant => !only || mutant.line.includes(only));
  const results = await run(queue, { name, bytecode, pipeline }, Number(option('--jobs') ?? 2));
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

function quickest(name) {
  const [quick, sure] = pipelines;
  try {
    return { pipeline: quick, bytecode: compile({ only: name, ...quick })[name].bytecode };
  } catch {
    return { pipeline: sure, bytecode: compile({ only: name, ...sure })[name].bytecode };
  }
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
