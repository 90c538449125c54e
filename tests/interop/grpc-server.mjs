// A stock gRPC server. Prints its port, then what happens to its calls. What a job does is in its model's name. Ends with its standard input.
import { grpc, say, service } from './grpc-peer.mjs';

const delta = (tokens, size) => ({ delta: { outputs: [Buffer.alloc(size ?? 8, 1)], output_tokens: tokens } });
const withDetail = (code, details, entries) => {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(entries ?? {})) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

function run(call) {
  call.on('cancelled', () => say({ event: 'cancelled' }));
  let vouchers = 0;
  call.on('end', () => { say({ event: 'half-closed', vouchers }); if (vouchers > 0) call.end(); });
  call.on('data', (frame) => {
    if (frame.frame === 'voucher') {
      call.write(delta(++vouchers));
      return;
    }
    if (frame.frame !== 'start') return;
    const [kind, argument] = frame.start.model.split(':');
    say({ event: 'start', kind, payload: frame.start.payload?.length, traceparent: call.metadata.get('traceparent'), deadline: call.getDeadline() !== Infinity });
    switch (kind) {
      case 'echo': break;
      case 'many': for (let i = 1; i <= Number(argument); i++) call.write(delta(i)); call.end(); break;
      case 'large': call.write(delta(1, Number(argument))); call.end(); break;
      case 'status': call.emit('error', withDetail(Number(argument), 'said: 100 % ü')); break;
      case 'frame-status': call.write(delta(1)); call.emit('error', withDetail(Number(argument), 'said')); break;
      case 'depin': call.emit('error', withDetail(9, 'pay first', { 'depin-code': 'PaymentRequired', 'depin-fault': 'Consumer', 'depin-transient': 'true' })); break;
      case 'hang': call.write(delta(1)); break;
      case 'die': call.write(delta(1)); setTimeout(() => process.exit(3), 50); break;
    }
  });
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': 1 << 20 });
server.addService(service.service, {
  Run: run,
  ListOffers: (call, done) => done(null, { offers: [{ model: 'one' }, { model: 'two' }] }),
  CloseChannel: (call, done) => done(withDetail(5, 'no such channel')),
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => say({ event: 'listening', port }));
process.stdin.resume().on('end', () => process.exit(0));
