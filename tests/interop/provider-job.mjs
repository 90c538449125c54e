// A stock gRPC client that buys a job from a whole provider. Usage: node provider-job.mjs HOST:PORT JSON
import { createPrivateKey, sign } from 'node:crypto';
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
call.write({ start: { job_id: Buffer.alloc(16, 9), kind: 'chat', model: job.model, payload: bytes(job.payload), offer_id: bytes(job.offerId), channel_id: bytes(job.channelId) } });
