// TLS in front of a Doorcode, as a proxy ends it: it decrypts and hands every byte on.
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { type Server, type TLSSocket, createServer } from 'node:tls';
import { type Certificate, selfSigned } from './certificate';

export class TlsProxy {
  /** Where what is decrypted goes; nowhere before it is known. */
  target: number | undefined;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(
    readonly certificate: Certificate,
    server: Server,
  ) {
    this.#server = server;
  }

  /** Listens on a port of its own. */
  static async start(certificate = selfSigned()): Promise<TlsProxy> {
    const server = createServer({ key: certificate.key, cert: certificate.cert, ALPNProtocols: ['http/1.1'] });
    const proxy = new TlsProxy(certificate, server);
    server.on('secureConnection', (outside) => proxy.#join(outside));
    // Somebody who does not trust the certificate hangs up; that is for them to say.
    server.on('tlsClientError', () => undefined);
    // Chromium looks `localhost` up as both.
    server.listen(0, 'localhost');
    await once(server, 'listening');
    return proxy;
  }

  /** Host and port, which is what Auth0's clients call a domain. */
  get domain(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `https://${this.domain}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #join(outside: TLSSocket): void {
    if (this.target === undefined) {
      outside.destroy();
      return;
    }
    const inside = connect(this.target, '127.0.0.1');
    for (const [socket, other] of [[outside, inside], [inside, outside]]) {
      this.#open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#open.delete(socket);
        other.destroy();
      });
    }
    outside.pipe(inside).pipe(outside);
  }
}
