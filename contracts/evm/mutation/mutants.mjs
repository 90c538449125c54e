// Every small change of a source that mutate.mjs tries.

// One token for another, wherever the code has it.
const swaps = [
  [/ <= /g, ' < ', ' > '], [/ >= /g, ' > ', ' < '], [/ < /g, ' <= ', ' > '], [/ > /g, ' >= ', ' < '], [/ == /g, ' != '], [/ != /g, ' == '],
  [/ && /g, ' || '], [/ \|\| /g, ' && '], [/ \+ /g, ' - '], [/ - /g, ' + '], [/ \* /g, ' / '], [/ \/ /g, ' * '], [/ << /g, ' >> '], [/ >> /g, ' << '],
  [/ \| /g, ' & '], [/ & /g, ' | '], [/ % /g, ' / '], [/ \+= /g, ' -= ', ' = '], [/ -= /g, ' += ', ' = '], [/ \|= /g, ' = ', ' &= '],
  [/(?<=[( ]|^)!(?=[A-Za-z])/g, ''], [/\btrue\b/g, 'false'], [/\bfalse\b/g, 'true'], [/ (nonReentrant|only[A-Z]\w*|when[A-Z]\w*)\b(?!\()/g, ''], [/^\s*(nonReentrant|only[A-Z]\w*|when[A-Z]\w*)$/g, ''],
  [/\bmsg\.sender\b/g, 'tx.origin'],
  [/\bgt\(/g, 'lt(', 'iszero(lt('], [/\blt\(/g, 'gt('], [/\bor\(/g, 'and('], [/\band\(/g, 'or('], [/\badd\(/g, 'sub('], [/\bsub\(/g, 'add('],
  [/\bshl\(/g, 'shr('], [/\bshr\(/g, 'shl('], [/\biszero\(/g, '('], [/\beq\(/g, 'lt('], [/\bcontinue\b/g, ''],
  [/\b0x[0-9a-f]+\b(?!\w)/g, number => `0x${(BigInt(number) + 1n).toString(16)}`], [/(?<![\w.])\d+(?![\w.]*\w)/g, number => String(Number(number) + 1)],
];

// Lines that declare and do nothing.
const declaration = /^\s*(event|error|using|enum|struct|import|function|modifier)\b|^    (address|bytes32|uint256|\w+ indexed)? ?(indexed )?\w+[;,]$/;
const statement = /^\s*(emit \w+\(.*\);|delete .*;|[\w.]+(\[[^=]*\])?(\.\w+)? [-+|&]?= .*;|_\w+\(.*\);|(mstore|sstore|log2|pop)\(.*\)|\w+ := .*|if iszero.*|try .*|[A-Za-z]\w*\(.*\)\.\w+\(.*\);|[a-z]\w*(\.\w+)+\(.*\);)$/;

/** Every change of a source, each with the whole source that it makes. `own` are swaps of words that this contract alone has. */
export function mutants(source, own = []) {
  const words = own.map(([from, ...to]) => [new RegExp(`\\b${from.replaceAll('.', '\\.')}\\b`, 'g'), ...to]);
  const all = [...swaps, ...words, ...membersOf(source)];
  const lines = source.split('\n');
  const found = [];
  const put = (at, becomes) => {
    const changed = [...lines];
    changed[at] = becomes;
    found.push({ number: found.length, at: at + 1, line: lines[at], becomes, source: changed.join('\n') });
  };
  const start = lines.findIndex(line => /^(abstract )?contract /.test(line));
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at].replace(/\s*\/\/.*$/, '');
    if (line.trim() === '' || (declaration.test(line) && !/\b(nonReentrant|only[A-Z]|when[A-Z])/.test(line))) {
      continue;
    }

    for (const [pattern, ...replacements] of all) {
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
    const before = /^\s*(?:\} )?(?:else )?if \(/.exec(line)?.[0];
    const length = before === undefined ? -1 : closing(line.slice(before.length));
    if (length >= 0) {
      const after = line.slice(before.length + length);
      put(at, `${before}false${after}`);
      put(at, `${before}true${after}`);
    } else if (/^ {8}/.test(line) && statement.test(line)) {
      put(at, '');
    }
  }

  return found;
}

/** Each member of an enum of the source for each other. */
function membersOf(source) {
  return [...source.matchAll(/enum (\w+) \{([^}]*)\}/g)].flatMap(([, name, body]) => {
    const members = body.replace(/\/\/.*$/gm, '').split(',').map(member => member.trim()).filter(member => member !== '');
    return members.map(member => [new RegExp(`\\b${name}\\.${member}\\b`, 'g'), ...members.filter(other => other !== member).map(other => `${name}.${other}`)]);
  });
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
