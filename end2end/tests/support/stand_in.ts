// What the stand-ins for other people's HTTP services share: they listen, look at each request, and answer or fail to.
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';

/** A request as it came in. */
export type Seen = {
  method: string;
  /** The path with its query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
};

/** What is said to a request: an answer, silence, or a connection that breaks. */
export type Reply = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'reset';

export type StandIn = {
  port: number;
  stop: () => Promise<void>;
};

/** Listens on a port of its own and answers as it is told. */
export async function standIn(answer: (seen: Seen) => Reply): Promise<StandIn> {
  const server = createServer((request, response) => {
    // A caller that hangs up before it has said everything gets no answer.
    read(request).then((body) => {
      const { method = '', url = '', headers } = request;
      say(request, response, answer({ method, path: url, headers, body }));
    }, () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP socket has a port');
  return {
    port: address.port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A JSON answer. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** Collects what is wrong with a request, by name of what should be so. */
export function faults(rules: Record<string, boolean>): string[] {
  return Object.entries(rules)
    .filter(([, kept]) => !kept)
    .map(([rule]) => rule);
}

/** The one value of a header; none where there is none or several. */
export function header(seen: Seen, name: string): string {
  const value = seen.headers[name];
  return typeof value === 'string' ? value : '';
}

/** The type of a body, without its parameters. */
export function mediaType(seen: Seen): string {
  return header(seen, 'content-type').split(';')[0].trim().toLowerCase();
}

/** Text that must be UTF-8. */
export function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function say(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(reply.status, reply.headers).end(reply.body);
}
