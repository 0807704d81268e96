import type { Hono } from 'hono';
import { rowsOf, type Statement, type Table } from '../../lambdas/adapters/warehouse-reader.ts';
import type { StoredReview } from '../../lambdas/adapters/review-store.ts';
import { body, reviewRequest } from './bodies.ts';
import type { Context } from './context.ts';
import { scopeOf } from './cursors.ts';
import { atDesk, deskOf } from './desk.ts';
import { ConsoleError } from './errors.ts';
import { EVERYWHERE, parametersOf, readFilters } from './filters.ts';
import { readLimit } from './limit.ts';
import { ALERTS, alertRows, APPLICATIONS, applicationRows } from './people.ts';
import { notFilteredBy } from './queries.ts';
import { read, snapshot } from './reading.ts';
import { findReceipt, receiptView, ruleKey, ruleRow } from './receipts.ts';
import { rulesOf, ruleTexts } from './rules.ts';
import { exactly, exportPath, listing, page } from './tables.ts';
import type {
  ApplicationResponse,
  ApplicationRow,
  ApplicationsResponse,
  ReplayResponse,
  ReviewResponse,
  ReviewRow,
} from './types.ts';

const PARAMETERS = parametersOf(EVERYWHERE, ['application_id', 'cursor', 'limit']);
const PATH = '/applications/:user/:applicationId';

export function applicationRoutes(api: Hono, context: Context): void {
  const { deps, mask, cursors } = context;

  api.get('/applications', async (request) => {
    const query = new URL(request.req.url).searchParams;
    const filters = await readFilters(query, PARAMETERS, context.values, deps.now());
    const limit = readLimit(query);
    const id = query.get('application_id');
    const scope = scopeOf('applications', [filters, id]);
    const text = query.get('cursor');
    const cursor = text === null ? null : cursors.read(text, scope);
    const { standing, tables } = await snapshot(deps, [listing(APPLICATIONS, filters, cursor, limit, exactly(id))]);
    const found = tables[0] as Table;
    const { rows, next_cursor } = page(APPLICATIONS, found, limit, (places) => cursors.write(places, scope));
    return request.json({
      standing,
      filters,
      applications: applicationRows({ ...found, fields: APPLICATIONS.columns, rows }, mask),
      next_cursor,
      not_filtered_by: notFilteredBy('applications', filters),
      export: exportPath('application_detail', filters, id),
    } satisfies ApplicationsResponse);
  });

  api.get(PATH, async (request) => {
    const known = await identify(context, request.req.param('user'), request.req.param('applicationId'));
    const person = [known.applicationId, known.userId];
    const { standing, tables } = await snapshot(deps, [
      application(person),
      {
        text: `select ${ALERTS.columns.join(', ')} from bi.fraud_alerts
          where application_id = $1 and user_id = $2 and subject_kind = 'application' order by event_time desc`,
        values: person,
      },
      reviewsIn(person),
      {
        text: `select policy_id as id, version, high_below, low_from, reject_below::integer, approval_floor::integer,
            instant_amount::double precision
          from bi.policies where policy_id = $1 and version = $2 limit 1`,
        values: [known.policyId, known.policyVersion],
      },
      rulesOf(known.policyId, known.policyVersion),
    ]);
    const [found, alerts, reviews, policies, rules] = tables as [Table, Table, Table, Table, Table];
    const [row] = applicationRows(found, mask);
    if (row === undefined) throw unknown(known.applicationId);
    const [{ receipt, receipt_problem }, made] = await Promise.all([
      receiptOf(context, known, row, rules),
      reviewsMade(context, known, row.revision, reviewRows(reviews)),
    ]);
    return request.json({
      standing,
      application: row,
      receipt,
      receipt_problem,
      policy: rowsOf<NonNullable<ApplicationResponse['policy']>>(policies)[0] ?? null,
      alerts: alertRows(alerts, mask),
      ...made,
    } satisfies ApplicationResponse);
  });

  api.post(`${PATH}/replay`, async (request) => {
    if (deps.replay === null)
      throw new ConsoleError('store_down', 'The log is out of reach from here.', 'crp explain computes it again, too.');
    const known = await identify(context, request.req.param('user'), request.req.param('applicationId'));
    const started = deps.now();
    const records = (await deps.replay(known.applicationId, known.userId)).map(({ rules, ...record }) => ({
      position: record.position,
      arrival: new Date(record.arrival).toISOString(),
      disposition: record.disposition,
      outcome: record.outcome,
      digest: record.digest,
      stored_digest: record.stored,
      equal: record.stored === record.digest,
      policy: record.policy,
      history: record.history,
      rules: rules.map((rule) => ruleRow(rule, record.conditions[rule.id] ?? null, mask)),
    }));
    return request.json({
      equal: records.length > 0 && records.every(({ equal }) => equal),
      took_ms: deps.now() - started,
      records,
    } satisfies ReplayResponse);
  });

  api.post(`${PATH}/reviews`, async (request) => {
    const desk = deskOf(context);
    const { name, reason, decision, revision, seen_reviews } = await body(request, reviewRequest);
    const known = await identify(context, request.req.param('user'), request.req.param('applicationId'));
    const made = await atDesk(
      () =>
        desk.reviewApplication({
          applicationId: known.applicationId,
          userId: known.userId,
          revision,
          decision,
          by: name,
          reason,
          seenReviews: seen_reviews,
        }),
      async () => {
        const { reviews } = await desk.showReviews(known.applicationId, known.userId);
        return { reviews: reviews.map((one) => storedRow(one, true)), seen_reviews: reviews.length };
      },
    );
    return request.json({
      review: storedRow(made.review, true),
      seen_reviews: made.reviews.length,
    } satisfies ReviewResponse);
  });
}

