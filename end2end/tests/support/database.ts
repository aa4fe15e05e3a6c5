// Reaches into a running Doorcode's database file for what no browser can bring about: time that passed, a lock that
// somebody else holds, ten thousand rows.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const statement = `
import json, sqlite3, sys
request = json.load(sys.stdin)
db = sqlite3.connect(request["file"], timeout=10)
with db:
    rows = db.execute(request["sql"], request["values"]).fetchall()
    print(json.dumps({"rows": rows, "changed": db.total_changes}, default=lambda value: value.hex()))
`;

const many = `
import json, sqlite3, sys
request = json.load(sys.stdin)
db = sqlite3.connect(request["file"], timeout=10)
with db:
    db.executemany(request["sql"], request["rows"])
print("{}")
`;

const lock = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
db.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
db.execute("rollback")
`;

async function python(program: string, request: unknown): Promise<string> {
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stdin.end(JSON.stringify(request));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`python3 ended with ${code}`);
  return printed;
}

type Value = string | number | null;

/** Runs one statement and gives the rows it returns. */
export async function query(file: string, sql: string, values: Value[] = []): Promise<Value[][]> {
  return JSON.parse(await python(statement, { file, sql, values })).rows;
}

/** Runs one statement that must change something. */
export async function change(file: string, sql: string, values: Value[] = []): Promise<void> {
  const { changed } = JSON.parse(await python(statement, { file, sql, values }));
  if (changed === 0) throw new Error(`nothing was changed by: ${sql}`);
}

/** Inserts many rows in one transaction. */
export async function insert(file: string, sql: string, rows: Value[][]): Promise<void> {
  await python(many, { file, sql, rows });
}

/** Holds the write lock until the returned function is called. */
export async function holdWriteLock(file: string): Promise<() => Promise<void>> {
  const child = spawn('python3', ['-c', lock, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return async () => {
    if (child.exitCode !== null) return;
    const closed = once(child, 'close');
    child.stdin.end();
    await closed;
  };
}
