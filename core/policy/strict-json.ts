import { PolicyError } from './errors.ts';

const TOKEN =
  /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,]/uy;
const MAX_DEPTH = 64;

/**
 * JSON for documents that people edit. Unlike JSON.parse it always says line and column, repeats nothing of the text,
 * and refuses a key that stands twice in one object instead of letting the last one win.
 *
 * @throws PolicyError
 */
export function parseStrictJson(text: string): unknown {
  new Checker(text).check();
  return JSON.parse(text);
}

class Checker {
  readonly #text: string;
  #at = 0;
  #token = '';

  constructor(text: string) {
    this.#text = text;
  }

  check(): void {
    this.#next();
    this.#value(0);
    if (this.#token !== '') this.#fail('the end was expected');
  }

  /** Leaves the token after the value as the current one. */
  #value(depth: number): void {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    if (this.#token === '{') this.#members(depth);
    else if (this.#token === '[') this.#items(depth);
    else if (this.#token === '' || '}]:,'.includes(this.#token)) this.#fail('a value was expected');
    else this.#next();
  }

  #members(depth: number): void {
    const keys = new Set<string>();
    if (this.#next() === '}') return void this.#next();
    for (;;) {
      if (!this.#token.startsWith('"')) this.#fail('a key in double quotes was expected');
      const key = JSON.parse(this.#token) as string;
      if (keys.has(key)) this.#fail(`the key "${key}" stands twice in one object`);
      keys.add(key);
      if (this.#next() !== ':') this.#fail('":" was expected');
      this.#next();
      this.#value(depth + 1);
      if (this.#ends('}')) return;
    }
  }

  #items(depth: number): void {
    if (this.#next() === ']') return void this.#next();
    for (;;) {
      this.#value(depth + 1);
      if (this.#ends(']')) return;
    }
  }

  /** Steps over a comma or the closing bracket; true for the bracket. */
  #ends(bracket: string): boolean {
    const isEnd = this.#token === bracket;
    if (!isEnd && this.#token !== ',') this.#fail(`"," or "${bracket}" was expected`);
    this.#next();
    return isEnd;
  }

  /** @returns the token that is now the current one, '' at the end */
  #next(): string {
    this.#at += this.#token.length;
    while (' \n\r\t'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
    TOKEN.lastIndex = this.#at;
    this.#token = TOKEN.exec(this.#text)?.[0] ?? '';
    if (this.#token === '' && this.#at < this.#text.length) this.#fail('no JSON starts here');
    return this.#token;
  }

  #fail(problem: string): never {
    if (this.#token === '' && this.#at >= this.#text.length)
      throw new PolicyError('', 'not JSON: the text ends too early');
    const lines = this.#text.slice(0, this.#at).split('\n');
    throw new PolicyError(
      '',
      `not JSON that can be used: line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}: ${problem}`,
    );
  }
}
