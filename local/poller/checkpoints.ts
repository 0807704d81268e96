import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE = 'checkpoints.json';
const FLUSH_MS = 100;

/**
 * How far each consumer has come, by its key. Written at most ten times a second, whole or not at all: a checkpoint
 * that a crash takes back means a batch delivered again, which every consumer must bear anyway.
 */
export class Checkpoints {
  private readonly file: string;
  private readonly values: Map<string, string>;
  private timer: NodeJS.Timeout | undefined;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.file = path.join(directory, FILE);
    this.values = new Map(Object.entries(read(this.file)));
  }

  get(key: string): string | undefined {
    return this.values.get(key);
  }

  /** @returns the checkpoints whose key begins so */
  below(prefix: string): string[] {
    return [...this.values].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
  }

  set(key: string, seq: string): void {
    this.values.set(key, seq);
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.values), null, 1));
    renameSync(`${this.file}.new`, this.file);
  }
}

function read(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
