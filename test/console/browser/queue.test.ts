import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, settled, visit, type Watched } from './browser.ts';
import { openStand, type Stand } from './stand.ts';

let stand: Stand;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  stand = await openStand();
  watched = await openPage(stand.browser, stand.console.url, {}, /status of 409/);
  page = watched.page;
});
afterAll(async () => {
  await watched?.close();
  await stand?.close();
});

const focused = (): Promise<string> =>
  page.evaluate(`document.activeElement.textContent.trim() || document.activeElement.name`);
const rowOf = (alert: string) => page.locator(`tr:has([data-alert="${alert}"])`);

async function open(): Promise<string> {
  await visit(page, '/fraud-queue?status=open');
  const link = page.locator('[data-alert]').first();
  const alert = (await link.getAttribute('data-alert')) ?? '';
  await link.focus();
  await page.keyboard.press('Enter');
  await page.locator('dialog[open] .history').waitFor();
  return alert;
}

async function decide(status: string, name: string, reason: string): Promise<void> {
  const drawer = page.locator('dialog[open]');
  await drawer.getByRole('radio', { name: status }).check();
  await drawer.getByLabel('Your name').fill(name);
  await drawer.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await drawer.getByRole('button', { name: 'Record the decision' }).click();
}

describe('the queue', () => {
  it('counts open alerts by severity and age as SQL does, and a severity is a filter', async () => {
    await visit(page, '/fraud-queue');
    const [waiting] = await stand.warehouse.query<{ n: string }>(
      'select count(*) as n from bi.fraud_alerts where is_open',
    );
    expect(Number(waiting?.n)).toBeGreaterThan(5);
    expect(await page.locator('[data-open]').getAttribute('data-open')).toBe(waiting?.n);
    await page.getByRole('link', { name: 'Show review alerts' }).click();
    await page.waitForURL(/severity=review/);
    await settled(page);
    const shown = await page.locator('[data-table="alerts"] tbody tr:not(.gap) td:first-child').allTextContents();
    expect(new Set(shown)).toEqual(new Set(['Review']));
  });

  it('opens an alert in a drawer that holds the focus, and gives it back on Esc', async () => {
    const alert = await open();
    expect(new URL(page.url()).searchParams.get('alert')).toBe(alert);
    const drawer = page.locator('dialog[open]');
    expect(await drawer.locator('h3').allTextContents()).toEqual([
      'Why: the rule and its evidence',
      'History',
      'Other applications of the person',
      'Other alerts of the person',
    ]);
    expect(await drawer.locator('.values tbody tr').count()).toBeGreaterThan(0);
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(`document.activeElement.closest('dialog') !== null`)).toBe(true);
    }
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(`document.activeElement.closest('dialog') !== null`)).toBe(true);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(await page.evaluate(`document.activeElement.dataset.alert`)).toBe(alert);
    await page.goBack();
    await page.locator('dialog[open]').waitFor();
  });

  it('takes a disposition to the store, and with the batch to the warehouse and the list', async () => {
    const alert = await open();
    // In the record a reason has one line.
    await decide('Confirmed fraud', 'Ana', 'The card\nwas <i>stolen</i>');
    await page.locator('[data-banner="done"]').waitFor();
    expect(await page.locator('dialog .history li').last().textContent()).toContain('The card was <i>stolen</i>');
    expect((await stand.store.get(alert))?.history.at(-1)).toMatchObject({
      status: 'confirmed_fraud',
      by: 'Ana',
      reason: 'The card was <i>stolen</i>',
    });
    expect(await page.locator('[data-banner="ahead"]').count()).toBe(1);
    // The list is of the warehouse; that it is decided is seen there all the same, also from another screen and back.
    await page.keyboard.press('Escape');
    expect(await rowOf(alert).textContent()).toContain('Confirmed fraud');
    expect(await page.locator('[data-ahead]:not(.live)').getAttribute('data-ahead')).toBe('1');
    await page.getByRole('link', { name: 'Pipeline' }).click();
    await settled(page);
    await page.getByRole('link', { name: 'Fraud queue' }).click();
    await settled(page);
    expect(await rowOf(alert).textContent()).toContain('Confirmed fraud');
    await stand.bringDecisions();
    const [row] = await stand.warehouse.query(
      'select status, disposed_by, disposition_reason from bi.fraud_alerts where alert_id = $1',
      [alert],
    );
    expect(row).toEqual({
      status: 'confirmed_fraud',
      disposed_by: 'Ana',
      disposition_reason: 'The card was <i>stolen</i>',
    });
    await visit(page, '/fraud-queue?status=confirmed_fraud');
    expect(await page.locator('[data-ahead]:not(.live)').count()).toBe(0);
    expect(await rowOf(alert).textContent()).toContain('Confirmed fraud');
  });

  it('shows the second of two reviewers what the first one did, and changes nothing', async () => {
    const alert = await open();
    const drawer = page.locator('dialog[open]');
    await drawer.getByRole('radio', { name: 'False positive' }).check();
    await stand.store.changeStatus(alert, {
      seenVersion: 1,
      to: 'in_review',
      by: 'Ben',
      reason: 'calling him',
      at: new Date(),
    });
    await decide('False positive', 'Ana', 'He was there');
    const conflict = page.locator('[data-banner="conflict"]');
    await conflict.waitFor();
    expect(await conflict.textContent()).toMatch(/Somebody else was faster.*In review.*Ben.*calling him/);
    expect((await stand.store.get(alert))?.history).toHaveLength(2);
    // What was written is still there, and can be sent upon what is now known.
    expect(await drawer.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('He was there');
    await drawer.getByRole('button', { name: 'Record the decision' }).click();
    await page.locator('[data-banner="done"]').waitFor();
    expect((await stand.store.get(alert))?.status).toBe('false_positive');
  });

  it('is walked by keyboard: skip link, screens, controls, filters, rows, in this order', async () => {
    await visit(page, '/fraud-queue');
    const seen: string[] = [];
    for (let i = 0; i < 45; i += 1) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    const order = ['Skip to the content', 'Overview', 'Application', 'Pause', 'Refresh now', 'from'].map((text) =>
      seen.indexOf(text),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(await page.evaluate(`document.activeElement.closest('main') !== null`)).toBe(true);
    await visit(page, '/fraud-queue');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('shows a whole line of an alert at the width of a laptop, and exports what its filters show', async () => {
    await visit(page, '/fraud-queue?status=open&severity=review&rule=R001');
    const box = page.locator('[data-table="alerts"] .scroll');
    const [seen, whole] = await box.evaluate((one) => [one.clientWidth, one.scrollWidth]);
    expect(whole).toBe(seen);
    const rows = await page.locator('[data-table="alerts"] .count').textContent();
    const href = await page.getByRole('link', { name: 'CSV of the alerts' }).getAttribute('href');
    const response = await page.request.get(href ?? '');
    expect([href, response.status()]).toEqual([href, 200]);
    expect(`${(await response.text()).trim().split('\r\n').length - 1} rows`).toBe(rows);
  });

  it('lets who only looks decide nothing', async () => {
    const other = await stand.serve({ role: 'engineer' });
    const looking = await openPage(stand.browser, other.url);
    try {
      await visit(looking.page, '/fraud-queue');
      await looking.page.locator('[data-alert]').first().click();
      await looking.page.locator('dialog[open] .history').waitFor();
      expect(await looking.page.locator('dialog').textContent()).toContain('Your role (engineer) looks at alerts');
      expect(await looking.page.locator('dialog form').count()).toBe(0);
      expect(await looking.page.locator('dialog').textContent()).toContain('(masked)');
    } finally {
      await looking.close();
    }
  });
});
