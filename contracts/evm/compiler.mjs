// The pinned compiler and libraries, and how the contracts are compiled; shared by the build and by what tests it.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = dirname(fileURLToPath(import.meta.url));
export const packages = join(folder, '..', '..', 'tests', 'interop', 'node_modules');

// What is deployed, and therefore tested: the tests take the bytecode of artifacts/, however they are compiled themselves.
const settings = {
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: true,
  evmVersion: 'prague',
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};

/** The sources under src, as paths below it without '.sol'. */
export const sourceNames = () => readdirSync(join(folder, 'src'), { recursive: true })
  .filter(name => name.endsWith('.sol')).map(name => name.replaceAll('\\', '/').replace('.sol', '')).sort();

/**
 * Compiles every contract under src, or the source `only`; answers a map of the contract's name, with its folder below src, to what artifacts/ holds of it.
 * `changed` replaces sources by name.
 */
export function compile({ changed = {}, only, optimizer = settings.optimizer, viaIR = settings.viaIR } = {}) {
  const require = createRequire(join(packages, 'package.json'));
  const solc = require('solc');
  const sources = {};
  const outputSelection = {};
  const textOf = name => changed[name] ?? readFileSync(join(folder, 'src', `${name}.sol`), 'utf8');
  for (const name of only ? [only] : sourceNames()) {
    outputSelection[`src/${name}.sol`] = { '*': ['abi', 'evm.bytecode.object'] };
    sources[`src/${name}.sol`] = { content: textOf(name) };
  }

  const read = path => {
    try {
      return { contents: path.startsWith('src/') ? textOf(path.slice(4).replace('.sol', '')) : readFileSync(join(packages, path), 'utf8') };
    } catch (error) {
      return { error: error.message };
    }
  };
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings: { ...settings, optimizer, viaIR, outputSelection } }), { import: read }));

  // Warnings about our own sources count; those about the libraries are for their authors.
  const complaints = (output.errors ?? []).filter(error => error.severity === 'error' || error.sourceLocation?.file.startsWith('src/')).map(error => error.formattedMessage);
  if (complaints.length > 0) {
    throw new Error(complaints.join('\n'));
  }

  const artifacts = {};
  for (const [source, contracts] of Object.entries(output.contracts ?? {}).filter(([source]) => source in sources)) {
    for (const [name, contract] of Object.entries(contracts)) {
      const bytecode = contract.evm.bytecode.object;
      if (bytecode.length > 0) {
        artifacts[`${source.slice(4, source.lastIndexOf('/') + 1)}${name}`] = { contractName: name, compiler: solc.version(), abi: contract.abi, bytecode: `0x${bytecode}` };
      }
    }
  }

  return artifacts;
}

/** The forge of the packages for this platform; its launcher needs an install script, which is not run. */
export const forge = () => {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'win32' }[process.platform];
  const processor = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  return join(packages, '@foundry-rs', `forge-${system}-${processor}`, 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge');
};

/** How an artifact is written. */
export const print = artifact => `${JSON.stringify(artifact, null, 2)}\n`;
