'use strict';

// Runs a chain of one's own and stands before its RPC server, because the chain takes new ports at every start and cannot take its RPC server
// away and bring it back. Commands come as lines of JSON on standard input, answers go as lines of JSON to standard output. The end of the
// input, which comes with the end of the parent however that ends, ends the chain.
const net = require('node:net');
const readline = require('node:readline');
const { Surfnet } = require(process.argv[1]);

const options = JSON.parse(process.argv[2]);
const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');
const newAccount = () => {
  const { publicKey, secretKey } = Surfnet.newKeypair();
  return { address: publicKey, secretKey: Buffer.from(secretKey).toString('hex') };
};

class Front {
  constructor(target, port) {
    this.target = Number(new URL(target).port);
    this.port = port;
    this.sockets = new Set();
  }

  listen() {
    this.server = net.createServer((client) => {
      const server = net.connect(this.target, '127.0.0.1');
      for (const [from, to] of [[client, server], [server, client]]) {
        from.setNoDelay(true);
        this.sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => { this.sockets.delete(from); to.destroySoon(); });
        from.pipe(to);
      }
    });
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, '127.0.0.1', () => { this.port = this.server.address().port; resolve(); });
    });
  }

  drop() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.sockets.forEach((socket) => socket.resetAndDestroy());
    return closed;
  }
}

async function main() {
  const accounts = Array.from({ length: options.accounts }, newAccount);
  const chain = Surfnet.startWithConfig({
    offline: true,
    blockProductionMode: 'clock',
    slotTimeMs: options.slotTimeMs,
    payerSecretKey: [...Buffer.from(accounts[0].secretKey, 'hex')],
    airdropSol: options.lamports,
    airdropAddresses: accounts.slice(1).map((account) => account.address),
  });
  const fronts = [new Front(chain.rpcUrl, options.port), new Front(chain.wsUrl, options.webSocketPort)];
  const commands = {
    kill: () => Promise.all(fronts.map((front) => front.drop())),
    restart: () => Promise.all(fronts.map((front) => front.listen())),
    account: () => newAccount(),
  };
  await commands.restart();

  // What the chain reports is kept by it until it is taken.
  setInterval(() => chain.drainEvents(), 500);
  say({ id: 0, result: { port: fronts[0].port, webSocketPort: fronts[1].port, accounts } });

  const input = readline.createInterface({ input: process.stdin });
  input.on('line', async (line) => {
    const { id, command } = JSON.parse(line);
    try {
      say({ id, result: (await commands[command]()) ?? null });
    } catch (error) {
      say({ id, error: error.message });
    }
  });
  input.on('close', () => process.exit(0));
}

// Ctrl-C in a terminal goes to every process of it: the parent decides, and the end of the input says so.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
main().catch((error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });
