// Puts instructions into the bytes of a version 0 transaction message.
import { encode } from './keys.mjs';

const compact = value => value < 0x80 ? Buffer.from([value]) : Buffer.from([value & 0x7f | 0x80, value >> 7]);
const list = items => Buffer.concat([compact(items.length), ...items]);

/** An account of an instruction. */
export const reads = address => ({ address, signer: false, writable: false });
export const writes = address => ({ address, signer: false, writable: true });
export const signs = address => ({ address, signer: true, writable: false });
export const signsAndWrites = address => ({ address, signer: true, writable: true });

/** The message's bytes and the addresses that must sign it, in order; `tables` are { address, addresses }. */
export function compile(feePayer, instructions, blockhash, tables = []) {
  const uses = new Map([[feePayer, { signer: true, writable: true, invoked: false }]]);
  const use = (address, signer, writable, invoked) => {
    const known = uses.get(address) ?? { signer: false, writable: false, invoked: false };
    uses.set(address, { signer: known.signer || signer, writable: known.writable || writable, invoked: known.invoked || invoked });
  };
  for (const instruction of instructions) {
    instruction.accounts.forEach(account => use(account.address, account.signer, account.writable, false));
    use(instruction.program, false, false, true);
  }

  const lookups = tables.map(table => ({ address: table.address, writable: [], readonly: [] }));
  const taken = new Set();
  for (const writable of [true, false]) {
    for (const [address, seen] of uses) {
      const found = tables.findIndex(table => table.addresses.includes(address));
      if (found >= 0 && !seen.signer && !seen.invoked && seen.writable === writable) {
        lookups[found][writable ? 'writable' : 'readonly'].push(address);
        taken.add(address);
      }
    }
  }

  const entries = [...uses].filter(([address]) => !taken.has(address));
  const pick = (signer, writable) => entries.filter(([, seen]) => seen.signer === signer && seen.writable === writable).map(([address]) => address);
  const groups = [pick(true, true), pick(true, false), pick(false, true), pick(false, false)];
  const keys = groups.flat();
  const all = [...keys, ...lookups.flatMap(lookup => lookup.writable), ...lookups.flatMap(lookup => lookup.readonly)];
  const index = address => all.indexOf(address);
  const message = Buffer.concat([
    Buffer.from([0x80, groups[0].length + groups[1].length, groups[1].length, groups[3].length]),
    list(keys.map(encode)),
    encode(blockhash),
    list(instructions.map(instruction => Buffer.concat([
      Buffer.from([index(instruction.program)]), list(instruction.accounts.map(account => Buffer.from([index(account.address)]))), compact(instruction.data.length), instruction.data,
    ]))),
    list(lookups.filter(lookup => lookup.writable.length + lookup.readonly.length).map(lookup => {
      const places = tables.find(table => table.address === lookup.address).addresses;
      return Buffer.concat([encode(lookup.address), ...[lookup.writable, lookup.readonly].map(group => list(group.map(address => Buffer.from([places.indexOf(address)]))))]);
    })),
  ]);
  return { message, signers: [...groups[0], ...groups[1]], addresses: all };
}
