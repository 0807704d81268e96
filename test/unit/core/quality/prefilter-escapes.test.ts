import { describe, expect, it } from 'vitest';
import { perhapsCard } from '../../../../core/quality/prefilter.ts';

describe('the card pre-check', () => {
  it.each(['\\u00e94111111111111111', '\\u00414111 1111 1111 1111', '\\ud83d\\ude004111111111111111'])(
    'does not take the digits of an escape for the beginning of a card: %s',
    (text) => {
      expect(perhapsCard(Buffer.from(`{"note":"${text}"}`))).toBe(true);
    },
  );
});
