import { describe, expect, it } from 'vitest';
import { UserError } from '../../../cli/errors.ts';
import { plural, progress, seconds, table } from '../../../cli/ui.ts';

/** A stream that remembers; `isTTY` as told. */
function terminal(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = {
    isTTY,
    columns: 100,
    write: (part: string) => {
      text += part;
      return true;
    },
    on: () => {},
    once: () => {},
    removeListener: () => {},
    cursorTo: () => {},
    moveCursor: () => {},
    clearLine: () => {},
  };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

describe('progress', () => {
  it('writes plain lines with rates where there is no terminal', () => {
    const { stream, text } = terminal(false);
    const bars = progress(stream);
    bars.update('credit_applications', 500, 10_000);
    bars.update('account_activity', 0, null);
    bars.update('credit_applications', 10_000, 10_000);
    bars.update('account_activity', 1_200, null);
    bars.stop();
    expect(text()).toMatch(
      /^ {2}credit_applications: 10,000 \/ 10,000 \([\d,]+\/s\)\n {2}account_activity: 1,200 \([\d,]+\/s\)\n$/,
    );
    expect(text()).not.toContain('\u001b');
  });

  it('draws bars on a terminal', () => {
    const { stream, text } = terminal(true);
    const bars = progress(stream);
    bars.update('credit_applications', 500, 1_000);
    bars.update('credit_applications', 1_000, 1_000);
    bars.stop();
    expect(text()).toContain('1,000 / 1,000');
  });
});

describe('table', () => {
  it('puts numbers to the right under their heading', () => {
    expect(
      table(
        ['name', 'rows'],
        [
          ['a', 1],
          ['bcd', 12_345],
        ],
      )
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual(['  name    rows', '  a          1', '  bcd   12,345']);
  });
  it('copes with no rows, nulls and texts', () => {
    expect(table(['a'], [])).toContain('a');
    expect(table(['a', 'b'], [[null, 'x']])).toContain('x');
  });
});

describe('words', () => {
  it('are right for one and many, and for long times', () => {
    expect([plural(1, 'row'), plural(2_000, 'row')]).toEqual(['1 row', '2,000 rows']);
    expect([seconds(1_250), seconds(61_000)]).toEqual(['1.3 s', '1 min 1 s']);
    expect(new UserError('x')).toMatchObject({ hint: null, exitCode: 2 });
  });
});
