// A program that uses a client library: it trusts one more certificate, which Node learns only when it starts, and does what
// it is told to by the test that started it.
const [name, settings] = process.argv.slice(2);
const client = (await import(`./${name}.mjs`)).connect(JSON.parse(settings));

process.on('message', async ({ id, call, values }) => {
  try {
    process.send({ id, result: await (await client)[call](...values) });
  } catch (error) {
    process.send({ id, error: described(error) });
  }
});
process.send('ready');

/** What a program can tell errors apart by. */
function described(error) {
  const { code, error: word, error_description: description, statusCode, status, message, cause } = error;
  const kind = error.name === 'Error' ? error.constructor.name : error.name;
  const kept = { kind, code, error: word, error_description: description, statusCode: statusCode ?? status, message };
  return { ...kept, cause: cause instanceof Error || cause?.error !== undefined ? described(cause) : undefined };
}
