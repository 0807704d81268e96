import type { ReactNode } from 'react';
import type { Cell } from '../../../api/types.ts';
import { cellText, momentText } from '../format.ts';

export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Values by their own names, as the pipeline knows them. */
export function ValuesTable({
  caption,
  values,
}: {
  readonly caption: string;
  readonly values: Readonly<Record<string, Cell>>;
}) {
  const all = Object.entries(values);
  if (all.length === 0) return <p className="muted">{caption}: none.</p>;
  return (
    <table className="values">
      <caption>{caption}</caption>
      <tbody>
        {all.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <bdi>
                {typeof value === 'string' && TIME.test(value) ? `${momentText(value)} UTC` : cellText(value, 'text')}
              </bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
