// The channels of @solana/mpp and @x402/svm, as one JSON line: what they sign for the terms in the first argument, and what they think of a transaction that was made for the same terms.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fs from 'node:fs';
import { address, createKeyPairSignerFromPrivateKeyBytes, createNoopSigner } from '@solana/kit';
import { buildOpenPaymentChannelTransaction, derivePaymentChannelOpen, voucherMessageBytes } from '@solana/mpp/client';
import { UptoSvmScheme } from '@x402/svm/upto/client';

// What the facilitator of @x402/svm settles with is not exported: the file that it shares with the client is.
const folder = path.join(path.dirname(new URL(import.meta.url).pathname), 'node_modules/@x402/svm/dist/esm');
const shared = fs.readdirSync(folder).find(name => name.startsWith('chunk-') && name.endsWith('.mjs') && fs.readFileSync(path.join(folder, name), 'utf8').includes('\nasync function buildDistributeInstruction'));
const x402 = await import(pathToFileURL(path.join(folder, shared)));

const json = value => JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item instanceof Uint8Array ? Buffer.from(item).toString('hex') : item));
const instruction = ({ programAddress, accounts = [], data }) => ({ program: programAddress, accounts: accounts.map(({ address, role }) => ({ address, role })), data: Buffer.from(data).toString('hex') });
const terms = JSON.parse(process.argv[2]);
const payer = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(terms.payerKey, 'hex'));
const voucherKey = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(terms.voucherKey, 'hex'));
const network = 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp';

if (terms.verify) {
  const verdict = await x402.verifyOpenTransaction(terms.verify.transaction, {
    authorizedSigner: voucherKey.address, feePayer: terms.sponsor, from: payer.address, maxCap: BigInt(terms.deposit), mint: terms.mint, openSlot: BigInt(terms.openSlot),
    payee: terms.payee, recentSlot: BigInt(terms.openSlot), recipients: terms.splits, tokenProgram: terms.tokenProgram, withdrawDelay: terms.verify.gracePeriod,
  }).then(opened => `accepted ${opened.channelId ?? ''}`.trim(), error => error.message);
  console.log(json({ verdict }));
  process.exit(0);
}

const upto = await new UptoSvmScheme(payer).createPaymentPayload(2, {
  scheme: 'upto', network, asset: terms.mint, amount: terms.deposit, payTo: terms.splits[0].recipient, maxTimeoutSeconds: 60,
  extra: {
    feePayer: terms.sponsor, receiverAuthorizer: voucherKey.address, withdrawDelay: terms.gracePeriod, tokenProgram: terms.tokenProgram, recentBlockhash: terms.blockhash,
    lastValidBlockHeight: 1000, recentSlot: terms.openSlot, memo: 'for a test',
  },
});
const channel = upto.payload.channelId;
const voucher = { channelId: channel, cumulativeAmount: BigInt(terms.cumulative), expiresAt: BigInt(terms.expiresAt) };
const signature = await x402.signVoucher(voucherKey, voucher);
const settle = x402.buildSettleAndSealInstructions({ channelId: channel, payeeSigner: createNoopSigner(address(terms.sponsor)), voucher: { ...voucher, authorizedSigner: voucherKey.address, signatureBase58: signature } });
const distribute = await x402.buildDistributeInstruction({
  channelId: channel, mint: terms.mint, network, payee: terms.sponsor, payer: payer.address, rentPayer: terms.sponsor, splits: [{ bps: 10000, recipient: terms.splits[0].recipient }], tokenProgram: terms.tokenProgram,
});

const request = { cap: terms.deposit, currency: terms.mint, network: 'mainnet-beta', operator: terms.sponsor, programId: x402.PAYMENT_CHANNELS_PROGRAM_ID, recentBlockhash: terms.blockhash, recipient: terms.payee };
const open = { authorizedSigner: voucherKey.address, gracePeriod: terms.gracePeriod, recipients: terms.splits, request, salt: BigInt(terms.salt), tokenProgram: terms.tokenProgram };
console.log(json({
  upto: upto.payload,
  voucher: x402.encodeVoucherMessageBytes(voucher),
  signature,
  settle: settle.map(instruction),
  distribute: instruction(distribute),
  reclaim: instruction(x402.buildReclaimInstruction({ channelId: channel, rentPayer: terms.sponsor })),
  mppDerived: await derivePaymentChannelOpen({ ...open, payer: payer.address }),
  mppOpen: await buildOpenPaymentChannelTransaction({ ...open, signer: payer }),
  mppVoucher: voucherMessageBytes({ channelId: channel, cumulativeAmount: terms.cumulative, expiresAt: terms.expiresAt }),
}));
process.exit(0);
