// A reporter whose only line is the last one: how many passed and how many did not.
import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter';

export default class Summary implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: FullConfig, suite: Suite) {
    this.#suite = suite;
  }

  onEnd(result: FullResult) {
    const outcomes = (this.#suite?.allTests() ?? []).map((test) => test.outcome());
    const count = (...wanted: string[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length;
    // Passed at the second try is passed, and named by the reporter above this one.
    const passed = count('expected', 'flaky');
    // A run that breaks before its first test must not look like an empty success.
    const failed = result.status === 'passed' ? 0 : Math.max(1, count('unexpected'));
    console.log(`${passed} passed, ${failed} failed`);
  }
}
