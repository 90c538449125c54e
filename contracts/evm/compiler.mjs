// The pinned compiler and libraries, and how the contracts are compiled; shared by the build and by what tests it.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = dirname(fileURLToPath(import.meta.url));
export const packages = join(folder, '..', '..', 'tests', 'interop', 'node_modules');

// The settings of foundry.toml, so that what is tested is what is deployed.
const settings = {
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: true,
  evmVersion: 'prague',
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};

/** Compiles every contract under src; answers a map of its name to what artifacts/ holds of it. `changed` replaces sources by name. */
export function compile(changed = {}, optimizer = settings.optimizer) {
  const require = createRequire(join(packages, 'package.json'));
  const solc = require('solc');
  const sources = {};
  const outputSelection = {};
  for (const name of readdirSync(join(folder, 'src')).filter(name => name.endsWith('.sol')).sort()) {
    outputSelection[`src/${name}`] = { '*': ['abi', 'evm.bytecode.object'] };
    sources[`src/${name}`] = { content: changed[name] ?? readFileSync(join(folder, 'src', name), 'utf8') };
  }

  const read = path => {
    try {
      return { contents: readFileSync(join(packages, path), 'utf8') };
    } catch (error) {
      return { error: error.message };
    }
  };
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings: { ...settings, optimizer, outputSelection } }), { import: read }));

  // Warnings about our own sources count; those about the libraries are for their authors.
  const complaints = (output.errors ?? []).filter(error => error.severity === 'error' || error.sourceLocation?.file.startsWith('src/')).map(error => error.formattedMessage);
  if (complaints.length > 0) {
    throw new Error(complaints.join('\n'));
  }

  const artifacts = {};
  for (const source of Object.keys(sources)) {
    for (const [name, contract] of Object.entries(output.contracts[source] ?? {})) {
      const bytecode = contract.evm.bytecode.object;
      if (bytecode.length > 0) {
        artifacts[name] = { contractName: name, compiler: solc.version(), abi: contract.abi, bytecode: `0x${bytecode}` };
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
