// The application's side of a sign-in in the browser: a server at another origin that keeps what comes back.
import { type StandIn, standIn } from './stand_in';

/** What came back, as the application got it. */
export type CameBack = {
  method: string;
  /** Where the browser says that it comes from. */
  origin: string | undefined;
  /** The whole address. */
  url: string;
  /** The body of a POST. */
  form: string | undefined;
  /** What was said, by either way. */
  parameters: Record<string, string>;
};

export class Callback {
  readonly #came: CameBack[] = [];
  #standIn: StandIn | undefined;

  static async start(): Promise<Callback> {
    const callback = new Callback();
    callback.#standIn = await standIn(({ method, path, headers, body }) => {
      const url = new URL(path, callback.url);
      if (url.pathname === new URL(callback.url).pathname) {
        const form = method === 'POST' ? body.toString() : undefined;
        const parameters = Object.fromEntries(form === undefined ? url.searchParams : new URLSearchParams(form));
        callback.#came.push({ method, origin: headers.origin, url: url.href, form, parameters });
      }
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<title>Acme</title><h1>Back at Acme</h1>' };
    });
    return callback;
  }

  /** The address that an administrator allows. */
  get url(): string {
    return `http://127.0.0.1:${this.#standIn?.port}/callback`;
  }

  /** What came back to the request with this state. */
  with(state: string): CameBack {
    const found = this.#came.filter((one) => one.parameters.state === state);
    if (found.length !== 1) throw new Error(`${found.length} answers came to the state ${state}`);
    return found[0];
  }

  async stop(): Promise<void> {
    await this.#standIn?.stop();
  }
}
