// What every spec begins with: a Doorcode of its own, somebody signed in, and a watch over the browser's console.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, type Page, test as base, expect } from '@playwright/test';
import { Doorcode, type Environment } from './doorcode';
import { type Role, people } from './people';

export { expect };
export { people };

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A data directory with the three people in it, and what their browsers remember after signing in. */
type Template = { directory: string; states: Record<Role, State> };

const nobody: State = { cookies: [], origins: [] };

/** What a browser must not say, and what a test expects it to say. */
export class Problems {
  readonly #found: string[] = [];
  readonly #expected: RegExp[] = [];

  /** Chromium writes a console line for every answer of 400 and above; these are meant. */
  expectStatus(...statuses: number[]): void {
    this.#expected.push(new RegExp(`status of (${statuses.join('|')})\\b`));
  }

  /** Says that this is meant. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      // A breach of the content security policy is a console error as well.
      if (message.type() === 'error') this.#found.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.#found.push(error.error().stack || String(error.error())));
  }

  get unexpected(): string[] {
    return this.#found.filter((line) => !this.#expected.some((pattern) => pattern.test(line)));
  }
}

type Options = {
  /** `ready` has an owner, an editor and a viewer; `empty` was never set up. */
  installation: 'ready' | 'empty';
  /** Who is signed in. */
  as: Role | null;
  /** More of Doorcode's variables. */
  environment: Environment;
  /** What Doorcode has to know of servers that stand ready before it starts. */
  surroundings: Environment;
};

type Fixtures = {
  doorcode: Doorcode;
  problems: Problems;
  /** Opens the console in another browser, as somebody or as nobody. */
  open: (as: Role | null) => Promise<Page>;
};

async function temporary(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'doorcode-test-'));
}

export const test = base.extend<Options & Fixtures, { template: Template }>({
  installation: ['ready', { option: true }],
  as: ['owner', { option: true }],
  environment: [{}, { option: true }],
  surroundings: [{}, { option: true }],

  // Hashing passwords is slow by design, so it is done once per worker; a test begins with a copy.
  template: [
    async ({ browser }, use) => {
      const directory = await temporary();
      const doorcode = await Doorcode.start(directory);
      const states = {} as Record<Role, State>;
      try {
        for (const role of ['owner', 'editor', 'viewer'] as const) {
          await doorcode.createAdministrator(people[role].email, role, people[role].password);
          const context = await browser.newContext({ baseURL: doorcode.url, javaScriptEnabled: false });
          context.setDefaultTimeout(5_000);
          const page = await context.newPage();
          await page.goto('/login');
          await typeCredentials(page, people[role].email, people[role].password);
          await expect(page.getByRole('heading', { level: 1 })).toHaveText('Passwordless');
          states[role] = await context.storageState();
          await context.close();
        }
      } finally {
        await doorcode.stop();
      }
      await use({ directory, states });
      await rm(directory, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  doorcode: async ({ template, installation, environment, surroundings }, use, info) => {
    const directory = await temporary();
    if (installation === 'ready') await cp(template.directory, directory, { recursive: true });
    const doorcode = await Doorcode.start(directory, { ...surroundings, ...environment });
    await use(doorcode);
    try {
      await doorcode.stop();
      expect(doorcode.output, 'nothing panicked').not.toContain('panicked at');
    } finally {
      if (info.status !== info.expectedStatus) await info.attach('doorcode.log', { body: doorcode.output });
      await rm(directory, { recursive: true, force: true });
    }
  },

  baseURL: async ({ doorcode }, use) => use(doorcode.url),

  storageState: async ({ template, as, installation }, use) =>
    use(as === null || installation === 'empty' ? nobody : template.states[as]),

  problems: async ({}, use) => {
    const problems = new Problems();
    await use(problems);
    expect(problems.unexpected, 'the browser has nothing to complain about').toEqual([]);
  },

  context: async ({ context, problems }, use) => {
    problems.watch(context);
    await use(context);
  },

  open: async ({ browser, template, problems, doorcode }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (as) => {
      const storageState = as === null ? nobody : template.states[as];
      const context = await browser.newContext({ baseURL: doorcode.url, storageState });
      problems.watch(context);
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Whether this run has JavaScript. */
export function hasJavaScript(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** Waits until the page has come alive; without JavaScript it never does and need not. */
export async function hydrated(page: Page): Promise<void> {
  if (hasJavaScript()) await expect(page.locator('html[data-hydrated]')).toBeAttached();
}

/** Opens a page and waits until it is at its best. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

/** Loads the page again. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await hydrated(page);
}

async function typeCredentials(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Types into the sign-in page and presses its button. */
export async function signIn(page: Page, email: string, password: string): Promise<void> {
  if (new URL(page.url(), 'http://localhost').pathname !== '/login') await visit(page, '/login');
  await hydrated(page);
  await typeCredentials(page, email, password);
}

/** Expects that axe finds nothing on the page as it stands, in the light and in the dark. */
export async function expectAccessible(page: Page): Promise<void> {
  const seen = hasJavaScript() ? page : await stillLife(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await seen.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page: seen }).analyze();
    const found = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ target }) => target.join(' ')) }));
    expect(found, `axe, ${colorScheme}`).toEqual([]);
  }
  if (seen === page) await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  else await seen.context().close();
}

/** The same document in a browser where axe can run; its own scripts do not. */
async function stillLife(page: Page): Promise<Page> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('a context of a test has a browser');
  const html = (await page.content()).replace(/<script\b[\s\S]*?<\/script>/g, '');
  const context = await browser.newContext({ javaScriptEnabled: true, storageState: await page.context().storageState() });
  const copy = await context.newPage();
  const viewport = page.viewportSize();
  if (viewport !== null) await copy.setViewportSize(viewport);
  const address = page.url();
  await copy.route(
    (url) => url.href === address,
    (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }),
  );
  await copy.goto(address);
  return copy;
}
