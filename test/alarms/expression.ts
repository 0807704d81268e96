/**
 * The part of CloudWatch's metric math that our alarms use, point by point: arithmetic, comparisons, AND and OR, IF, FILL,
 * and MAX of a list. Where an operand has no point at a time the result has none, nor has a division by zero.
 */

/** Points of a metric, oldest first; undefined where there is none. */
export type Series = readonly (number | undefined)[];

type Value = { readonly kind: 'number'; readonly value: number } | { readonly kind: 'series'; readonly points: Series };

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(>=|<=|==|!=|&&|\|\||[-+*/<>(),[\]]))/y;

/** @throws Error for what the evaluator does not know */
export function evaluate(text: string, metrics: Readonly<Record<string, Series>>): Series {
  const tokens = tokenise(text);
  const length = Object.values(metrics)[0]?.length ?? 0;
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const take = (wanted?: string): string => {
    const token = tokens[at];
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`${text}: expected ${wanted ?? 'more'}, found ${token ?? 'the end'}`);
    at += 1;
    return token;
  };
  const pointsOf = (value: Value): Series =>
    value.kind === 'series' ? value.points : Array.from({ length }, () => value.value);
  const pointwise = (
    values: readonly Value[],
    f: (points: readonly (number | undefined)[]) => number | undefined,
  ): Value => {
    const all = values.map(pointsOf);
    const points = Array.from({ length }, (_, i) => {
      const result = f(all.map((one) => one[i]));
      return result === undefined || Number.isFinite(result) ? result : undefined;
    });
    return { kind: 'series', points };
  };
  const whole = (f: (a: number, b: number) => number) => (a: Value, b: Value) =>
    pointwise([a, b], ([x, y]) => (x === undefined || y === undefined ? undefined : f(x, y)));
  const levels: readonly Readonly<Record<string, (a: Value, b: Value) => Value>>[] = [
    { OR: whole((a, b) => +(a !== 0 || b !== 0)), '||': whole((a, b) => +(a !== 0 || b !== 0)) },
    { AND: whole((a, b) => +(a !== 0 && b !== 0)), '&&': whole((a, b) => +(a !== 0 && b !== 0)) },
    {
      '>=': whole((a, b) => +(a >= b)),
      '<=': whole((a, b) => +(a <= b)),
      '==': whole((a, b) => +(a === b)),
      '!=': whole((a, b) => +(a !== b)),
      '>': whole((a, b) => +(a > b)),
      '<': whole((a, b) => +(a < b)),
    },
    { '+': whole((a, b) => a + b), '-': whole((a, b) => a - b) },
    { '*': whole((a, b) => a * b), '/': whole((a, b) => a / b) },
  ];
  const parse = (level: number): Value => {
    const operators = levels[level];
    if (operators === undefined) return primary();
    let left = parse(level + 1);
    for (let next = peek(); next !== undefined && Object.hasOwn(operators, next); next = peek()) {
      take();
      left = operators[next]!(left, parse(level + 1));
    }
    return left;
  };
  const list = (close: string): Value[] => {
    const values = [parse(0)];
    while (peek() === ',') {
      take();
      values.push(parse(0));
    }
    take(close);
    return values;
  };
  const call = (name: string): Value => {
    take('(');
    if (name === 'MAX') {
      take('[');
      const values = list(']');
      take(')');
      return pointwise(values, (points) =>
        points.some((one) => one === undefined) ? undefined : Math.max(...(points as number[])),
      );
    }
    const values = list(')');
    if (name === 'IF' && values.length === 3)
      return pointwise(values, ([condition, then, otherwise]) =>
        condition === undefined ? undefined : condition !== 0 ? then : otherwise,
      );
    if (name === 'FILL' && values.length === 2)
      // A metric without a single point in the range has no times to be filled at.
      return pointsOf(values[0]!).every((point) => point === undefined)
        ? values[0]!
        : pointwise(values, ([point, instead]) => point ?? instead);
    throw new Error(`${text}: ${name} of ${values.length} is not known`);
  };
  const primary = (): Value => {
    const token = take();
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (token === '(') {
      const value = parse(0);
      take(')');
      return value;
    }
    if (peek() === '(') return call(token);
    const points = metrics[token];
    if (points === undefined) throw new Error(`${text}: ${token} is no metric of it`);
    return { kind: 'series', points };
  };
  const result = parse(0);
  if (at < tokens.length) throw new Error(`${text}: ${tokens[at]} is left over`);
  return pointsOf(result);
}

function tokenise(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`${text}: not understood from ${text.slice(from)}`);
    tokens.push(match[1] ?? match[2] ?? match[3]!);
  }
  return tokens;
}
