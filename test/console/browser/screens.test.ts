import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, settled, until, visit, type Watched } from './browser.ts';
import { FIRST_ARRIVAL } from '../../support/world.ts';
import { openStand, type Stand } from './stand.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let stand: Stand;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  stand = await openStand();
  watched = await openPage(stand.browser, stand.console.url);
  page = watched.page;
});
afterAll(async () => {
  await watched?.close();
  await stand?.close();
});

const SCREENS: readonly (readonly [at: string, title: string, shown: string])[] = [
  ['/', 'Overview', '[data-figure="applications"]'],
  ['/fraud-queue', 'Fraud queue', '[data-table="alerts"]'],
  ['/fraud', 'Fraud and rules', '[data-chart="rules"]'],
  ['/credit-risk', 'Credit risk', '[data-chart="score_distribution"]'],
  ['/data-quality', 'Data quality', '[data-chart="invalid_share"]'],
  ['/pipeline', 'Pipeline', '[data-stage="warehouse"]'],
  ['/applications', 'Application', '[data-table="applications"]'],
];

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** What axe-core finds that is serious or worse. */
async function violations(of: Page): Promise<readonly string[]> {
  await of.evaluate(AXE);
  const found = await of.evaluate<readonly Violation[]>('axe.run(document).then(({ violations }) => violations)');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`).join(' | ')}`,
    );
}

async function query(text: string, values: unknown[] = []): Promise<Record<string, number>> {
  const [row = {}] = await stand.warehouse.query(text, values);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
}

const figure = (id: string) => page.locator(`[data-figure="${id}"] .value`);

describe('every screen', () => {
  it.each(SCREENS)(
    '%s has its title, its content, no complaint, and nothing that axe calls serious, in light and in dark',
    async (at, title, shown) => {
      watched.complaints.length = 0;
      await visit(page, at);
      expect(await page.title()).toBe(`${title} – Credit risk console`);
      expect(await page.locator('h1').textContent()).toBe(title);
      await page.locator(shown).first().waitFor();
      expect(await page.locator('nav a[aria-current="page"]').textContent()).toBe(title);
      expect(await violations(page)).toEqual([]);
      expect(watched.complaints).toEqual([]);
      expect(watched.foreign).toEqual([]);
    },
  );

  it('shows every chart of the catalogue', async () => {
    const meta = (await (await page.request.get('/api/meta')).json()) as {
      pages: { path: string; charts: { id: string; kind: string }[] }[];
    };
    const screens: Readonly<Record<string, string>> = { '/api/overview': '/' };
    for (const { path: answer, charts } of meta.pages) {
      await visit(page, screens[answer] ?? answer.replace('/api', ''));
      for (const { id, kind } of charts) {
        const place =
          kind === 'table' && id !== 'freshness'
            ? 'table'
            : kind === 'number' || kind === 'gauge' || id === 'freshness'
              ? 'figure'
              : 'chart';
        expect([id, await page.locator(`[data-${place}="${id}"]`).count()]).toEqual([id, 1]);
      }
    }
  });
});

describe('numbers', () => {
  it('are those that SQL gives', async () => {
    await visit(page, '/');
    const of = await query(
      `select count(*) as n, avg((approval_status = 'Approved')::int) as approved, avg(is_fraud::int) as flagged from bi.applications`,
    );
    expect(of['n']).toBeGreaterThan(200);
    expect(await figure('applications').textContent()).toBe(String(of['n']));
    expect(await figure('approval').textContent()).toBe(`${((of['approved'] ?? 0) * 100).toFixed(1)}%`);
    expect(Number(await figure('fraud').getAttribute('data-value'))).toBeCloseTo(of['flagged'] ?? -1, 12);
    const invalid = await query('select sum(quarantined)::float8 / sum(received) as share from bi.arrivals');
    expect(Number(await figure('invalid').getAttribute('data-value'))).toBeCloseTo(invalid['share'] ?? -1, 12);
  });

  it('of fraud are those that SQL gives, and are not nothing', async () => {
    await visit(page, '/fraud');
    const of = await query('select count(*) filter (where is_fraud) as flagged from bi.transactions');
    expect(of['flagged']).toBeGreaterThan(5);
    expect(await figure('flagged_transactions').textContent()).toBe(String(of['flagged']));
  });

  it('are compared with the period before', async () => {
    await visit(page, '/?from=2026-11-01&to=2026-11-10');
    const of = await query(
      `select count(*) filter (where date >= '2026-11-01') as now, count(*) filter (where date < '2026-11-01') as before
       from bi.applications where date between '2026-10-22' and '2026-11-10'`,
    );
    expect(await figure('applications').textContent()).toBe(String(of['now']));
    expect(await page.locator('[data-figure="applications"] .change').textContent()).toContain(`from ${of['before']}`);
  });

  it('of a chart can be read as a table, by keyboard too', async () => {
    await visit(page, '/');
    const chart = page.locator('[data-chart="risk_breakdown"]');
    await chart.getByRole('button', { name: 'Table of' }).focus();
    await page.keyboard.press('Enter');
    const cells = await chart.locator('tbody td').allTextContents();
    const of = await query('select count(*) as n from bi.applications');
    expect(cells.map(Number).reduce((sum, n) => sum + n, 0)).toBe(of['n']);
    expect(await violations(page)).toEqual([]);
  });

  it('live ones say that they are ahead of the warehouse, and move while records stream', async () => {
    // In the hour of its records: receipts of hours that are over are not looked for again.
    const begun = Date.now();
    const live = await stand.serve({ now: () => FIRST_ARRIVAL + 60_000 + Date.now() - begun });
    await visit(page, live.url);
    const received = page.locator('[data-live="received"] dd');
    await page.locator('[data-live="received"]').waitFor();
    const before = Number(await received.textContent());
    expect(before).toBe(stand.world.produced.length);
    const more = stand.world.applications(
      {
        user_id: 'late',
        application_id: 'late-1',
        credit_score: 700,
        loan_amount: 100,
        timestamp: '2026-11-20T10:00:00Z',
      },
      {
        user_id: 'late',
        application_id: 'late-2',
        credit_score: 700,
        loan_amount: 100,
        timestamp: '2026-11-20T10:00:00Z',
      },
    );
    stand.world.archive(more);
    await until(page, `document.querySelector('[data-live="received"] dd').textContent === '${before + 2}'`);
    expect(await page.locator('[data-live="ahead"]').textContent()).toMatch(/records? ahead of the warehouse/);
  });
});

