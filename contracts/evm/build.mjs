// Compiles the contracts into artifacts/. With --check it writes nothing and fails when an artifact is not what the sources give.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, folder, print } from './compiler.mjs';

const check = process.argv.includes('--check');
const target = join(folder, 'artifacts');
const artifacts = compile();
const stale = [];
mkdirSync(target, { recursive: true });
for (const [name, artifact] of Object.entries(artifacts)) {
  const path = join(target, `${name}.json`);
  const text = print(artifact);
  if (!check) {
    writeFileSync(path, text);
  } else if (!existsSync(path) || readFileSync(path, 'utf8').replaceAll('\r\n', '\n') !== text) {
    stale.push(name);
  }
}

stale.push(...readdirSync(target).map(file => file.replace('.json', '')).filter(name => !(name in artifacts)));
if (stale.length > 0) {
  console.error(`Not what the sources compile to: ${stale.join(', ')}. Run 'node contracts/evm/build.mjs'.`);
  process.exitCode = 1;
}
