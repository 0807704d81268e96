import type { ReceiptView, RuleRow } from '../../../api/types.ts';
import { cellText, momentText, NOTHING } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { Facts, ValuesTable } from '../parts/facts.tsx';

/** What the pipeline wrote down when it decided. */
export function Receipt({ receipt }: { readonly receipt: ReceiptView }) {
  const { position } = receipt;
  return (
    <>
      <section className="panel wide" aria-labelledby="reasons">
        <h3 id="reasons">Decision and reasons</h3>
        <p className="lead">
          {receipt.outcome !== null && <Badge value={receipt.outcome} />}{' '}
          {receipt.risk_level !== null && <Badge value={receipt.risk_level} />} <Badge value={receipt.disposition} />
        </p>
        <ul className="reasons">
          {receipt.reasons.map(({ code, text }) => (
            <li key={code}>
              <code>{code}</code> <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
        <Rules rules={receipt.rules} />
      </section>
      <section className="panel" aria-label="Inputs">
        <h3>What came in</h3>
        <ValuesTable caption="Inputs, normalised" values={receipt.inputs} />
      </section>
      <section className="panel" aria-label="Features">
        <h3>What was known of the person</h3>
        <ValuesTable caption="Features" values={receipt.features} />
      </section>
      <section className="panel wide" aria-label="Receipt">
        <h3>Receipt</h3>
        <Facts
          of={[
            ['Position', <code key="position">{`${position.stream} ${position.shard} ${position.seq}`}</code>],
            ['Arrived', `${momentText(receipt.arrival)} UTC`],
            ['Digest', <code key="digest">{receipt.digest}</code>],
            ['Policy’s digest', <code key="policy">{receipt.policy_digest}</code>],
            ['Code', <code key="code">{receipt.code}</code>],
          ]}
        />
      </section>
    </>
  );
}

export function Rules({ rules }: { readonly rules: readonly RuleRow[] }) {
  if (rules.length === 0) return <p className="muted">No rule was asked.</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Rules">
      <table>
        <thead>
          <tr>
            {['Rule', 'Result', 'Severity', 'Fires when', 'Values', 'Why'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.rule_id} data-rule={rule.rule_id} data-result={rule.result}>
              <th scope="row">
                <code>{rule.rule_id}</code> <span className="muted">v{rule.rule_version}</span>
              </th>
              <td>
                <Badge value={rule.result} />
              </td>
              <td>{rule.severity === null ? NOTHING : <Badge value={rule.severity} />}</td>
              <td className="wrap">{rule.condition === null ? NOTHING : <code>{rule.condition}</code>}</td>
              <td className="wrap">
                <bdi>
                  {Object.entries(rule.values)
                    .map(([name, value]) => `${name} ${cellText(value, 'text')}`)
                    .join(', ') || NOTHING}
                </bdi>
              </td>
              <td className="wrap">
                <bdi>{rule.reason ?? NOTHING}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
