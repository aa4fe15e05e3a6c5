// Every spec runs twice: hydrated, and with JavaScript off. What tests an enhancement carries the tag @hydrated, what
// tests its absence @no-js. The README's pictures (@screenshots) are taken only when DOORCODE_SCREENSHOTS is set. With
// DOORCODE_TRACE=1 a failure leaves its trace in test-results.
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

// The shell is Chromium without its windows, and a quarter lighter.
const installed = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const pictures = Boolean(process.env.DOORCODE_SCREENSHOTS);
const without = (tag: string) => new RegExp(pictures ? tag : `${tag}|@screenshots`);

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  reporter: [['list'], ['./tests/support/summary.ts']],
  use: {
    actionTimeout: 7_000,
    navigationTimeout: 10_000,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // Recording costs a quarter of the whole run.
    trace: process.env.DOORCODE_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: installed,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'hydrated', grepInvert: without('@no-js') },
    { name: 'no-js', grepInvert: without('@hydrated'), use: { javaScriptEnabled: false } },
  ],
});