interface Known {
  readonly applicationId: string;
  readonly userId: string;
  readonly policyId: string;
  readonly policyVersion: string;
}

/**
 * Whose application is meant: the person's id, or the token in its place.
 *
 * @throws ConsoleError when the warehouse shows no such application
 */
async function identify({ deps, mask }: Context, user: string, applicationId: string): Promise<Known> {
  const [found] = await read(deps, [
    {
      text: `select user_id, policy_id, policy_version from bi.applications where application_id = $1`,
      values: [applicationId],
    },
  ]);
  const row = rowsOf<{ user_id: string; policy_id: string; policy_version: string }>(found as Table).find(
    ({ user_id }) => mask.user(user_id) === user,
  );
  if (row === undefined) throw unknown(applicationId);
  return { applicationId, userId: row.user_id, policyId: row.policy_id, policyVersion: row.policy_version };
}

const unknown = (id: string): ConsoleError =>
  new ConsoleError(
    'not_found',
    `The warehouse shows no application ${id.slice(0, 128)} of this person.`,
    'One that has just arrived is shown after the next batch.',
  );

const application = (person: readonly string[]): Statement => ({
  text: `select ${APPLICATIONS.columns.join(', ')} from bi.applications where application_id = $1 and user_id = $2`,
  values: person,
});

const reviewsIn = (person: readonly string[]): Statement => ({
  text: `select review_id, revision, decision, reviewer, reason, decided_at, is_current_revision
    from bi.review_decisions where application_id = $1 and user_id = $2 order by decided_at, review_id`,
  values: person,
});

const reviewRows = (table: Table): ReviewRow[] =>
  rowsOf<Omit<ReviewRow, 'in_warehouse'>>(table).map((row) => ({
    ...row,
    revision: Number(row.revision),
    in_warehouse: true,
  }));

const storedRow = (stored: StoredReview, isCurrent: boolean): ReviewRow => ({
  review_id: stored.review_id,
  revision: stored.revision,
  decision: stored.decision,
  reviewer: stored.reviewer,
  reason: stored.reason,
  decided_at: stored.decided_at,
  is_current_revision: isCurrent,
  in_warehouse: false,
});

/** The warehouse's decisions, and those that it will have after the next batch. */
async function reviewsMade({ deps }: Context, known: Known, revision: number, loaded: readonly ReviewRow[]) {
  const onRevision = loaded.filter((one) => one.revision === revision).length;
  if (deps.desk === null) return { reviews: loaded, seen_reviews: onRevision };
  try {
    const { reviews } = await deps.desk.showReviews(known.applicationId, known.userId);
    const later = reviews.filter(({ review_id }) => loaded.every((one) => one.review_id !== review_id));
    return { reviews: [...loaded, ...later.map((one) => storedRow(one, true))], seen_reviews: reviews.length };
  } catch (error) {
    deps.onError(error);
    return { reviews: loaded, seen_reviews: onRevision };
  }
}

async function receiptOf(
  { deps, mask }: Context,
  { applicationId, userId }: Known,
  { revision, ingest_time }: ApplicationRow,
  rules: Table,
): Promise<Pick<ApplicationResponse, 'receipt' | 'receipt_problem'>> {
  if (deps.objects === null) return { receipt: null, receipt_problem: 'The bucket with the receipts is out of reach.' };
  try {
    const arrival = Date.parse(ingest_time);
    const found = await findReceipt(deps.objects, { applicationId, userId, revision, arrival });
    if (found === null) return { receipt: null, receipt_problem: 'There is no receipt of it in the log of its hour.' };
    const conditions = new Map(
      ruleTexts(rules).map(({ rule_id, rule_version, condition }) => [ruleKey(rule_id, rule_version), condition]),
    );
    return { receipt: receiptView(found, conditions, mask), receipt_problem: null };
  } catch (error) {
    deps.onError(error);
    return { receipt: null, receipt_problem: 'The receipts cannot be read now.' };
  }
}
