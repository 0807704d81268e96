/**
 * Texts of strangers. React shows a text as a text; these are for the two places that it does not draw: the HTML of a
 * chart's tooltip, and its canvas.
 */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (found) => ENTITIES[found] ?? '');

/** Isolated, so that a right-to-left name does not turn round what stands beside it; for text that no `bdi` can hold. */
export const isolated = (text: string): string => `\u2068${text}\u2069`;

/** Shortened for an axis, by characters as a reader counts them. */
export function shortened(text: string, most: number): string {
  const letters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
  if (letters.length <= most) return text;
  return `${letters
    .slice(0, most - 1)
    .map(({ segment }) => segment)
    .join('')}…`;
}

/** `confirmed_fraud` as a person writes it. */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
