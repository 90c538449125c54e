// Compiles the contracts into artifacts/, whose folders are those of src/. With --check it writes nothing and fails when an artifact is not what the sources give.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile, folder, print } from './compiler.mjs';

const check = process.argv.includes('--check');
const target = join(folder, 'artifacts');
const artifacts = compile();
const stale = [];
for (const [name, artifact] of Object.entries(artifacts)) {
  const path = join(target, `${name}.json`);
  const text = print(artifact);
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else if (!existsSync(path) || readFileSync(path, 'utf8').replaceAll('\r\n', '\n') !== text) {
    stale.push(name);
  }
}

const left = readdirSync(target, { recursive: true }).filter(file => file.endsWith('.json'))
  .map(file => file.replaceAll('\\', '/').replace('.json', '')).filter(name => !(name in artifacts));
if (check) {
  stale.push(...left);
} else {
  left.forEach(name => rmSync(join(target, `${name}.json`)));
}

if (stale.length > 0) {
  console.error(`Not what the sources compile to: ${stale.join(', ')}. Run 'node contracts/evm/build.mjs'.`);
  process.exitCode = 1;
}
