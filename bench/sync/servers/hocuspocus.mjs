// Hocuspocus' own server with its own settings: everything in memory, nothing stored.
import { Server } from '@hocuspocus/server';

const server = new Server({ address: process.env.HOST, port: Number(process.env.PORT), quiet: true });
await server.listen();
