import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, settled, until, visit, type Watched } from './browser.ts';
import { FROM_RIGHT, MARKUP, openStand, type Stand } from './stand.ts';

let stand: Stand;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  stand = await openStand();
  watched = await openPage(stand.browser, stand.console.url, {}, /status of (400|409|503)|ERR_CONNECTION_REFUSED/);
  page = watched.page;
});
afterAll(async () => {
  await watched?.close();
  await stand?.close();
});

const select = (name: string) => page.locator(`select[name="${name}"]`);
const applications = async (): Promise<string> =>
  (await page.locator('[data-figure="applications"] .value').textContent()) ?? '';
const problem = (code: string, of = page) => of.locator(`[data-problem="${code}"]`);

async function counted(where: string): Promise<string> {
  const [row] = await stand.warehouse.query<{ n: string }>(`select count(*) as n from bi.applications where ${where}`);
  return row?.n ?? '';
}

describe('filters', () => {
  it('live in the address: they survive a reload and the back button, and go along to another screen', async () => {
    await visit(page, '/');
    const all = await applications();
    await select('region').selectOption('North');
    await page.waitForURL(/region=North/);
    await settled(page);
    const north = await applications();
    expect(north).toBe(await counted(`region = 'North'`));
    await select('risk_level').selectOption('High');
    await page.waitForURL(/risk_level=High/);
    await settled(page);
    const high = await applications();
    expect(high).toBe(await counted(`region = 'North' and risk_level = 'High'`));
    await page.reload();
    await settled(page);
    expect(await applications()).toBe(high);
    expect(await select('region').inputValue()).toBe('North');
    await page.goBack();
    await settled(page);
    expect(await applications()).toBe(north);
    await page.goBack();
    await settled(page);
    expect(await applications()).toBe(all);
    await page.goForward();
    await settled(page);
    await page.getByRole('link', { name: 'Credit risk', exact: true }).click();
    await page.waitForURL(/credit-risk\?region=North/);
    await settled(page);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL(/credit-risk$/);
  });

  it('take names with markup and from right to left as what they are', async () => {
    for (const region of [MARKUP, FROM_RIGHT]) {
      await visit(page, '/');
      await select('region').selectOption(region);
      await page.waitForURL(/region=/);
      await settled(page);
      expect(await applications()).toBe(await counted(`region = '${region.replaceAll("'", "''")}'`));
    }
  });

  it('days are typed, and the comparison with the period before follows', async () => {
    await visit(page, '/');
    await page.locator('input[name="from"]').focus();
    await page.keyboard.type('11012026');
    await page.waitForURL(/from=2026-11-01$/);
    await page.locator('input[name="to"]').focus();
    await page.keyboard.type('11102026');
    await page.waitForURL(/from=2026-11-01&to=2026-11-10$/);
    await settled(page);
    expect(await applications()).toBe(await counted(`date between '2026-11-01' and '2026-11-10'`));
    await page.locator('select').first().selectOption({ label: 'All days' });
    await page.waitForURL(/\/$/);
  });

  it('the decision stays behind on the way to the queue, where the status is the alert’s', async () => {
    await visit(page, '/?status=Approved&region=North');
    await page.getByRole('link', { name: 'Fraud queue' }).click();
    await page.waitForURL(/fraud-queue\?region=North$/);
    await settled(page);
    expect(await page.locator('[data-table="alerts"]').count()).toBe(1);
  });

  it('say where they have no say', async () => {
    await visit(page, '/?region=North');
    expect(await page.locator('[data-figure="invalid"] .not-cut').textContent()).toBe('Not filtered by Region');
  });
});

describe('bad addresses', () => {
  it('an unknown value of a filter is named, with the ways out', async () => {
    await visit(page, `/?risk_level=${encodeURIComponent(MARKUP)}&region=North`);
    const state = problem('invalid_filter');
    expect(await state.textContent()).toContain(MARKUP);
    expect(await select('risk_level').inputValue()).toBe(MARKUP);
    expect(await state.locator('a.choice').allTextContents()).toContain('Medium');
    await state.getByRole('link', { name: 'Show without risk_level' }).click();
    await page.waitForURL(/\?region=North$/);
    await settled(page);
    expect(await applications()).toBe(await counted(`region = 'North'`));
  });

  it('an unknown parameter is named', async () => {
    await visit(page, '/credit-risk?colour=red');
    await problem('unknown_parameter').getByRole('link', { name: 'Show without colour' }).click();
    await page.locator('[data-chart="score_distribution"]').waitFor();
  });

  it('days the wrong way round are turned round', async () => {
    await visit(page, '/?from=2026-11-10&to=2026-11-01');
    await problem('invalid_range').getByRole('link', { name: 'Turn them round' }).click();
    await page.waitForURL(/from=2026-11-01&to=2026-11-10/);
    await settled(page);
    expect(await applications()).toBe(await counted(`date between '2026-11-01' and '2026-11-10'`));
  });

  it('a path that is no screen says so, and leads back', async () => {
    await page.goto('/nothing/here');
    expect(await page.locator('[data-state="no-screen"]').textContent()).toContain('/nothing/here');
    await page.locator('main').getByRole('link', { name: 'Overview' }).click();
    await settled(page);
    expect(await page.locator('h1').textContent()).toBe('Overview');
  });
});

/** Runs on a console of its own. */
async function at(url: string, work: (other: Page) => Promise<void>): Promise<void> {
  const other = await openPage(stand.browser, url, {}, /status of (409|500|503)|ERR_CONNECTION_REFUSED/);
  try {
    await work(other.page);
    expect(other.complaints).toEqual([]);
  } finally {
    await other.close();
  }
}

describe('states of the warehouse and the API', () => {
  it('an empty warehouse says so on every screen, instead of showing zeros', async () => {
    const { pool } = await stand.emptyWarehouse();
    const { url } = await stand.serve({ warehouse: pool, blocks: (statement) => pool.blocks(statement) });
    await at(url, async (other) => {
      for (const path of [
        '/',
        '/fraud-queue',
        '/fraud',
        '/credit-risk',
        '/data-quality',
        '/pipeline',
        '/applications',
      ]) {
        await visit(other, path);
        expect([path, await other.locator('[data-state="empty"]').count()]).toEqual([path, 1]);
        expect(await other.locator('[data-figure="applications"]').count()).toBe(0);
      }
    });
  });

  it('a stale warehouse says as of when', async () => {
    const { url } = await stand.serve({ staleAfterMinutes: 0, now: () => Date.now() + 7_200_000 });
    await at(url, async (other) => {
      await visit(other, '/');
      expect(await other.locator('[data-banner="stale"]').textContent()).toMatch(
        /These figures are stale.*2 h 0\d min ago/,
      );
      expect(await other.locator('[data-figure="applications"]').count()).toBe(1);
    });
  });

  it('a warehouse of an older schema, and one where a view is missing, are named', async () => {
    const { warehouse, pool } = await stand.emptyWarehouse();
    const warehouseOf = { warehouse: pool, blocks: pool.blocks.bind(pool) };
    const { url } = await stand.serve({
      ...warehouseOf,
      migrations: [...stand.deps.migrations, '9999_from_tomorrow.sql'],
    });
    await at(url, async (other) => {
      await visit(other, '/');
      expect(await problem('schema_outdated', other).textContent()).toContain('9999_from_tomorrow.sql');
    });
    await warehouse.query('drop view bi.rule_days');
    const broken = await stand.serve(warehouseOf);
    await at(broken.url, async (other) => {
      await visit(other, '/fraud');
      expect(await problem('view_missing', other).textContent()).toContain('rule_days');
    });
  });

  it('an API that goes down leaves what was there, says so, and is found again', async () => {
    const down = await stand.serve({});
    await at(down.url, async (other) => {
      await visit(other, '/');
      await down.close();
      await other.getByRole('button', { name: 'Refresh now' }).click();
      await other.locator('[data-banner="problem"]').waitFor();
      expect(await other.locator('[data-banner="problem"]').textContent()).toMatch(
        /The API is down.*what was there before/,
      );
      expect(await other.locator('[data-figure="applications"]').count()).toBe(1);
      await other.getByRole('link', { name: 'Pipeline' }).click();
      await problem('unreachable', other).waitFor();
    });
  });

  it('asks again every 30 seconds, and not while it is paused', async () => {
    const other = await openPage(stand.browser, stand.console.url);
    try {
      const asked: string[] = [];
      other.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await other.page.clock.install();
      await visit(other.page, '/');
      const count = () => asked.filter((path) => path === '/api/overview').length;
      const before = count();
      await other.page.clock.fastForward(31_000);
      await other.page.waitForResponse((response) => response.url().includes('/api/overview')).catch(() => {});
      expect(count()).toBeGreaterThan(before);
      await other.page.getByRole('button', { name: 'Pause' }).click();
      const paused = count();
      await other.page.clock.fastForward(120_000);
      await other.page.getByRole('button', { name: 'Resume' }).waitFor();
      expect(count()).toBe(paused);
    } finally {
      await other.close();
    }
  });
});

