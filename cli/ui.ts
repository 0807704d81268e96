import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/**
 * What a person sees. Headings, progress and remarks go to standard error, results to standard output, so that
 * `crp report --json > file` holds nothing but the result.
 */
export const say = (line = ''): void => void process.stderr.write(`${line}\n`);
export const print = (line = ''): void => void process.stdout.write(`${line}\n`);

export const count = (value: number): string => value.toLocaleString('en-US');
export const seconds = (ms: number): string =>
  ms >= 60_000 ? `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s` : `${(ms / 1000).toFixed(1)} s`;
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Runs a step under a heading and says how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  say(`▸ ${title}`);
  const started = Date.now();
  const result = await work();
  say(`  ${seconds(Date.now() - started)}`);
  return result;
}

export interface Progress {
  /** a bar of its own for each name; values only grow */
  update(name: string, value: number, total: number | null): void;
  stop(): void;
}

const LINE_EVERY_MS = 2_000;

/** Bars with rates on a terminal; plain lines at intervals elsewhere. */
export function progress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? bars(stream) : lines(stream);
}

function bars(stream: NodeJS.WriteStream): Progress {
  const multi = new MultiBar(
    {
      stream,
      hideCursor: true,
      clearOnComplete: false,
      format: '  {name} {bar} {done}{ofTotal}  {rate}/s',
      barsize: 28,
      fps: 10,
      emptyOnZero: true,
    },
    Presets.shades_classic,
  );
  const known = new Map<string, { bar: SingleBar; started: number }>();
  return {
    update(name, value, total) {
      let entry = known.get(name);
      const rate = entry === undefined ? 0 : rateOf(value, entry.started);
      const payload = {
        name: name.padEnd(22),
        done: count(value),
        ofTotal: total === null ? '' : ` / ${count(total)}`,
        rate: count(rate),
      };
      if (entry === undefined) {
        entry = { bar: multi.create(Math.max(1, total ?? value), value, payload), started: Date.now() };
        known.set(name, entry);
      } else {
        entry.bar.setTotal(Math.max(1, total ?? value, value));
        entry.bar.update(value, payload);
      }
    },
    stop: () => multi.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  const known = new Map<
    string,
    { started: number; said: number; value: number; saidValue: number; total: number | null }
  >();
  const write = (name: string, now: number): void => {
    const entry = known.get(name);
    if (entry === undefined || entry.value === entry.saidValue) return;
    entry.said = now;
    entry.saidValue = entry.value;
    const of = entry.total === null ? '' : ` / ${count(entry.total)}`;
    stream.write(`  ${name}: ${count(entry.value)}${of} (${count(rateOf(entry.value, entry.started))}/s)\n`);
  };
  return {
    update(name, value, total) {
      const now = Date.now();
      const entry = known.get(name) ?? { started: now, said: now, value: 0, saidValue: -1, total };
      known.set(name, entry);
      entry.value = value;
      entry.total = total;
      if (now - entry.said >= LINE_EVERY_MS) write(name, now);
    },
    stop() {
      for (const name of known.keys()) write(name, Date.now());
    },
  };
}

const rateOf = (value: number, started: number): number =>
  Math.round(value / Math.max(0.001, (Date.now() - started) / 1000));

const THIN = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '',
  'bottom-right': '', left: '  ', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
}; // biome-ignore format: the corners of a table

/** Rows under a heading, without lines; columns of numbers to the right unless `aligned` says otherwise. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  aligned?: ('left' | 'right')[],
): string {
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const made = new Table({
    ...(head.some((title) => title !== '') ? { head: [...head] } : {}),
    chars: THIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: aligned ?? numeric.map((right) => (right ? 'right' : 'left')),
  });
  for (const row of rows) made.push(row.map((cell) => (typeof cell === 'number' ? count(cell) : (cell ?? ''))));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
