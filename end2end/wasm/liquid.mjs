// Liquid templates render as with LiquidJS, which Auth0 uses; liquid-corpus.json lists the templates and all differences.
import { readFileSync } from 'node:fs';

import { ask, finish } from './oracle/engine.mjs';

// LiquidJS writes dates in the machine's time zone, Doorcode in none.
process.env.TZ = 'UTC';
const { Liquid } = await import('liquidjs');

const corpus = JSON.parse(readFileSync(new URL('liquid-corpus.json', import.meta.url), 'utf8'));
const liquid = new Liquid();

// The tags that templates may use, without the words within a block.
const TAGS = 'assign break capture case comment continue cycle decrement for if increment raw tablerow unless'.split(' ');
const WITHIN = 'else elsif when endcapture endcase endcomment endfor endif endraw endtablerow endunless'.split(' ');

/** The values as LiquidJS wants them; an empty one is undefined. */
function scope({ application_name: name, client_id: clientID, client_metadata = {}, connection, ...others }) {
  return {
    ...others,
    password: others.code,
    user: { email: others.email },
    application: { name, clientID, client_metadata },
    connection: { name: connection },
  };
}

/** What LiquidJS makes of a template; null if it refuses. */
function theirs(source, values) {
  try {
    return liquid.parseAndRenderSync(source, scope(values));
  } catch {
    return null;
  }
}

/** What Doorcode makes of it; null if it refuses. */
const ours = (source, part, values) => ask({ ask: 'render', syntax: 'liquid', source, part, values }).text ?? null;

const failures = [];
let compared = 0;
/** Renders with both; `isRight` looks at the text of LiquidJS and at Doorcode's. */
function compare(source, part, name, isRight) {
  compared += 1;
  const [liquidjs, doorcode] = [theirs(source, corpus.values[name]), ours(source, part, corpus.values[name])];
  if (!isRight(liquidjs, doorcode)) {
    const shown = (text) => JSON.stringify(text);
    failures.push(`${shown(source)}, ${part}, ${name}\n  LiquidJS: ${shown(liquidjs)}\n  Doorcode: ${shown(doorcode)}`);
  }
}

const alike = (liquidjs, doorcode) => liquidjs !== null && liquidjs === doorcode;
const refused = (liquidjs, doorcode) => liquidjs === null && doorcode === null;
for (const name of Object.keys(corpus.values)) {
  for (const source of corpus.texts) compare(source, 'message', name, alike);
  for (const source of corpus.bodies) compare(source, 'body', name, alike);
  for (const source of corpus.faulty) compare(source, 'message', name, refused);
}
for (const { source, part, values, reason, ...listed } of corpus.differences) {
  if (!reason || listed.liquidjs === listed.doorcode) failures.push(`${source}: not a difference with a reason`);
  compare(source, part, values, (liquidjs, doorcode) => liquidjs === listed.liquidjs && doorcode === listed.doorcode);
}

const agreed = [...corpus.texts, ...corpus.bodies].join('\n');
for (const filter of ask({ ask: 'filters' })) {
  if (!new RegExp(`\\|\\s*${filter}\\b`).test(agreed)) failures.push(`no template of the corpus uses the filter ${filter}`);
}
for (const tag of [...TAGS, ...WITHIN]) {
  if (!new RegExp(`\\{%-?\\s*${tag}\\b`).test(agreed)) failures.push(`no template of the corpus uses the tag ${tag}`);
}

const templates = corpus.texts.length + corpus.bodies.length + corpus.faulty.length;
finish(
  `liquid: ${templates} templates, ${compared} renderings as with LiquidJS, ${corpus.differences.length} known differences`,
  failures,
);
