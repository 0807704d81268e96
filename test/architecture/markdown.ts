/** What a document of the project claims about it: command lines, links, paths. */
export interface Claims {
  /** lines of blocks of commands, comments removed */
  readonly commands: readonly string[];
  /** code within sentences: may be a command without its arguments, or a path */
  readonly inline: readonly string[];
  /** targets of links */
  readonly links: readonly string[];
  /** anchors of its headings */
  readonly anchors: readonly string[];
}

const FENCE = /^ *```(\w*)/;
/** Blocks of these are for a shell; others are data. */
const SHELL = ['', 'sh', 'bash', 'shell'];

export function claimsOf(markdown: string): Claims {
  const commands: string[] = [];
  const prose: string[] = [];
  let block: string | null = null;
  for (const line of markdown.replaceAll('\\\n', ' ').split('\n')) {
    const fence = FENCE.exec(line);
    if (fence !== null) block = block === null ? fence[1]! : null;
    else if (block === null) prose.push(line);
    else if (SHELL.includes(block)) commands.push(withoutComment(line).trim());
  }
  const text = prose.join('\n');
  // A name of a command may be parted by the end of a line, but not by more.
  const CODE = /`([^`\n]+(?:\n[^`\n]+)?)`/g;
  const inline = [...text.matchAll(CODE)].map(([, code]) => code!);
  const links = [...text.replaceAll(CODE, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return { commands: commands.filter((line) => line !== ''), inline, links, anchors: anchorsOf(prose) };
}

/** `# …` at the beginning or after a blank, outside quotes. */
function withoutComment(line: string): string {
  let quote = '';
  for (const [at, char] of [...line].entries()) {
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '#' && (at === 0 || /\s/.test([...line][at - 1]!))) return [...line].slice(0, at).join('');
  }
  return line;
}

/** As GitHub makes them: lower case, no punctuation, hyphens for blanks, a number behind one that is there already. */
function anchorsOf(prose: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return prose.flatMap((line) => {
    const heading = /^#{1,6} +(.*?)\s*$/.exec(line)?.[1];
    if (heading === undefined) return [];
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return [times === 0 ? slug : `${slug}-${times}`];
  });
}

/** The words of each command of a line, as a shell would part them; `[optional]` counts as given. */
export function wordsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [, quoted, plain] of line.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"]+)/g)) {
    const word = quoted ?? plain!.replace(/^'|'$/g, '').replace(/^\[|\]$/g, '');
    if (quoted === undefined && /^(&&|\|\||[|;&])$/.test(word)) commands.push([]);
    else if (quoted === undefined && /^\d?>/.test(word)) commands.at(-1)!.push('>');
    else commands.at(-1)!.push(word);
  }
  return commands
    .map((words) => words.slice(words.concat('').findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .map((words) => (words.includes('>') ? words.slice(0, words.indexOf('>')) : words))
    .filter((words) => words.length > 0);
}
