// Changes the payment-channels program in one small place at a time and runs its tests against each change; one that no test notices is a survivor.
// usage: node contracts/solana/mutation/mutate.mjs [--jobs N] [--again | --library | --only TEXT | --file NAME]
// --library changes the headers that programs share instead, and writes nothing.
// --again judges only what survived the last time, for when cases were added and the program stayed as it is.
// payment_channels.json beside this script says why some survivors cannot be noticed. Writes payment_channels.md and fails when a survivor is not explained.
// What an instruction costs is not among the tests here: a change that only costs more is no news.
import { fork, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cases } from '../test/support/cases.mjs';
import { replacements } from '../test/support/chain.mjs';
import { folder } from '../test/support/packages.mjs';
import { mutants } from './mutants.mjs';

const program = 'payment_channels';
const sources = 'payment-channels';
const linker = join(folder, '..', '..', 'tools', 'sbpf-linker');
const flags = ['-target', 'bpf', '-mcpu=v2', '-std=c11', '-O2', '-ffreestanding', '-fno-builtin', '-fno-jump-tables', '-fno-asynchronous-unwind-tables', '-fno-ident', '-nostdinc', '-w', '-c', '-Iinclude'];

// The numbers of errors.h are held by the tests' own list of codes.
const headers = ['include/solana/account.h', 'include/solana/entrypoint.h', 'include/solana/invoke.h', 'include/solana/sysvars.h', 'include/solana/system.h', 'include/solana/token.h',
  'include/solana/associated.h', 'include/solana/bytes.h', 'include/solana/address.h', `${sources}/channel.h`, `${sources}/splits.h`, `${sources}/instructions.h`, `${sources}/token_accounts.h`];

const option = name => process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
const scratch = mkdtempSync(join(tmpdir(), 'mutation-'));
const listOfSources = readdirSync(join(folder, sources)).filter(name => name.endsWith('.c')).sort();
['include', sources].forEach(name => cpSync(join(folder, name), join(scratch, name), { recursive: true }));

function run(command, ...parameters) {
  const result = spawnSync(command, parameters, { cwd: scratch, timeout: 60_000, encoding: 'utf8' });
  if (result.error) {
    throw result.error;
  }

  return result.status === 0;
}

const compile = source => run(process.env.DEPIN_CLANG14 || 'clang-14', ...flags, `${sources}/${source}`, '-o', `${source}.o`);
const tool = readdirSync(join(linker, 'bin', 'Debug'), { recursive: true }).find(name => /sbpf-?linker\.dll$/i.test(name)) ?? '';

/** The program that the scratch folder's sources make, or null. */
function link() {
  return run('dotnet', join(linker, 'bin', 'Debug', tool), '-o', 'out.so', ...listOfSources.map(source => `${source}.o`)) ? readFileSync(join(scratch, 'out.so')) : null;
}

/** Whether some case notices the program; the case that noticed the last one is asked first. */
async function isNoticed(bytes) {
  replacements.set(`${program}.so`, bytes);
  for (const one of [...cases]) {
    try {
      await one.body();
    } catch {
      cases.splice(cases.indexOf(one), 1);
      cases.unshift(one);
      return true;
    }
  }

  return false;
}

const textOf = file => readFileSync(join(scratch, file), 'utf8');
const files = (process.argv.includes('--library') ? headers : listOfSources.map(name => `${sources}/${name}`)).filter(name => !option('--file') || name.includes(option('--file')));
const everything = files.flatMap(file => mutants(textOf(file)).map(mutant => ({ ...mutant, file, original: textOf(file) }))).filter(mutant => !option('--only') || mutant.line.includes(option('--only')));


// What became of a whole run, for --again: how many of each verdict, and which survived.
const kept = join(folder, 'obj', 'mutation', `${program}.json`);
const last = process.argv.includes('--again') ? JSON.parse(readFileSync(kept, 'utf8')) : null;
const queue = last ? everything.filter((_, number) => last.survived.includes(number)) : everything;

