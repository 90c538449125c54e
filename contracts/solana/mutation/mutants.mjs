// Every small change of a C source that mutate.mjs tries.

// One token for another, wherever the code has it.
const swaps = [
  [/ <= /g, ' < ', ' > '], [/ >= /g, ' > ', ' < '], [/ < /g, ' <= ', ' > '], [/ > /g, ' >= ', ' < '], [/ == /g, ' != '], [/ != /g, ' == '],
  [/ && /g, ' || '], [/ \|\| /g, ' && '], [/ \+ /g, ' - '], [/ - /g, ' + '], [/ \* /g, ' / '], [/ \/ /g, ' * '], [/ % /g, ' / '], [/ \+= /g, ' -= ', ' = '],
  [/ \| /g, ' & '], [/ & /g, ' | '], [/(?<=[( ])!(?=[A-Za-z(])/g, ''], [/\btrue\b/g, 'false'], [/\bfalse\b/g, 'true'], [/\bbreak;/g, ''], [/\bcontinue;/g, ''],
  [/\bWRITES \| SIGNS\b/g, 'WRITES', 'SIGNS'], [/\bSIGNS\b/g, 'READS'], [/\bWRITES\b/g, 'READS'],
  [/\b0x[0-9a-f]+(?=\w*)/g, number => `0x${(BigInt(number) + 1n).toString(16)}`], [/(?<![\w.])\d+(?![\w.]*\w)/g, number => String(Number(number) + 1)],
];

const statuses = ['STATUS_OPEN', 'STATUS_SEALED', 'STATUS_CLOSING', 'STATUS_DISTRIBUTED'];
for (const status of statuses) {
  swaps.push([new RegExp(`\\b${status}\\b(?! = \\d)`, 'g'), ...statuses.filter(other => other !== status)]);
}

// What a statement is that can be left out: an assignment, a call for its effect, a check.
const statement = /^\s*((?:[\w.*>[\]-]+(?:\[[^=]*\])?) [+]?= .*;|(TRY|REQUIRE|write_u\d+|address_copy|invocation_\w+|account_\w+)\(.*\);)$/;

/** Every change of a source, each with the whole source that it makes. */
export function mutants(source) {
  const lines = source.split('\n');
  const found = [];
  const put = (at, becomes) => {
    const changed = [...lines];
    changed[at] = becomes;
    found.push({ at: at + 1, line: lines[at], becomes, source: changed.join('\n') });
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (/^\s*(\/\/|#include|#pragma|typedef|_Static_assert|\}|$)/.test(line) || /^static const Address|^ +0x[0-9a-f]{2}, /.test(line) || line.includes('{{0x') || line.includes('notice[]')) {
      continue;
    }

    // A pointer's star is no product, and what follows the code is no code.
    for (const [pattern, ...replacements] of swaps) {
      for (const match of line.matchAll(pattern)) {
        for (const replacement of replacements) {
          const text = typeof replacement === 'function' ? replacement(match[0]) : replacement;
          put(at, line.slice(0, match.index) + text + line.slice(match.index + match[0].length));
        }
      }
    }

    const condition = /^(\s*(?:\} else )?if )\((.*)\) \{$/.exec(line);
    if (condition) {
      put(at, `${condition[1]}(false) {`);
      put(at, `${condition[1]}(true) {`);
    } else if (statement.test(line)) {
      put(at, '');
    }
  }

  return found;
}
