// A stock gRPC client that buys a job from a whole provider. Usage: node provider-job.mjs HOST:PORT JSON
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { grpc, say, service } from './grpc-peer.mjs';

const [address, json] = process.argv.slice(2);
const job = JSON.parse(json);
const bytes = (base64) => Buffer.from(base64 ?? '', 'base64');
const key = job.key && createPrivateKey({ key: bytes(job.key), format: 'der', type: 'pkcs8' });
const client = new service(address, grpc.credentials.createInsecure());

// What is signed is canonical: everything but the 128-bit total is the same in each voucher of a channel.
function voucher(total) {
  const message = Buffer.from(bytes(job.voucherTemplate));
  message.fill(0, job.voucherTotalAt, job.voucherTotalAt + 16);
  message.writeBigUInt64BE(BigInt(total), job.voucherTotalAt + 8);
  const signature = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
  return { voucher: { channel_id: bytes(job.channelId), cumulative: { low: total }, signature: { algorithm: 'p256-sha256', signature } } };
}

// The canonical encoding of jobs and of the payer's proof: text and bytes after their length, integers big-endian.
const field = (value) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
};
const jobId = Buffer.alloc(16, 9);
const noDeadline = Buffer.from('8000000000000000', 'hex');
const noLimit = Buffer.alloc(16, 255);

function proof() {
  const jobHash = createHash('sha256')
    .update(Buffer.concat([field('depin.job.v1'), field(jobId), field('chat'), field(job.model), field(bytes(job.payload)), noDeadline, noLimit]))
    .digest();
  const message = Buffer.concat([field('depin.job-start.v1'), field(bytes(job.channelId)), field(jobHash), field(bytes(job.offerId))]);
  return { algorithm: 'p256-sha256', signature: sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }) };
}

const call = client.Run();
let paid = 0;
let outputs = 0;
call.on('data', (frame) => {
  if (frame.delta) {
    outputs += frame.delta.outputs?.length ?? 0;
    const due = frame.delta.amount_due?.low ?? 0;
    if (key && due > paid) call.write(voucher((paid = due)));
  } else if (frame.receipt) {
    say({ outputs, inputTokens: frame.receipt.input_tokens, outputTokens: frame.receipt.output_tokens, amount: frame.receipt.amount?.base_units?.low ?? 0, paid });
    call.end();
  }
});
call.on('error', () => {});
call.on('status', (status) => {
  say({ status: status.code, trailers: status.metadata.getMap() });
  client.close();
});
call.write({ start: { job_id: jobId, kind: 'chat', model: job.model, payload: bytes(job.payload), offer_id: bytes(job.offerId), channel_id: bytes(job.channelId), signature: key && proof() } });
