// Names cases, runs them one after the other, and prints a line for each and a count at the end.
import assert from 'node:assert/strict';

/** Every case so far, in order. */
export const cases = [];

/** Adds a case; its name says what is done and what must come of it. */
export function test(name, body) {
  assert(!cases.some(other => other.name === name), `two cases have the name '${name}'`);
  cases.push({ name, body });
}

/** Runs every case whose name contains the filter, and answers how many failed. */
export async function runCases(filter = '', isQuiet = false) {
  let passed = 0;
  const failures = [];
  for (const { name, body } of cases.filter(other => other.name.includes(filter))) {
    try {
      await body();
      passed++;
      if (!isQuiet) {
        console.log(`ok      ${name}`);
      }
    } catch (error) {
      failures.push(name);
      console.log(`FAILED  ${name}\n${error.stack}`);
    }
  }

  console.log(`${passed} passed, ${failures.length} failed${failures.length ? `: ${failures.join('; ')}` : ''}`);
  return failures.length;
}
