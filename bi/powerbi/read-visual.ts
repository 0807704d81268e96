/** A field of the model that a visual refers to. */
export interface Used {
  readonly table: string;
  readonly name: string;
  readonly kind: 'Column' | 'Measure';
}

type Json = unknown;
const isObject = (value: Json): value is Readonly<Record<string, Json>> => typeof value === 'object' && value !== null;

/** Every field that a document refers to, each once: in roles, in orders, in filters and in the selectors of formats. */
export function fieldsUsed(document: Json): readonly Used[] {
  const found = new Map<string, Used>();
  const visit = (value: Json, aliases: ReadonlyMap<string, string>): void => {
    if (!isObject(value)) return;
    // a query within a query knows its own names alone
    const inner = value['From'] === undefined ? aliases : new Map(named(value['From']));
    for (const kind of ['Column', 'Measure'] as const) {
      const used = read(kind, value[kind], inner);
      if (used !== undefined) found.set(JSON.stringify(used), used);
    }
    for (const part of Object.values(value)) visit(part, inner);
  };
  visit(document, new Map());
  return [...found.values()];
}

/** Names that a query gives to tables. */
function named(from: Json): readonly (readonly [string, string])[] {
  if (!Array.isArray(from)) return [];
  return from.flatMap((source: Json) =>
    isObject(source) && typeof source['Name'] === 'string' && typeof source['Entity'] === 'string'
      ? [[source['Name'], source['Entity']] as const]
      : [],
  );
}

function read(kind: Used['kind'], value: Json, aliases: ReadonlyMap<string, string>): Used | undefined {
  if (!isObject(value) || typeof value['Property'] !== 'string') return undefined;
  const expression = value['Expression'];
  const source = isObject(expression) ? expression['SourceRef'] : undefined;
  if (!isObject(source)) return undefined;
  const { Entity, Source } = source;
  const table = typeof Entity === 'string' ? Entity : aliases.get(String(Source));
  return { kind, name: value['Property'], table: table ?? `${String(Source)}, which is no table` };
}
