// Runs after all others: every error of the program has been provoked by some case.
import assert from 'node:assert/strict';
import { test } from '../support/cases.mjs';
import { errors } from './program.mjs';
import { refused } from './scene.mjs';

test('every error of the stake program was provoked', () => {
  assert.deepEqual(Object.keys(errors).filter(name => !refused.has(errors[name])), []);
});
