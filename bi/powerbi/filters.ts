import { expressionOf, type Field } from './fields.ts';

const DESCENDING = 2;
const ASCENDING = 1;
const MAXIMUM = 4;
const MINIMUM = 3;

/** Leaves the first `count` values of a column, in the order of a measure or of another column. */
export function topFilter(name: string, of: Field, by: Field, count: number, descending = true): object {
  const order = expressionOf(by, 't');
  const ordered =
    by.kind === 'Measure' ? order : { Aggregation: { Expression: order, Function: descending ? MAXIMUM : MINIMUM } };
  const table = { Name: 't', Entity: of.table, Type: 0 };
  const query = {
    Version: 2,
    From: [table],
    Select: [{ ...expressionOf(of, 't'), Name: 'field' }],
    OrderBy: [{ Direction: descending ? DESCENDING : ASCENDING, Expression: ordered }],
    Top: count,
  };
  return {
    name,
    field: expressionOf(of),
    type: 'TopN',
    filter: {
      Version: 2,
      From: [{ Name: 'first', Expression: { Subquery: { Query: query } }, Type: 2 }, table],
      Where: [
        { Condition: { In: { Expressions: [expressionOf(of, 't')], Table: { SourceRef: { Source: 'first' } } } } },
      ],
    },
    howCreated: 'User',
  };
}