describe('what strangers wrote', () => {
  it('is shown as text: in tables, tooltips and the drawer', async () => {
    watched.complaints.length = 0;
    await visit(page, '/fraud');
    expect(await page.locator('[data-table="transaction_detail"]').textContent()).toContain(MARKUP);
    expect(await page.locator('main img').count()).toBe(0);
    await visit(page, '/credit-risk');
    const chart = page.locator('[data-chart="rates_by_region"] canvas').first();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('no canvas');
    const tips = new Set<string>();
    for (let i = 1; i < 24; i += 1) {
      await page.mouse.move(box.x + box.width / 2, box.y + (box.height * i) / 24);
      tips.add(
        (await page.locator('.tip').count()) > 0 ? ((await page.locator('.canvas:has(.tip)').textContent()) ?? '') : '',
      );
    }
    expect([...tips].some((text) => text.includes(MARKUP))).toBe(true);
    expect([...tips].some((text) => text.includes(FROM_RIGHT))).toBe(true);
    expect(await page.locator('main img').count()).toBe(0);
    expect(watched.complaints).toEqual([]);
  });
});

/** The first application of an answer, a hundred thousand times. */
const MANY_ROWS = `(() => {
  const { fetch } = globalThis;
  globalThis.fetch = async (...asked) => {
    const response = await fetch(...asked);
    if (new URL(response.url).pathname !== '/api/applications') return response;
    const answer = await response.json();
    const applications = Array.from({ length: 100000 }, (_, i) => ({ ...answer.applications[0], application_id: 'row-' + i }));
    response.json = async () => ({ ...answer, applications, next_cursor: null });
    return response;
  };
})()`;

describe('a hundred thousand rows', () => {
  it('are scrolled through without drawing more than those in sight', async () => {
    // A page of its own, and rows made in it: to send tens of megabytes through the driver takes a busy machine too long,
    // and what is still on its way when the test is over would be in the way of the next.
    const other = await openPage(stand.browser, stand.console.url);
    try {
      await other.page.addInitScript({ content: MANY_ROWS });
      await visit(other.page, '/applications');
      const table = other.page.locator('[data-table="applications"]');
      expect(await table.locator('.count').textContent()).toBe('100,000 rows');
      const drawn = () => table.locator('tbody tr:not(.gap)').count();
      expect(await drawn()).toBeLessThan(80);
      await other.page.evaluate(`document.querySelector('[data-table="applications"] .scroll').scrollTo(0, 1e9)`);
      await other.page.locator('[data-application="row-99999"]').waitFor();
      expect(await drawn()).toBeLessThan(80);
      expect(await table.locator('tr').last().getAttribute('aria-rowindex')).toBe('100001');
    } finally {
      await other.close();
    }
  });

  it('are fetched page by page, each row once', async () => {
    await visit(page, '/applications');
    const table = page.locator('[data-table="applications"]');
    expect(await table.locator('.count').textContent()).toContain('The first 50 rows; there are more.');
    await table.getByRole('button', { name: 'Load more' }).click();
    const all = await counted('true');
    await until(page, `document.querySelector('[data-table="applications"] .count').textContent === '${all} rows'`);
  });

  it('of a table are exported as CSV under the same filters', async () => {
    await visit(page, '/applications?region=North');
    const href = await page.getByRole('link', { name: 'CSV of the applications' }).getAttribute('href');
    const text = await (await page.request.get(href ?? '')).text();
    expect(String(text.trim().split('\r\n').length - 1)).toBe(await counted(`region = 'North'`));
  });
});
