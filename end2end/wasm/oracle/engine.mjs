// The engine of templates as the browser runs it, and natively; scripts/test-wasm builds both.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run scripts/test-wasm`);
  return value;
}

const wasm = createRequire(import.meta.url)(need('DOORCODE_ORACLE'));

/** The answer of the browser's engine, as text. */
export const answer = (question) => wasm.answer(JSON.stringify(question));

/** The answer of the browser's engine. */
export const ask = (question) => JSON.parse(answer(question));

/** The answers of the native engine, as texts. */
export function nativeAnswers(questions) {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const output = execFileSync(need('DOORCODE_ORACLE_NATIVE'), { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  return output.split('\n').slice(0, -1);
}

/** Ends the script with a failure unless there is none. */
export function finish(summary, failures) {
  for (const failure of failures.slice(0, 20)) console.error(failure);
  if (failures.length > 0) throw new Error(`${summary}: ${failures.length} failed`);
  console.log(summary);
}
