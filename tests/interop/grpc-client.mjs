// A stock gRPC client. Usage: node grpc-client.mjs HOST:PORT SCENARIO
import { grpc, say, service } from './grpc-peer.mjs';

const [address, scenario] = process.argv.slice(2);
const client = new service(address, grpc.credentials.createInsecure(), { 'grpc.max_receive_message_length': 1 << 20 });
const start = (model, payload) => ({ start: { job_id: Buffer.alloc(16, 7), kind: 'chat', model, payload: payload ?? Buffer.alloc(0) } });

function run(metadata, options) {
  const call = client.Run(metadata ?? new grpc.Metadata(), options ?? {});
  call.on('data', (frame) => say({ frame: frame.frame, outputs: frame.delta?.outputs?.map((o) => o.length), tokens: frame.delta?.output_tokens }));
  call.on('metadata', (m) => say({ metadata: m.getMap() }));
  call.on('error', () => {});
  call.ended = new Promise((resolve) => call.on('status', (status) => {
    say({ status: status.code, details: status.details, trailers: status.metadata.getMap() });
    resolve();
  }));
  return call;
}

const scenarios = {
  async job() {
    const metadata = new grpc.Metadata();
    metadata.set('x-consumer', 'stock');
    const call = run(metadata);
    call.write(start('echo'));
    for (let i = 1; i <= 50; i++) call.write({ voucher: { channel_id: Buffer.alloc(32), cumulative: { low: i } } });
    call.end();
    await call.ended;
  },
  async error() {
    const call = run();
    call.write(start('error'));
    await call.ended;
  },
  async errorAfterFrame() {
    const call = run();
    call.write(start('error-after-frame'));
    await call.ended;
  },
  async deadline() {
    // However slow the machine is, some deadline is long enough for the job to start.
    for (let milliseconds = 500, frames = 0; frames === 0; milliseconds *= 2) {
      const call = run(undefined, { deadline: Date.now() + milliseconds });
      call.on('data', () => frames++);
      call.write(start('hang'));
      await call.ended;
    }
  },
  async cancel() {
    const call = run();
    call.on('data', () => call.cancel());
    call.write(start('hang'));
    await call.ended;
  },
  async large() {
    const call = run();
    call.write(start('large', Buffer.alloc(700_000)));
    call.end();
    await call.ended;
  },
  async tooLarge() {
    const call = run();
    call.write(start('large', Buffer.alloc(5_000_000)));
    call.end();
    await call.ended;
  },
  async unknownMethod() {
    await new Promise((resolve) => client.makeUnaryRequest('/depin.v1.ProviderService/Nothing', (x) => x, (x) => x, Buffer.alloc(0), (error) => {
      say({ status: error.code, details: error.details });
      resolve();
    }));
  },
  async unary() {
    await new Promise((resolve) => client.ListOffers({}, (error, response) => { say({ error: error?.code, offers: response?.offers?.length }); resolve(); }));
    await new Promise((resolve) => client.CloseChannel({ channel_id: Buffer.alloc(32) }, (error, response) => { say({ error: error?.code, settled: response?.settled?.low }); resolve(); }));
  },
  async compressed() {
    const gzip = new service(address, grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 });
    await new Promise((resolve) => gzip.CloseChannel({ channel_id: Buffer.alloc(2000) }, (error) => { say({ status: error?.code, details: error?.details }); resolve(); }));
  },
};

await scenarios[scenario]();
client.close();
