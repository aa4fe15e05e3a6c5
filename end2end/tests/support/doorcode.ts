// One running Doorcode with a data directory of its own, and the commands beside it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Role } from './people';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');
const binary = process.env.DOORCODE_BIN ?? path.join(target, 'release/doorcode');
const site = process.env.DOORCODE_SITE_DIR ?? path.join(target, 'site');

export type Environment = Record<string, string>;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP socket has a port');
  return address.port;
}

export class Doorcode {
  /** Everything that it printed and logged, over all its starts. */
  output = '';
  /** What the latest start printed. */
  #latest = '';
  #process: ChildProcess | undefined;

  private constructor(
    readonly directory: string,
    readonly port: number,
    readonly environment: Environment,
  ) {}

  /** Starts one on a free port and waits until it answers. */
  static async start(directory: string, environment: Environment = {}): Promise<Doorcode> {
    const doorcode = new Doorcode(directory, await freePort(), environment);
    await doorcode.start();
    return doorcode;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get database(): string {
    return path.join(this.directory, 'doorcode.db');
  }

  /** The one-time link that the latest start printed. */
  async setUpUrl(): Promise<string> {
    // It was printed before the first answer, but may still be in the pipe.
    for (const end = Date.now() + 2_000; Date.now() < end; await pause(5)) {
      const found = /Set up: (\S+)\n/.exec(this.#latest);
      if (found !== null) return found[1];
    }
    throw new Error(`no set-up link in:\n${this.#latest}`);
  }

  /** Whether the latest start offered a set-up link. */
  get offersSetUp(): boolean {
    return this.#latest.includes('Set up: ');
  }

  async start(environment: Environment = {}): Promise<void> {
    this.#latest = '';
    const child = spawn(binary, ['serve'], { env: this.#env(environment), stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#latest += text;
      });
    }
    let failure: Error | undefined;
    child.on('error', (error) => (failure = error));
    for (const end = Date.now() + 10_000; ; await pause(20)) {
      if (failure !== undefined) throw failure;
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > end) {
        throw new Error(`Doorcode did not start:\n${this.#latest}`);
      }
      const ready = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (ready?.ok) break;
    }
  }

  /** Asks it to stop and expects that it does so soon and without complaint. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), 8_000);
    const [code, killedBy] = await exited;
    clearTimeout(patience);
    if (signal !== 'SIGKILL' && (code !== 0 || killedBy !== null)) {
      throw new Error(`Doorcode ended with code ${code}, signal ${killedBy} after ${signal}:\n${this.#latest}`);
    }
  }

  /** Stops and starts again at the same address. */
  async restart(environment: Environment = {}): Promise<void> {
    await this.stop();
    await this.start(environment);
  }

  /** Runs another command of the binary on the same data. */
  async command(words: string[], input = ''): Promise<string> {
    const child = spawn(binary, words, { env: this.#env(), stdio: ['pipe', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
    // A command that asks for nothing may have ended before this is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`doorcode ${words.join(' ')} ended with ${code}:\n${printed}`);
    return printed;
  }

  /** Creates an administrator from the command line, as an operator would. */
  async createAdministrator(email: string, role: Role, password: string): Promise<void> {
    await this.command(['admin', 'create', '--email', email, '--role', role, '--password-stdin'], `${password}\n`);
  }

  #env(more: Environment = {}): NodeJS.ProcessEnv {
    // The settings of the person who runs the tests are not the tests' business.
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DOORCODE_'));
    return {
      ...Object.fromEntries(own),
      DOORCODE_ADDR: `127.0.0.1:${this.port}`,
      DOORCODE_DATA_DIR: this.directory,
      DOORCODE_SITE_DIR: site,
      ...this.environment,
      ...more,
    };
  }
}
