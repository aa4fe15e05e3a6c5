// The browser's engine and the native one answer alike, byte for byte: what is previewed is what is sent.
import { readFileSync } from 'node:fs';

import { answer, finish, nativeAnswers } from './oracle/engine.mjs';

const corpus = JSON.parse(readFileSync(new URL('liquid-corpus.json', import.meta.url), 'utf8'));
const MARKDOWN = [
  'Your code for @@application.name@@ is @@password@@.',
  '@@ code @@ @@nope@@ @@a b@@ @@ {{ code }} {% if %}',
  '“@@code@@” – @@tenant@@… ç 😀 👩🏽‍❤️‍👩🏻 Ваш код',
  '',
];
const sources = [...corpus.texts, ...corpus.bodies, ...corpus.faulty, ...corpus.differences.map(({ source }) => source)];
const defaults = readFileSync(new URL('../../app/domain/src/template/default_body.html', import.meta.url), 'utf8');

const questions = [{ ask: 'filters' }];
function about(source, syntax) {
  for (const part of ['message', 'from', 'subject', 'body']) {
    questions.push({ ask: 'diagnose', source, syntax, part });
    for (const values of Object.values(corpus.values)) {
      questions.push({ ask: 'render', source, syntax, part, values }, { ask: 'preview', source, syntax, part, values });
    }
  }
  questions.push({ ask: 'names', source, syntax, values: corpus.values.sms });
  questions.push({ ask: 'count', text: source }, { ask: 'plain_text', source });
}
for (const source of [...sources, defaults]) about(source, 'liquid');
for (const source of MARKDOWN) about(source, 'md_with_macros');
// Broken ones too: each template up to where it may have been typed.
for (const source of sources) {
  const letters = [...source];
  about(letters.slice(0, Math.floor((letters.length * 2) / 3)).join(''), 'liquid');
}

const native = nativeAnswers(questions);
const failures = native.length === questions.length ? [] : [`${questions.length} questions, ${native.length} answers`];
questions.forEach((question, index) => {
  const browser = answer(question);
  if (browser !== native[index] || browser.includes('"unclear"')) {
    failures.push(`${JSON.stringify(question)}\n  browser: ${browser}\n  native:  ${native[index]}`);
  }
});
finish(`same: ${questions.length} answers about ${sources.length * 2 + MARKDOWN.length + 1} templates, alike natively`, failures);
