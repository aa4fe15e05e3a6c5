// Encoding, characters and segments of an SMS equal those of Twilio's own calculator.
import segmentsCalculator from 'sms-segments-calculator';

import { ask, finish } from './oracle/engine.mjs';

const { SegmentedMessage } = segmentsCalculator;
const GENERATED = 1000;
const seed = Number(process.env.DOORCODE_SEED ?? 20_240_229);

// Whatever can go wrong: alphabets, what costs two, what joins, what does not, and lengths about the bounds.
const HAND_PICKED = [
  '',
  'Your code is 123456',
  'Your code for Acme, Inc. is 123456. Do not share it with anyone.',
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà',
  '\f^{}\\[~]|€',
  '`',
  'ç',
  'Ton code : ‘123456’ – merci…',
  '“Doorcode”',
  'Ваш код 123456',
  '您的验证码是 123456',
  'رمزك هو ١٢٣٤٥٦',
  'קוד: 123456 שָׁלוֹם',
  'आपका कोड 123456 है। क्षि नमस्ते',
  'รหัสของคุณคือ 123456 กำลัง ที่',
  'உங்கள் குறியீடு',
  'កូដរបស់អ្នក',
  '인증 코드 한국어 각 각',
  'ご利用コード ガ が 123456',
  '😀',
  '👍🏽👍🏻👍🏿',
  '👨‍👩‍👧‍👦',
  '👩🏽‍❤️‍👩🏻 👩🏽‍❤️‍💋‍👨🏿',
  '🧑🏽‍🚀🏳️‍🌈🏴‍☠️',
  '🇫🇷🇧🇪🇩🇪🇳',
  'a🇫🇷\u0301\u0302x',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '1️⃣ ☝️ ☝🏽 ☝️🏽 ✌︎',
  'e\u0301 n\u0303 \u0301',
  'Z\u0351\u036b\u0343a\u0323\u0332l\u0348\u034dg\u0321\u031fo\u033a',
  '\u200b\u200c\u200d\ufeff\u00ad\u2060',
  '\u0600١ \u06ddx \u070fa',
  '\u0000\u0007\u001b\t\u007f\u0085\u00a0',
  '\u{1f468}\u200d\u{1f3fb}a\u{1f3fb}\u{1f3fb}',
  '\u{10ffff}\u{e000}\u{fffd}',
  'a\u0301\u{1f468}\u{1f3fd}\u0301\u{1f3fd}',
];
for (const [letter, lengths] of [
  ['a', [159, 160, 161, 306, 307, 459, 460, 1600]],
  ['€', [80, 81, 152, 153, 228, 229]],
  ['я', [69, 70, 71, 134, 135, 201, 202, 1600]],
  ['😀', [35, 36, 66, 67, 99, 100]],
  ['👍🏽', [17, 18, 32, 33]],
  ['👨‍👩‍👧‍👦', [6, 7, 12, 13]],
  ['e\u0301', [35, 36, 66, 67]],
]) {
  for (const length of lengths) {
    HAND_PICKED.push(letter.repeat(length), `x${letter.repeat(length - 1)}`, `{${letter.repeat(length - 1)}`);
  }
}
for (let before = 62; before <= 70; before += 1) {
  for (const joined of ['😀', '👍🏽', '🇫🇷', '👨‍👩‍👧‍👦', 'e\u0301\u0302']) {
    HAND_PICKED.push(`${'я'.repeat(before)}${joined}${'я'.repeat(70 - (before % 7))}`);
  }
}