describe('an application', () => {
  it('is found by its id, and shows decision, reasons, rules, receipt; replayed, it is equal', async () => {
    await visit(page, '/applications');
    await page.getByLabel('Application id').fill('app-0033');
    await page.keyboard.press('Enter');
    await page.waitForURL(/application_id=app-0033/);
    await settled(page);
    await page.locator('[data-application="app-0033"]').click();
    await settled(page);
    expect(await page.locator('#application').textContent()).toBe('app-0033');
    expect(await page.locator('[data-rule]').count()).toBeGreaterThan(2);
    expect(await page.locator('.reasons li').count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Replay it now' }).click();
    await page.locator('[data-banner="equal"]').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('is decided on by nobody where the policy has decided it', async () => {
    const [decided] = await stand.warehouse.query<{ application_id: string }>(
      `select application_id from bi.applications where approval_status = 'Approved' limit 1`,
    );
    await visit(page, `/applications?application_id=${decided?.application_id ?? ''}`);
    await page.locator(`[data-application="${decided?.application_id ?? ''}"]`).click();
    await settled(page);
    expect(await page.locator('[data-reviews]').textContent()).toContain('only what is under review');
    expect(await page.locator('[data-reviews] form').count()).toBe(0);
  });

  it('is decided on by a person with a name and a reason, and not without', async () => {
    const [under] = await stand.warehouse.query<{ application_id: string }>(
      `select application_id from bi.applications where approval_status = 'Under Review' order by event_time limit 1`,
    );
    const id = under?.application_id ?? '';
    await visit(page, `/applications?application_id=${id}`);
    await page.locator(`[data-application="${id}"]`).click();
    await settled(page);
    await page.getByRole('button', { name: 'Record the decision' }).click();
    expect(await page.locator('.field-error').textContent()).toBe('Choose one.');
    await page.getByRole('radio', { name: 'Approved' }).check();
    await page.getByLabel('Your name').fill('Ana');
    await page.getByRole('button', { name: 'Record the decision' }).click();
    expect(await page.locator('.field-error').textContent()).toContain('A reason is needed');
    expect(await page.evaluate('document.activeElement.name')).toBe('reason');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Income <b>proven</b>');
    await page.getByRole('button', { name: 'Record the decision' }).click();
    await page.locator('[data-banner="done"]').waitFor();
    expect(await page.locator('[data-reviews="1"] .history').textContent()).toContain('Income <b>proven</b>');
  });
});

/** Days with a period before them to compare with; what goes by arrival and by run has no days before its own. */
const SHOWN_DAYS = '?from=2026-10-28&to=2026-11-21';
const daysShown = (at: string): string => (/quality|pipeline/.test(at) ? '' : SHOWN_DAYS);

const SHOTS = path.resolve(import.meta.dirname, '../../../docs/screenshots');
const HIGHEST = 1_500;

/** A page as high as what it shows, or the navigation would end half-way. */
async function shoot(name: string): Promise<void> {
  const high = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width: 1440, height: Math.min(Math.max(high, 900), HIGHEST) });
  await settled(page);
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), animations: 'disabled' });
  await page.setViewportSize({ width: 1440, height: 900 });
}

describe('screenshots', () => {
  const names = [
    'overview',
    'fraud-queue',
    'fraud',
    'credit-risk',
    'data-quality',
    'pipeline',
    'applications',
    'application',
    'alert',
    'overview-dark',
  ];

  it('of every screen are in docs, taken here (UPDATE_SCREENSHOTS=1 takes them anew)', async () => {
    if (process.env['UPDATE_SCREENSHOTS'] === '1') {
      mkdirSync(SHOTS, { recursive: true });
      for (const [at] of SCREENS) {
        await visit(page, `${at}${daysShown(at)}`);
        expect([at, await page.locator('[data-chart]:has([data-state="nothing"])').count()]).toEqual([at, 0]);
        await shoot(at === '/' ? 'overview' : at.slice(1));
      }
      await visit(page, '/fraud-queue?status=open');
      await page.locator('[data-alert]').first().click();
      await page.locator('dialog[open] .history').waitFor();
      await page.screenshot({ path: path.join(SHOTS, 'alert.png'), animations: 'disabled' });
      await visit(page, '/applications?is_fraud=true');
      await page.locator('[data-application]').first().click();
      await settled(page);
      await shoot('application');
      await page.emulateMedia({ colorScheme: 'dark' });
      await visit(page, `/${SHOWN_DAYS}`);
      await shoot('overview-dark');
      await page.emulateMedia({ colorScheme: 'light' });
    }
    expect(names.filter((name) => !existsSync(path.join(SHOTS, `${name}.png`)))).toEqual([]);
  });
});