/** Judges the mutants of one of several processes, and hands each verdict on. */
async function judge(part, parts, answer) {
  for (const file of readdirSync(join(folder, 'test', sources)).filter(name => !['program.mjs', 'scene.mjs', 'refusals.mjs', 'compute.mjs'].includes(name)).sort()) {
    await import(pathToFileURL(join(folder, 'test', sources, file)));
  }

  if (!listOfSources.every(compile)) {
    throw new Error('the program does not compile as it is');
  }

  const original = link();
  mkdirSync(join(scratch, 'original'));
  const restore = (source, from, to) => cpSync(join(scratch, from, `${source}.o`), join(scratch, to, `${source}.o`));
  listOfSources.forEach(source => restore(source, '.', 'original'));
  if (await isNoticed(original)) {
    throw new Error(`the tests fail as it is: ${cases[0].name}`);
  }

  for (let number = part; number < queue.length; number += parts) {
    const mutant = queue[number];
    writeFileSync(join(scratch, mutant.file), mutant.source);
    const affected = mutant.file.endsWith('.h') ? listOfSources : [basename(mutant.file)];
    const bytes = affected.every(compile) ? link() : null;
    const verdict = bytes === null ? 'invalid' : bytes.equals(original) ? 'same code' : await isNoticed(bytes) ? 'killed' : 'survived';
    answer({ number, verdict });

    // Back to what it was, for the next one.
    writeFileSync(join(scratch, mutant.file), mutant.original);
    affected.forEach(source => restore(source, 'original', '.'));
  }
}

const results = [];
function note({ number, verdict }) {
  const mutant = { ...queue[number], number, verdict };
  results.push(mutant);
  if (verdict === 'survived') {
    console.log(`survived: ${mutant.file}, line ${mutant.at}: ${mutant.line.trim()}  =>  ${mutant.becomes.trim()}`);
  } else if (results.length % 50 === 0) {
    console.log(`${results.length} of ${queue.length}`);
  }
}

const [part, parts] = (process.env.MUTATION_PART ?? `0/${option('--jobs') ?? 2}`).split('/').map(Number);
if (process.send) {
  await judge(part, parts, verdict => process.send(verdict));
  rmSync(scratch, { recursive: true, force: true });
  process.exit();
}

await Promise.all(Array.from({ length: parts }, (_, i) => new Promise((resolve, reject) => {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { env: { ...process.env, MUTATION_PART: `${i}/${parts}` } });
  child.on('message', note);
  child.on('exit', code => code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`)));
})));
results.sort((a, b) => a.number - b.number);

const told = join(folder, 'mutation', `${program}.json`);
const { equivalent } = existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) : { equivalent: [] };
const reasonOf = ({ file, line, becomes }) => equivalent.find(entry => (!entry.file || file.endsWith(entry.file)) && line.trim() === entry.line && (entry.becomes === undefined || becomes.trim() === entry.becomes))?.reason;
const survivors = results.filter(result => result.verdict === 'survived');
const unexplained = survivors.filter(survivor => !reasonOf(survivor));
const earlier = verdict => last?.counts[verdict] ?? 0;
const count = verdict => results.filter(result => result.verdict === verdict).length + earlier(verdict);
const summary = `${count('killed') + survivors.length} mutants that compile to other code: ${count('killed')} killed, ${survivors.length} survived, ${unexplained.length} of them unexplained.`;
console.log(`${summary} (${count('same code')} compile to the same code, ${count('invalid')} do not compile.)`);
if (!option('--only') && !option('--file') && !process.argv.includes('--library')) {
  mkdirSync(join(folder, 'obj', 'mutation'), { recursive: true });
  const numberOf = survivor => everything.findIndex(mutant => mutant.file === survivor.file && mutant.at === survivor.at && mutant.becomes === survivor.becomes);
  writeFileSync(kept, JSON.stringify({ counts: Object.fromEntries(['killed', 'same code', 'invalid'].map(verdict => [verdict, count(verdict)])), survived: survivors.map(numberOf) }));
  const cell = text => text.trim().replaceAll('|', '\\|') || '(removed)';
  writeFileSync(join(folder, 'mutation', `${program}.md`), [
    `# Mutation testing of ${program}`, '', 'Written by `node contracts/solana/mutation/mutate.mjs`.', '', summary, '',
    `A further ${count('same code')} compile to the same code as the original and ${count('invalid')} do not compile.`, '',
    ...(survivors.length ? ['| File | Line | Becomes | Why no test can tell |', '|---|---|---|---|', ...survivors.map(s => `| ${s.file} | ${cell(s.line)} | ${cell(s.becomes)} | ${reasonOf(s) ?? 'none'} |`), ''] : []),
  ].join('\n'));
}

rmSync(scratch, { recursive: true, force: true });
process.exitCode = unexplained.length ? 1 : 0;
