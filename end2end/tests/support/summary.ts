// A reporter whose only line is the last one: how many passed and how many did not.
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class Summary implements Reporter {
  #passed = 0;
  #failed = 0;

  onTestEnd(test: TestCase, result: TestResult) {
    if (result.status === 'passed') this.#passed += 1;
    else if (result.status !== 'skipped') this.#failed += 1;
  }

  onEnd(result: FullResult) {
    // A run that breaks before its first test must not look like an empty success.
    const failed = result.status === 'passed' ? this.#failed : Math.max(1, this.#failed);
    console.log(`${this.#passed} passed, ${failed} failed`);
  }
}
