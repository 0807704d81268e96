import { describe, expect, it } from 'vitest';
import { METRIC_NAMESPACE, METRICS } from '../../core/contract/metrics.ts';
import { resourcesOf, synthesise, type Synthesised } from './synth.ts';

interface Body {
  readonly widgets: readonly {
    readonly type: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly properties: {
      readonly title?: string;
      readonly metrics?: readonly (readonly unknown[])[];
      readonly markdown?: string;
    };
  }[];
}

/** The body as CloudFormation would make it, with `<logical id>` for a name that a resource gets. */
function bodiesOf(app: Synthesised): ReadonlyMap<string, Body> {
  return new Map(
    resourcesOf(app, 'AWS::CloudWatch::Dashboard').map(({ Properties: { DashboardName, DashboardBody } }) => {
      const parts: readonly unknown[] =
        typeof DashboardBody === 'string' ? [DashboardBody] : DashboardBody['Fn::Join'][1];
      const text = parts.map((part) =>
        typeof part === 'string' ? part : `<${JSON.stringify(part).replaceAll('"', "'")}>`,
      );
      return [DashboardName, JSON.parse(text.join(''))];
    }),
  );
}
const titles = (body: Body): readonly string[] => body.widgets.flatMap(({ properties }) => properties.title ?? []);
const texts = (body: Body): readonly string[] =>
  body.widgets.flatMap(({ properties }) =>
    (properties.metrics ?? []).flat().flatMap((item) => (typeof item === 'string' ? [item] : [])),
  );

describe.each([
  ['kinesis', 'documentdb'],
  ['msk', 'dynamodb'],
])('the dashboards of prod on %s with %s', (stream, alertStore) => {
  const bodies = bodiesOf(synthesise({ stage: 'prod', stream, alertStore }));
  const operations = bodies.get('credit-risk-prod-operations')!;
  const business = bodies.get('credit-risk-prod-business')!;

  it('are two', () => {
    expect([...bodies.keys()].sort()).toEqual(['credit-risk-prod-business', 'credit-risk-prod-operations']);
  });

  it('begin with whether customers are served, then the stages, then the resources', () => {
    const sections = operations.widgets.flatMap(({ properties }) => properties.markdown ?? []);
    expect(sections[0]).toBe('## Are customers served?');
    expect(sections.at(-1)).toBe('## Stores');
  });

  it('show what the stage has and nothing else', () => {
    expect(titles(operations).includes('Age of what is read')).toBe(stream === 'kinesis');
    expect(titles(operations).includes('Bytes into the topics')).toBe(stream === 'msk');
    expect(titles(operations).includes('Alert store')).toBe(alertStore === 'documentdb');
  });

  it('leave no name open', () => {
    for (const text of [...texts(operations), ...texts(business)]) expect(text).not.toMatch(/^\{/);
  });

  it('name metrics of ours that are in the contract, under this stage', () => {
    const known = new Set<string>(Object.values(METRICS));
    const ours = [...operations.widgets, ...business.widgets]
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === METRIC_NAMESPACE);
    expect(ours.length).toBeGreaterThan(30);
    for (const [, metric, ...dimensions] of ours) {
      expect(known).toContain(metric);
      expect(dimensions.slice(dimensions.indexOf('stage'), dimensions.indexOf('stage') + 2)).toEqual(['stage', 'prod']);
    }
  });

  it('do not lay a widget upon another', () => {
    for (const { widgets } of [operations, business]) {
      const taken = new Set<string>();
      for (const { x, y, width, height } of widgets)
        for (let column = x; column < x + width; column++)
          for (let row = y; row < y + height; row++) {
            expect(column).toBeLessThan(24);
            expect(taken).not.toContain(`${column}/${row}`);
            taken.add(`${column}/${row}`);
          }
    }
  });
});
