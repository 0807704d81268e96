import { describe, expect, it } from 'vitest';
import { type Resource, resourcesOf, synthesise, type Synthesised } from './synth.ts';

/*
 * A stack finds what another one has by its outputs, and its template stays the same when another resource stands behind
 * them: `cdk deploy` then leaves the stack out. So what depends on which one it is must have it in its own template.
 */

const cluster = (name: string): string =>
  `arn:aws:kafka:us-east-1:111111111111:cluster/${name}/5d1b0f3c-2a1e-4f6b-9a57-0c6f7a2d5e11-3`;
const synthesisedOnce = new Map<string, Synthesised>();
const dev = (settings: Readonly<Record<string, string>> = {}): Synthesised => {
  const id = JSON.stringify(settings);
  const app = synthesisedOnce.get(id) ?? synthesise({ stage: 'dev', alertStore: 'documentdb', ...settings });
  synthesisedOnce.set(id, app);
  return app;
};

/** Paths `stack/logical id` of what differs, of one type. */
function changed(before: Synthesised, after: Synthesised, type: string): string[] {
  const all = (app: Synthesised): Record<string, Resource> =>
    Object.fromEntries(
      Object.entries(app.stacks).flatMap(([stack, { resources }]) =>
        Object.entries(resources).flatMap(([id, resource]) =>
          resource.Type === type ? [[`${stack}/${id}`, resource] as const] : [],
        ),
      ),
    );
  const was = all(before);
  return Object.entries(all(after)).flatMap(([id, resource]) =>
    JSON.stringify(was[id]) === JSON.stringify(resource) ? [] : [id],
  );
}
/** Steps of the deployment that are done again, by stack and name. */
const stepsAgain = (before: Synthesised, after: Synthesised): string[] =>
  changed(before, after, 'Custom::Trigger')
    .map((id) => id.replace(/Trigger[0-9A-F]+$/, ''))
    .sort();

describe('Another database or cluster', () => {
  it('is migrated, where the warehouse is another one', () => {
    expect(stepsAgain(dev(), dev({ warehouseDatabase: 'another' }))).toContain('batch/Migrations');
    expect(stepsAgain(dev(), dev({ ownKeys: 'false' }))).toContain('batch/Migrations');
  });

  it('knows its users, where the alert store is another one', () => {
    const again = stepsAgain(dev(), dev({ ownKeys: 'false' }));
    expect(again).toEqual(expect.arrayContaining(['batch/AlertUsers', 'streaming/AlertUsers']));
  });

  it.each([
    ['of brokers of its own', { stream: 'msk' }, { stream: 'msk', mskMode: 'provisioned' }],
    ['in other zones', { stream: 'msk' }, { stream: 'msk', zones: '3' }],
    ['of somebody else', { stream: cluster('one') }, { stream: cluster('two') }],
  ])('has its topics, where Kafka is another one: %s', (_what, before, after) => {
    expect(stepsAgain(dev(before), dev(after))).toContain('streaming/Topics');
  });

  it('is watched by the alarms and shown by the dashboard', () => {
    const watching = (after: Synthesised, metric: string) => {
      const ids = changed(dev(), after, 'AWS::CloudWatch::Alarm').map((id) => id.split('/')[1]!);
      const metricsOf = ({ Properties: p }: Resource): unknown[] =>
        p['MetricName'] === undefined
          ? (p['Metrics'] as { MetricStat?: { Metric: { Namespace: string } } }[]).map(
              (m) => m.MetricStat?.Metric.Namespace,
            )
          : [p['Namespace']];
      const all = Object.entries(after.stacks['monitoring']!.resources).filter(
        ([, one]) => one.Type === 'AWS::CloudWatch::Alarm' && metricsOf(one).includes(metric),
      );
      expect(all.length, metric).toBeGreaterThan(3);
      expect(ids, metric).toEqual(expect.arrayContaining(all.map(([id]) => id)));
    };
    watching(dev({ warehouseDatabase: 'another' }), 'AWS/RDS');
    watching(dev({ ownKeys: 'false' }), 'AWS/DocDB');
    for (const after of [dev({ warehouseDatabase: 'another' }), dev({ ownKeys: 'false' })])
      expect(changed(dev(), after, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });

  it('has another name: CloudFormation makes it before it deletes the old one', () => {
    const names = [{}, { mskMode: 'provisioned' }, { zones: '3' }, { mskMode: 'provisioned', ownKeys: 'false' }].map(
      (settings) => {
        const app = dev({ stream: 'msk', ...settings });
        const [made] = [...resourcesOf(app, 'AWS::MSK::ServerlessCluster'), ...resourcesOf(app, 'AWS::MSK::Cluster')];
        return made!.Properties['ClusterName'] as string;
      },
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^credit-risk-dev-[a-z0-9-]{1,48}$/);
  });
});
