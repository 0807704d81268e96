/** An object of a TMDL document: a table, a column, a measure … */
export interface Node {
  readonly kind: string;
  readonly name: string;
  /** after the `=`: an expression, the kind of a partition, the value of an annotation */
  readonly value: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly children: readonly Node[];
}

interface Grammar {
  readonly children: readonly string[];
  /** a property and what it may be; true = it stands alone and means yes; block = an expression of several lines */
  readonly properties: Readonly<Record<string, RegExp | true | 'block'>>;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
const ANY = /^\S.*$/;
const WORD = String.raw`(?:\w+|'(?:[^']|'')+')`;
const NAME = new RegExp(`^${WORD}$`);
const COLUMN = new RegExp(`^(${WORD})\\.(${WORD})$`);

/** The part of TMDL that the generator writes; anything else is refused, so that a slip is seen here and not in Desktop. */
const GRAMMAR: Readonly<Record<string, Grammar>> = {
  root: {
    children: ['database', 'model', 'table', 'expression', 'relationship', 'annotation', 'ref table'],
    properties: {},
  },
  database: { children: [], properties: { compatibilityLevel: /^1[4-9]\d\d$/ } },
  model: {
    children: ['dataAccessOptions'],
    properties: {
      culture: /^[a-z]{2}-[A-Z]{2}$/,
      defaultPowerBIDataSourceVersion: /^powerBI_V3$/,
      sourceQueryCulture: ANY,
    },
  },
  dataAccessOptions: { children: [], properties: { legacyRedirects: true, returnErrorValuesAsNull: true } },
  'ref table': { children: [], properties: {} },
  annotation: { children: [], properties: {} },
  expression: { children: ['annotation'], properties: { lineageTag: GUID } },
  relationship: { children: [], properties: { fromColumn: COLUMN, toColumn: COLUMN } },
  table: {
    children: ['measure', 'column', 'partition', 'annotation'],
    properties: { lineageTag: GUID, dataCategory: /^Time$/ },
  },
  measure: { children: [], properties: { formatString: ANY, lineageTag: GUID } },
  column: {
    children: ['annotation'],
    properties: {
      dataType: /^(string|int64|decimal|boolean|dateTime)$/,
      isHidden: true,
      isKey: true,
      formatString: ANY,
      lineageTag: GUID,
      summarizeBy: /^none$/,
      sourceColumn: ANY,
      sortByColumn: NAME,
    },
  },
  partition: { children: [], properties: { mode: /^(import|directQuery|dual)$/, source: 'block' } },
};

const DECLARED = new RegExp(`^(ref table|\\w+) (${WORD}|[\\w-]+)(?: =(?: (.+))?)?$`);
const PROPERTY = /^(\w+): (.+)$/;

/** Reads a document. @throws Error naming file and line where it is not TMDL as the generator writes it */
export function readTmdl(file: string, text: string): readonly Node[] {
  return new Reader(file, text).within('root', 0).children;
}

interface Content {
  readonly children: Node[];
  readonly properties: Map<string, string>;
}

class Reader {
  readonly #file: string;
  readonly #lines: readonly string[];
  #at = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.replace(/\n$/, '').split('\n');
    if (!text.endsWith('\n')) this.#refuse('the file does not end with a newline', this.#lines.length);
  }

  /** What stands at a depth, up to the next line that is less deep. */
  within(parent: string, depth: number): Content {
    const content: Content = { children: [], properties: new Map() };
    let described: number | undefined;
    for (let line = this.#next(); line !== undefined && depthOf(line) >= depth; line = this.#next()) {
      if (depthOf(line) > depth)
        this.#refuse(`${parent} takes what is ${depth} deep, and this is ${depthOf(line)} deep`);
      const said = line.slice(depth);
      if (said.startsWith('/// ')) {
        described ??= this.#at;
        this.#at += 1;
      } else if (this.#object(parent, depth, said, content)) described = undefined;
      else {
        this.#property(parent, depth, said, content);
        if (described !== undefined) this.#refuse('only objects have a description', described);
      }
    }
    if (described !== undefined) this.#refuse('the description is of nothing', described);
    return content;
  }

  /** @returns whether it is an object that the parent takes */
  #object(parent: string, depth: number, said: string, { children }: Content): boolean {
    const { children: kinds = [] } = GRAMMAR[parent] ?? {};
    const [, declared = said, name = '', inline = ''] = DECLARED.exec(said) ?? [];
    if (!kinds.includes(declared)) return false;
    this.#at += 1;
    const value = said.endsWith(' =') ? this.#block(depth) : inline;
    children.push({ kind: declared, name: unquoted(name), value, ...this.within(declared, depth + 1) });
    return true;
  }

  #property(parent: string, depth: number, said: string, { properties }: Content): void {
    const [, name = said, value] = PROPERTY.exec(said) ?? (said === 'source =' ? [said, 'source'] : []);
    const allowed = GRAMMAR[parent]?.properties[name];
    const isRight =
      allowed instanceof RegExp ? value !== undefined && allowed.test(value) : value === undefined && allowed;
    if (!isRight) this.#refuse(`${parent} takes no “${said}”`);
    if (properties.has(name)) this.#refuse(`${parent} has “${name}” twice`);
    this.#at += 1;
    properties.set(name, allowed === 'block' ? this.#block(depth) : (value ?? 'true'));
  }

  /** An expression of several lines: they stand deeper than anything else that may follow. */
  #block(depth: number): string {
    const from = this.#at;
    while (
      this.#at < this.#lines.length &&
      (this.#lines[this.#at] === '' || depthOf(this.#lines[this.#at]) >= depth + 2)
    )
      this.#at += 1;
    while (this.#at > from && this.#lines[this.#at - 1] === '') this.#at -= 1;
    if (this.#at === from) this.#refuse('there is no expression after the =', from - 1);
    return this.#lines
      .slice(from, this.#at)
      .map((line) => line.slice(depth + 2))
      .join('\n');
  }

  /** The next line with something on it. */
  #next(): string | undefined {
    while (this.#lines[this.#at] === '') this.#at += 1;
    const line = this.#lines[this.#at];
    if (line !== undefined && (/^\t* /.test(line) || /\s$/.test(line)))
      this.#refuse('lines are indented by tabs alone and end without blanks');
    return line;
  }

  #refuse(why: string, line = this.#at): never {
    throw new Error(`${this.#file}:${line + 1}: ${why}`);
  }
}

const depthOf = (line = ''): number => /^\t*/.exec(line)?.[0].length ?? 0;

export const unquoted = (name: string): string =>
  name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name;

/** `table.column` of a relationship, each quoted where it must be. */
export function columnOfModel(text: string): readonly [table: string, column: string] {
  const [, table = '', column = ''] = COLUMN.exec(text) ?? [];
  return [unquoted(table), unquoted(column)];
}
