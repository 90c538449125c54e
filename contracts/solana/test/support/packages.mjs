// The pinned packages of tests/interop, whatever folder the tests are started in.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const require = createRequire(join(folder, '..', '..', 'tests', 'interop', 'package.json'));

export const kit = require('@solana/kit');
export const litesvm = require('litesvm');
