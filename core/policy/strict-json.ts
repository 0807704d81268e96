import { PolicyError } from './errors.ts';

/**
 * JSON.parse for documents that people edit: a key that stands twice in one object is an error, not the last one's
 * victory, and the message says line and column but repeats nothing of the text.
 *
 * @throws PolicyError
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const place = /line \d+ column \d+/.exec((error as Error).message)?.[0];
    throw new PolicyError('', `not JSON: ${place === undefined ? 'the text ends too early' : `wrong at ${place}`}`);
  }
  refuseRepeatedKeys(text);
  return value;
}

/** @param text valid JSON */
function refuseRepeatedKeys(text: string): void {
  const open: (Set<string> | null)[] = [];
  const token = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g;
  let last = '';
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(null);
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':') {
      const keys = open.at(-1);
      const key = JSON.parse(last) as string;
      if (keys?.has(key)) {
        const line = text.slice(0, match.index).split('\n').length;
        throw new PolicyError('', `the key "${key}" stands twice in one object, again on line ${line}`);
      }
      keys?.add(key);
    }
    last = found;
  }
}
