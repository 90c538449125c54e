// Changes the escrow in one small place at a time and runs the tests against each change; one that no test notices is a survivor.
// usage: node contracts/evm/mutation/mutate.mjs [--jobs N] [--only TEXT]
// Writes mutation/report.md and fails when a survivor is not explained in mutation/equivalent.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { compile, folder, forge } from '../compiler.mjs';

const contract = 'ChannelEscrow';
const file = `${contract}.sol`;

// What a change does to the contract's behaviour is the same without optimization, and compiles in a third of the time.
const optimizer = { enabled: false };

if (isMainThread) {
  await main();
} else {
  // A worker: compiles a mutant and answers what the tests say of it.
  parentPort.on('message', mutant => parentPort.postMessage({ mutant, verdict: judge(mutant) }));
}

function judge(mutant) {
  let bytecode;
  try {
    bytecode = compile({ [file]: mutant.source }, optimizer)[contract].bytecode;
  } catch {
    return 'invalid';
  }

  if (bytecode === workerData.bytecode) {
    return 'same code';
  }

  const artifact = join('obj', 'mutants', `${mutant.number}.json`);
  writeFileSync(join(folder, artifact), JSON.stringify({ bytecode }));
  // The unit tests are quick and notice most; fuzzing sees the rest only.
  const survived = [['--match-test', '^test_'], ['--match-test', 'Fuzz|invariant']].every(tests => spawnSync(
    forge(), ['test', '--fail-fast', '--no-match-contract', 'Gas', ...tests],
    {
      cwd: folder,
      env: { ...process.env, ESCROW_ARTIFACT: artifact, FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0', FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: `obj/mutants/${mutant.number}` },
      timeout: 300_000,
    }).status === 0);
  rmSync(join(folder, artifact));
  return survived ? 'survived' : 'killed';
}

async function main() {
  const option = name => process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
  const original = readFileSync(join(folder, 'src', file), 'utf8');
  const { bytecode } = compile({}, optimizer)[contract];
  mkdirSync(join(folder, 'obj', 'mutants'), { recursive: true });
  // Compiles the tests once, and shows that they pass before anything is changed.
  const clean = spawnSync(forge(), ['test', '--no-match-contract', 'Gas'], { cwd: folder });
  if (clean.status !== 0) {
    throw new Error(`The tests fail as it is:\n${clean.stdout}`);
  }

  const only = option('--only');
  const queue = mutants(original).filter(mutant => !only || mutant.line.includes(only));
  const total = queue.length;
  const results = [];
  await Promise.all(Array.from({ length: Number(option('--jobs') ?? 2) }, () => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { bytecode } });
    const next = () => queue.length > 0 ? worker.postMessage(queue.shift()) : worker.terminate().then(resolve);
    worker.on('error', reject);
    worker.on('message', ({ mutant, verdict }) => {
      results.push({ ...mutant, verdict });
      if (verdict === 'survived') {
        console.log(`survived: line ${mutant.at}: ${mutant.line.trim()}  =>  ${mutant.becomes.trim()}`);
      } else if (results.length % 20 === 0) {
        console.log(`${results.length} of ${total}`);
      }

      next();
    });
    next();
  })));

  const reasons = JSON.parse(readFileSync(join(folder, 'mutation', 'equivalent.json'), 'utf8'));
  const survivors = results.filter(result => result.verdict === 'survived').sort((a, b) => a.number - b.number);
  const reasonOf = ({ line, becomes }) => reasons.find(entry => line.trim() === entry.line && becomes.trim() === entry.becomes)?.reason;
  const unexplained = survivors.filter(survivor => !reasonOf(survivor));
  const count = verdict => results.filter(result => result.verdict === verdict).length;
  const summary = `${count('killed') + survivors.length} mutants that compile to other code: ${count('killed')} killed, ${survivors.length} survived, ${unexplained.length} of them unexplained.`;
  console.log(`${summary} (${count('same code')} compile to the same code, ${count('invalid')} do not compile.)`);
  if (!only) {
    const rows = survivors.map(s => `| ${s.line.trim().replaceAll('|', '\\|')} | ${s.becomes.trim().replaceAll('|', '\\|') || '(removed)'} | ${reasonOf(s) ?? 'none'} |`);
    writeFileSync(join(folder, 'mutation', 'report.md'), [
      `# Mutation testing of ${contract}`, '', 'Written by `node contracts/evm/mutation/mutate.mjs`.', '', summary, '',
      `A further ${count('same code')} compile to the same code as the original and ${count('invalid')} do not compile.`, '',
      ...(rows.length > 0 ? ['| Line | Becomes | Why no test can tell |', '|---|---|---|', ...rows, ''] : []),
    ].join('\n'));
  }

  rmSync(join(folder, 'obj', 'mutants'), { recursive: true, force: true });
  process.exitCode = unexplained.length > 0 ? 1 : 0;
}

