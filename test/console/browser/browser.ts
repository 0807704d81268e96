import { setTimeout as sleep } from 'node:timers/promises';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from 'playwright-core';

/** Made for a function: in one process the browser would end with the first of its contexts. */
const LEFT_OUT = ['--single-process', '--no-zygote'];

/** A Chromium that an npm package brings: nothing of the machine's is needed. */
export const startBrowser = async (): Promise<Browser> =>
  driver.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((one) => !LEFT_OUT.includes(one)), '--disable-background-networking'],
    headless: true,
  });

export interface Watched {
  readonly page: Page;
  /** what the browser complained of: errors of scripts, of the console, of the content security policy */
  readonly complaints: string[];
  /** addresses that were asked, of others than the console */
  readonly foreign: string[];
  close(): Promise<void>;
}

/**
 * A page of a browser of its own, as a reader would have it.
 *
 * @param expected complaints that a test brings about, such as an answer with an error's status
 */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  expected: RegExp | null = null,
): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'Pacific/Auckland',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const text = `${message.type()}: ${message.text()}`;
    if (expected === null || !expected.test(text)) complaints.push(text);
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== 'data:' && asked.origin !== new URL(url).origin) foreign.push(request.url());
  });
  page.setDefaultTimeout(15_000);
  return { page, complaints, foreign, close: () => context.close() };
}

/**
 * Until an expression holds in the page. Asked from outside: what waits within the page evaluates text, which the
 * console's content security policy forbids there.
 */
export async function until(page: Page, expression: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await page.evaluate<boolean>(expression).catch(() => false))) {
    if (Date.now() > end) throw new Error(`It never came true: ${expression}`);
    await sleep(25);
  }
}

/** Until nothing is loading and every chart is drawn. */
export const settled = (page: Page): Promise<void> =>
  until(
    page,
    `document.querySelector('main') !== null && document.querySelector('[data-state="loading"], [aria-busy="true"]') === null
      && [...document.querySelectorAll('.canvas')].every((one) => one.dataset.drawn !== undefined)`,
  );

export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}