const BITS = [
  ...'abcXYZ019 .,:-',
  '\n',
  '\r\n',
  ...'@£èÇØΔΞßÉ¤Äñà',
  ...'\f^{}\\[~]|€',
  ...'`ç’“–…•\u00a0\t',
  ...'яЖωλşőżłđ',
  ...'中文字かナ',
  ...['한', '각', 'ᄀ', 'ᅡ', 'ᆨ', 'ᄒ', '가'],
  ...['\u0301', '\u0308', '\u0323', '\u20e3', '\u3099', '\u0489'],
  ...['न', 'म', 'स', '\u094d', '\u0940', '\u0947', '\u093f', 'क्ष', 'த', '\u0bbf', '\u0bcd', 'ก', '\u0e33', '\u0e48'],
  ...['ع', '\u064e', '\u0651', 'ש', '\u05b8', '\u0600', '\u06dd', '\u0d4e'],
  ...['\u200d', '\u200c', '\u200b', '\u200e', '\ufe0e', '\ufe0f', '\ufeff', '\u2028', '\u00ad'],
  ...['😀', '👍', '☝', '✌', '👩', '👨', '👧', '🧑', '🏳', '🏴', '❤', '♀', '♂', '🚀', '💻', '🌈', '💋', '1️⃣'],
  ...['\u{1f3fb}', '\u{1f3fd}', '\u{1f3ff}'],
  ...['👨‍👩‍👧‍👦', '👩🏽‍🚀', '👩🏽‍❤️‍👩🏻', '🏳️‍🌈', '👍🏽'],
  ...['🇫', '🇷', '🇫🇷', '🇬🇧'],
  ...['\u{1d165}', '\u{1e944}', '\u{e0067}', '\u{20000}', '\u{10ffff}'],
];

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function numbers(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function* generated() {
  const number = numbers(seed);
  const below = (end) => Math.floor(number() * end);
  for (let made = 0; made < GENERATED; made += 1) {
    // Few kinds in one message, or every one would be UCS-2 and full of marks.
    const kinds = Array.from({ length: 1 + below(12) }, () => BITS[below(number() < 0.4 ? 38 : BITS.length)]);
    const length = below(4) === 0 ? below(700) : below(200);
    yield Array.from({ length }, () => kinds[below(kinds.length)]).join('');
  }
}

/** What both must agree on; a line break is one character, as the console stores it. */
const counted = (text) => {
  const message = new SegmentedMessage(text);
  return `${message.encodingName}, ${message.numberOfCharacters} characters, ${message.segmentsCount} segments`;
};
const ours = (text) => {
  const { encoding, characters, segments } = ask({ ask: 'count', text });
  return `${encoding}, ${characters} characters, ${segments} segments`;
};

/** Where a character moves to the second segment to make room for the header, the calculator does not look whether the next
 *  one still fits: a segment may hold more than it can. Only characters of dozens of units, piles of accents, show it. */
const pile = (marks) => `e${'\u0301'.repeat(marks)}`;
const OVERFULL = [
  { text: 'я'.repeat(60) + pile(9) + pile(59), theirs: 2, ours: 3 },
  { text: 'я'.repeat(66) + pile(3) + pile(65), theirs: 2, ours: 3 },
];

const failures = [];
const messages = [...HAND_PICKED, ...generated()].map((text) => text.replaceAll('\r\n', '\n'));
for (const text of messages) {
  const [wanted, got] = [counted(text), ours(text)];
  if (wanted !== got) failures.push(`${JSON.stringify(text)}\n  calculator: ${wanted}\n  Doorcode:   ${got}`);
}
for (const { text, theirs, ours: segments } of OVERFULL) {
  const [wanted, got] = [new SegmentedMessage(text).segmentsCount, ask({ ask: 'count', text }).segments];
  if (wanted !== theirs || got !== segments) {
    failures.push(`the overfull segment is no longer one: ${wanted} and ${got} instead of ${theirs} and ${segments}`);
  }
}

// Each character in the places where characters join, so that no table has a gap: before and after a letter, a joiner, a tone.
let characters = 0;
const blocks = [[0, 0x3200], [0xa4d0, 0xac20], [0xd7a0, 0xd800], [0xe000, 0xe010], [0xf900, 0x12000], [0x16800, 0x17000]];
blocks.push([0x1b000, 0x1b010], [0x1bc00, 0x1bd00], [0x1d000, 0x1fb00], [0xe0000, 0xe1010]);
for (const [start, end] of blocks) {
  for (let first = start; first < end; first += 8) {
    const some = Array.from({ length: Math.min(8, end - first) }, (_, index) => String.fromCodePoint(first + index));
    const text = some.map((one) => `я${one}я.${one}\u{1f3fb}.\u200d${one}.ᄀ${one}ᆨ.`).join('');
    characters += some.length;
    const [wanted, got] = [counted(text), ours(text)];
    if (wanted !== got) failures.push(`U+${first.toString(16)} and after\n  calculator: ${wanted}\n  Doorcode:   ${got}`);
  }
}

finish(
  `segments: ${messages.length} messages (${GENERATED} generated from seed ${seed}) and ${characters} characters counted as by ` +
    `sms-segments-calculator, ${OVERFULL.length} known differences`,
  failures,
);
