import type { Hono } from 'hono';
import { SEVERITIES } from '../../core/contract/values.ts';
import { rowsOf, type Statement, type Table } from '../../lambdas/adapters/warehouse-reader.ts';
import { body, statusRequest } from './bodies.ts';
import type { Context } from './context.ts';
import { scopeOf } from './cursors.ts';
import type { AlertAtDesk } from './deps.ts';
import { ConsoleError } from './errors.ts';
import { type Parameters, parametersOf, readFilters } from './filters.ts';
import { atDesk, deskOf } from './desk.ts';
import { readLimit } from './limit.ts';
import { ALERTS, alertRows, APPLICATIONS, applicationRows } from './people.ts';
import { Bound, notFilteredBy, where } from './queries.ts';
import { snapshot } from './reading.ts';
import { rulesOf, ruleTexts } from './rules.ts';
import { exportPath, listing, page } from './tables.ts';
import type { Age, AlertResponse, AlertRow, AlertsResponse, AlertState, Filters, StatusResponse } from './types.ts';

/** Here `status` is the alert's own. */
const PARAMETERS: Parameters = {
  dimensions: {
    ...parametersOf(['region', 'risk_level', 'card_type', 'is_fraud', 'severity', 'rule']).dimensions,
    status: 'alert_status',
  },
  others: ['cursor', 'limit'],
};

const RELATED = 20;

export function alertRoutes(api: Hono, context: Context): void {
  api.get('/alerts', async (request) => {
    const query = new URL(request.req.url).searchParams;
    const filters = await readFilters(query, PARAMETERS, context.values, context.deps.now());
    const limit = readLimit(query);
    const scope = scopeOf('alerts', filters);
    const text = query.get('cursor');
    const cursor = text === null ? null : context.cursors.read(text, scope);
    const { standing, tables } = await snapshot(context.deps, [
      listing(ALERTS, filters, cursor, limit),
      openAlerts(filters, context.deps.now()),
    ]);
    const [found, open] = tables as [Table, Table];
    const { rows, next_cursor } = page(ALERTS, found, limit, (places) => context.cursors.write(places, scope));
    return request.json({
      standing,
      filters,
      open: rowsOf<{ severity: string; age: Age; alerts: string }>(open).map((row) => ({
        ...row,
        alerts: Number(row.alerts),
      })) as AlertsResponse['open'],
      alerts: alertRows({ ...found, fields: ALERTS.columns, rows }, context.mask),
      next_cursor,
      not_filtered_by: notFilteredBy('fraud_alerts', filters),
      export: exportPath('alert_detail', filters),
    } satisfies AlertsResponse);
  });

  api.get('/alerts/:id', async (request) => {
    const id = request.req.param('id');
    const row = await alertRow(context, id);
    const { standing, tables } = await snapshot(context.deps, [
      one(id),
      rulesOf(row.policy_id, row.policy_version),
      ofPerson('applications', row.user_id, null),
      ofPerson('fraud_alerts', row.user_id, id),
    ]);
    const [found, rules, applications, alerts] = tables as [Table, Table, Table, Table];
    const [alert] = alertRows(found, context.mask);
    if (alert === undefined) throw unknown(id);
    const stored = await atStore(context, id);
    return request.json({
      standing,
      alert,
      state: stored === null ? null : stateOf(stored),
      ahead_of_warehouse: stored !== null && stored.alert.updated_at > new Date(alert.updated_at).toISOString(),
      evidence: stored === null ? null : context.mask.values(stored.alert.evidence),
      rule:
        ruleTexts(rules).find(
          ({ rule_id, rule_version }) => rule_id === alert.rule_id && rule_version === alert.rule_version,
        ) ?? null,
      policy: { id: alert.policy_id, version: alert.policy_version },
      related_applications: applicationRows(applications, context.mask).filter(
        ({ application_id }) => application_id !== alert.application_id,
      ),
      related_alerts: alertRows(alerts, context.mask),
    } satisfies AlertResponse);
  });

  api.post('/alerts/:id/status', async (request) => {
    const desk = deskOf(context);
    const change = await body(request, statusRequest);
    const alertId = request.req.param('id');
    // Of somebody who refuses analytics nothing is shown here, so nothing can be decided here either.
    await alertRow(context, alertId);
    const changed = await atDesk(
      () =>
        desk.disposeAlert({
          alertId,
          to: change.status,
          by: change.name,
          reason: change.reason,
          seenVersion: change.seen_version,
        }),
      async () => stateOf(await desk.showAlert(alertId)),
    );
    return request.json({ state: stateOf(changed) } satisfies StatusResponse);
  });
}

/** Alerts that wait, by severity and by how long they have. */
function openAlerts(filters: Filters, now: number): Statement {
  const bound = new Bound();
  const { alert_status: _, ...values } = filters.values;
  const at = bound.add(new Date(now).toISOString(), 'timestamptz');
  return {
    text: `select severity, case
        when created_at > ${at} - interval '1 hour' then 'under an hour'
        when created_at > ${at} - interval '1 day' then 'under a day'
        when created_at > ${at} - interval '7 days' then 'under a week'
        else 'older' end as age, count(*) as alerts
      from bi.fraud_alerts ${where('fraud_alerts', { ...filters, values }, bound, ['is_open'])}
      group by 1, 2
      order by array_position(${bound.add(`{${SEVERITIES.toReversed().join(',')}}`, 'text[]')}, severity), min(created_at) desc`,
    values: bound.values,
  };
}

const columns = ALERTS.columns.join(', ');

const one = (id: string): Statement => ({
  text: `select ${columns} from bi.fraud_alerts where alert_id = $1`,
  values: [id],
});

const ofPerson = (view: 'applications' | 'fraud_alerts', user: string, but: string | null): Statement => ({
  text: `select ${(view === 'applications' ? APPLICATIONS : ALERTS).columns.join(', ')} from bi.${view}
    where user_id = $1 ${but === null ? '' : 'and alert_id <> $2'} order by event_time desc limit ${RELATED}`,
  values: but === null ? [user] : [user, but],
});

type Known = Pick<AlertRow, 'policy_id' | 'policy_version'> & { readonly user_id: string };

/** @throws ConsoleError when the warehouse shows no such alert */
async function alertRow({ deps }: Context, id: string): Promise<Known> {
  if (!/^[0-9a-f]{64}$/.test(id)) throw unknown(id);
  const { tables } = await snapshot(deps, [one(id)]);
  const [row] = rowsOf<Known>(tables[0] as Table);
  if (row === undefined) throw unknown(id);
  return row;
}

const unknown = (id: string): ConsoleError =>
  new ConsoleError(
    'not_found',
    `The warehouse shows no alert ${id.slice(0, 100)}.`,
    'One that has just been raised is shown after the next batch.',
  );

/** Where the store cannot be reached the warehouse's state is shown, and nothing can be changed. */
async function atStore({ deps }: Context, id: string): Promise<AlertAtDesk | null> {
  if (deps.desk === null) return null;
  try {
    return await deps.desk.showAlert(id);
  } catch (error) {
    deps.onError(error);
    return null;
  }
}

export const stateOf = ({ alert, version, next }: AlertAtDesk): AlertState => ({
  alert_id: alert.alert_id,
  status: alert.status,
  version,
  next,
  history: alert.history.map(({ status, at, by, reason }) => ({ status, at, by, reason })),
  updated_at: alert.updated_at,
});
