/**
 * The name that somebody probably meant: one that is a few slips of the keyboard away, or of which it is a part
 * (`income` → `annual_income`).
 *
 * @returns null where none is near, or where two parts are equally so
 */
export function nearest(name: string, known: readonly string[]): string | null {
  const text = name.toLowerCase();
  const most = Math.max(1, Math.floor(text.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const candidate of known) {
    const distance = slips(text, candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  if (best !== null) return best;
  const containing = known.filter((candidate) => candidate.toLowerCase().split('_').includes(text));
  return containing.length === 1 ? (containing[0] as string) : null;
}

/** The end of a message about an unknown name: the name that was meant, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? '' : `; did you mean ${meant}?`;
}

/** How many letters must be put in, left out, replaced or swapped with their neighbour (optimal string alignment). */
function slips(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
