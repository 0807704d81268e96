type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

export const FORM_EXPECTED =
  'expected YYYY, MM and DD, perhaps with HH, MM and SS behind them, such as "DD.MM.YYYY HH:MM"';

const TOKENS = /YYYY|MM|DD|HH|SS/g;
const LETTERS: Readonly<Record<string, Part>> = { YYYY: 'year', MM: 'month', DD: 'day', HH: 'hour', SS: 'second' };

const literally = (text: string): string => text.replace(/[^\w\s]/g, '\\$&');

/**
 * Reads dates of one form and writes them as the contract has timestamps. Only digits change their places: whether there
 * is such a day is for the checks of the stream to judge.
 *
 * @param form `YYYY`, `MM`, `DD`, `HH`, `MM` (behind `HH`: the minute) and `SS`; all else stands for itself
 * @param offset of the clock that wrote them: `Z` or `±HH:MM`
 * @returns null where that is no form; what is returned gives null for text that has not the form
 */
export function dateReader(form: string, offset = 'Z'): ((text: string) => string | null) | null {
  const parts: Part[] = [];
  let pattern = '';
  let end = 0;
  for (const { 0: token, index } of form.matchAll(TOKENS)) {
    const between = form.slice(end, index);
    end = index + token.length;
    const part =
      token === 'MM' && parts.includes('hour') && !parts.includes('minute') ? 'minute' : (LETTERS[token] as Part);
    // Where something stands on both sides, 3/31 is as clear as 03/31.
    const alone =
      (between !== '' || index === 0) && (end === form.length || !/^(YYYY|MM|DD|HH|SS)/.test(form.slice(end)));
    parts.push(part);
    pattern += `${literally(between)}(?<${part}>${part === 'year' ? '\\d{4}' : alone ? '\\d{1,2}' : '\\d\\d'})`;
  }
  const has = (part: Part): boolean => parts.includes(part);
  const whole =
    has('year') && has('month') && has('day') && has('hour') === has('minute') && (has('hour') || !has('second'));
  if (!whole || new Set(parts).size < parts.length) return null;
  const expression = new RegExp(`^${pattern}${literally(form.slice(end))}$`);
  return (text) => {
    const found = expression.exec(text)?.groups as Partial<Record<Part, string>> | undefined;
    if (found === undefined) return null;
    const two = (part: Part): string => (found[part] ?? '').padStart(2, '0');
    const seconds = has('second') ? `:${two('second')}` : '';
    return `${found.year}-${two('month')}-${two('day')}T${two('hour')}:${two('minute')}${seconds}${offset}`;
  };
}
