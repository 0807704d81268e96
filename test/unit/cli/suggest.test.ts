import { expect, it } from 'vitest';
import { typed } from '../../../cli/suggest.ts';

it.each([
  ['.local', 'npm run crp -- batch'],
  ['runs/1', 'npm run crp -- batch --data runs/1'],
  ['my runs', 'npm run crp -- batch --data "my runs"'],
])('a suggestion works on the same data directory, %s', (data, command) => {
  expect(typed('batch', { data })).toBe(command);
});

it('… or on the same stage', () => {
  expect(typed('batch', { data: '.local', stage: 'dev' })).toBe('npm run crp -- batch --stage dev');
});
