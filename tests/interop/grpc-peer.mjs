// What both peers share: the service as @grpc/grpc-js sees it, and one JSON object a line on standard output.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const protoRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../proto');
const definition = protoLoader.loadSync('depin/v1/jobs.proto', { includeDirs: [protoRoot], keepCase: true, longs: Number, defaults: false, oneofs: true });

export const service = grpc.loadPackageDefinition(definition).depin.v1.ProviderService;
export const say = (value) => process.stdout.write(JSON.stringify(value) + '\n');
export { grpc };
