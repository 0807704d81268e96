import { describe, expect, it } from 'vitest';
import { rawIds } from '../../../../cli/log/raw-ids.ts';

const of = (text: string, stream: 'credit_applications' | 'account_activity' = 'credit_applications') =>
  rawIds(Buffer.from(text), stream);

describe('rawIds', () => {
  it('reads what a broken record calls itself', () => {
    expect(of('{"application_id":" a ","user_id":42,"credit_score":"x"}')).toEqual({ ids: ['a'], user: '42' });
    expect(of('{"transaction_id":"t","event_id":"e"}', 'account_activity')).toEqual({ ids: ['t', 'e'], user: null });
    expect(of('{"event_id":"e","user_id":"u"}', 'account_activity')).toEqual({ ids: ['e'], user: 'u' });
  });

  it.each(['', 'null', '[]', '7', '{"application_id":', '{"application_id":null}', '{"application_id":{}}'])(
    'finds nothing in %j',
    (text) => {
      expect(of(text)).toEqual({ ids: [], user: null });
    },
  );
});
