// Client libraries as their users run them: unmodified, in a program of their own, over TLS.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./clients/run.mjs', import.meta.url));

/** What a client needs to know; a domain is a host and a port. */
export type Settings = { domain: string; clientId: string; clientSecret?: string; redirectUri?: string };

/** An error that a client threw, by what a program can tell it apart by. */
export type ClientError = {
  kind: string;
  code?: string;
  error?: string;
  error_description?: string;
  statusCode?: number;
  message: string;
  cause?: ClientError;
};

export class ClientFailure extends Error {
  constructor(readonly thrown: ClientError) {
    super(`${thrown.kind}: ${thrown.message} ${JSON.stringify(thrown)}`);
  }
}

/** The libraries that are there, each in a file of `clients/`. */
export type Library = 'auth_js' | 'node_auth0' | 'openid_client';

export class Client {
  readonly #process: ChildProcess;
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts a program with this library, which trusts the certificate in a file. */
  static async start(library: Library, settings: Settings, trusted: string): Promise<Client> {
    const { NODE_OPTIONS: _, ...environment } = process.env;
    const child = fork(program, [library, JSON.stringify(settings)], {
      env: { ...environment, NODE_EXTRA_CA_CERTS: trusted },
      execArgv: [],
    });
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${library} ended with ${code}`)));
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined);
    return new Client(child);
  }

  /** Calls a function of its file. */
  async call<T>(name: string, ...values: unknown[]): Promise<T> {
    const id = ++this.#asked;
    const answer = new Promise<T>((resolve, reject) => {
      const hear = (message: { id: number; result: T; error?: ClientError }) => {
        if (message.id !== id) return;
        this.#process.off('message', hear);
        if (message.error === undefined) resolve(message.result);
        else reject(new ClientFailure(message.error));
      };
      this.#process.on('message', hear);
      this.#process.once('exit', () => reject(new Error(`the program ended before ${name} did`)));
    });
    this.#process.send({ id, call: name, values });
    return answer;
  }

  /** Calls a function that has to fail, and gives what it threw. */
  async refused(name: string, ...values: unknown[]): Promise<ClientError> {
    try {
      await this.call(name, ...values);
    } catch (error) {
      if (error instanceof ClientFailure) return error.thrown;
      throw error;
    }
    throw new Error(`${name} was not refused`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill();
    await exited;
  }
}