/** Every change, each with the whole source that it makes. */
function mutants(source) {
  // One token for another, wherever the code has it.
  const swaps = [
    [/ <= /g, ' < ', ' > '], [/ >= /g, ' > ', ' < '], [/ < /g, ' <= ', ' > '], [/ > /g, ' >= ', ' < '], [/ == /g, ' != '], [/ != /g, ' == '],
    [/ && /g, ' || '], [/ \|\| /g, ' && '], [/ \+ /g, ' - '], [/ - /g, ' + '], [/ << /g, ' >> '], [/ >> /g, ' << '], [/ \| /g, ' & '], [/ & /g, ' | '],
    [/ % /g, ' / '], [/ \+= /g, ' -= ', ' = '], [/ -= /g, ' += '],
    [/(?<=[( ]|^)!(?=[A-Z])/g, ''], [/ nonReentrant\b/g, ''], [/^\s*nonReentrant$/g, ''],
    [/\bmsg\.sender\b/g, 'tx.origin'], [/\bchannel\.payer\b/g, 'channel.payee'], [/\bchannel\.payee\b/g, 'channel.payer'],
    [/\bgt\(/g, 'lt(', 'iszero(lt('], [/\blt\(/g, 'gt('], [/\bor\(/g, 'and('], [/\band\(/g, 'or('], [/\badd\(/g, 'sub('], [/\bsub\(/g, 'add('],
    [/\bshl\(/g, 'shr('], [/\bshr\(/g, 'shl('], [/\biszero\(/g, '('], [/\beq\(/g, 'lt('], [/\bcontinue\b/g, ''],
    [/\b0x[0-9a-f]+\b(?!\w)/g, number => `0x${(BigInt(number) + 1n).toString(16)}`], [/(?<![\w.])\d+(?![\w.]*\w)/g, number => String(Number(number) + 1)],
    [/\bStatus\.Open\b/g, 'Status.Closed'], [/\bStatus\.Closed\b/g, 'Status.Open', 'Status.None'],
  ];
  const lines = source.split('\n');
  const found = [];
  const put = (at, becomes) => {
    const changed = [...lines];
    changed[at] = becomes;
    found.push({ number: found.length, at: at + 1, line: lines[at], becomes, source: changed.join('\n') });
  };
  const start = lines.findIndex(line => line.startsWith('contract '));
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at].replace(/\s*\/\/.*$/, '');
    if (line.trim() === '' || /^\s*(event|error|using|enum|struct)\b/.test(line) || /^    (address|bytes32|uint256|\w+ indexed)? ?(indexed )?\w+[;,]$/.test(line)) {
      continue;
    }

    for (const [pattern, ...replacements] of swaps) {
      for (const match of line.matchAll(pattern)) {
        for (const replacement of replacements) {
          const text = typeof replacement === 'function' ? replacement(match[0]) : replacement;
          let rest = line.slice(match.index + match[0].length);
          if (text === 'iszero(lt(') {
            const close = closing(rest);
            if (close < 0) {
              continue;
            }

            rest = `${rest.slice(0, close)})${rest.slice(close)}`;
          }

          put(at, line.slice(0, match.index) + text + rest);
        }
      }
    }

    // A condition that never holds, one that always does, and a statement left out.
    const condition = /^(\s*(?:else )?if )\((.*)\) (revert|return|_pay|\{)/.exec(line);
    if (condition) {
      put(at, line.replace(`(${condition[2]})`, '(false)'));
      put(at, line.replace(`(${condition[2]})`, '(true)'));
    } else if (/^ {8}/.test(line) && /^\s*(emit \w+\(.*\);|_?\w+(\[\w+\])? [-+]?= .*;|_\w+\(.*\);|(mstore|sstore|log2|pop)\(.*\)|\w+ := .*|if iszero.*|try .*|[A-Za-z]\w*\(.*\)\.\w+\(.*\);)$/.test(line)) {
      put(at, '');
    }
  }

  return found;
}

/** Where the bracket that is open before the text closes. */
function closing(text) {
  let depth = 1;
  for (let at = 0; at < text.length; at++) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    if (depth === 0) {
      return at;
    }
  }

  return -1;
}
