/** What the browser measures of itself: asked from outside, the way there and the waiting would count too. */
import type { Browser, Page } from 'playwright-core';
import { openPage } from '../test/console/browser/browser.ts';

export interface Screen {
  readonly path: string;
  /** what is there once it has an answer */
  readonly shown: string;
}

/** Milliseconds, until the frame after it was painted. */
export interface Times {
  /** figures or rows are there */
  readonly useful: number;
  /** all charts are drawn too, and nothing is asked any more */
  readonly settled: number;
}

/**
 * Looks once a frame. A change of a filter begins when the page is told of it, and marks itself busy within that event,
 * so the frame that looks next cannot take the old figures for the new ones.
 */
const WATCH = `(() => {
  const watch = (from, shown) => {
    const found = { useful: null, settled: null };
    globalThis.__found = found;
    const answered = () => document.querySelector(shown) !== null
      && document.querySelector('[data-state="loading"], [aria-busy="true"]') === null;
    const drawn = () => [...document.querySelectorAll('.canvas')].every((one) => one.dataset.drawn !== undefined);
    const mark = (name) => requestAnimationFrame((at) => { found[name] ??= at - from; });
    const look = () => {
      if (globalThis.__found !== found) return;
      if (answered()) mark('useful');
      if (answered() && drawn()) mark('settled');
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
  globalThis.__watch = watch;
  addEventListener('change', (event) => {
    if (globalThis.__awaited !== undefined) watch(event.timeStamp, globalThis.__awaited);
  }, true);
})()`;

async function found(page: Page): Promise<Times> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const times = await page.evaluate<{ useful: number | null; settled: number | null } | undefined>('__found');
    const { useful = null, settled = null } = times ?? {};
    if (useful !== null && settled !== null) return { useful, settled };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${page.url()} was never settled`);
}

/** From the navigation of a browser that has nothing in its cache. */
export async function coldVisit(browser: Browser, url: string, { path, shown }: Screen): Promise<Times> {
  const watched = await openPage(browser, url);
  try {
    await watched.page.addInitScript({ content: `${WATCH}; __watch(0, ${JSON.stringify(shown)})` });
    await watched.page.goto(path, { waitUntil: 'commit' });
    return await found(watched.page);
  } finally {
    await watched.close();
  }
}

/** From the event of a filter's change, on a page that is there: each value is chosen once, the first one to warm up. */
export async function filterChanges(
  browser: Browser,
  url: string,
  { path, shown }: Screen,
  { filter, values }: { readonly filter: string; readonly values: readonly string[] },
): Promise<number[]> {
  const watched = await openPage(browser, url);
  try {
    await watched.page.addInitScript({ content: `${WATCH}; __watch(0, ${JSON.stringify(shown)})` });
    await watched.page.goto(path);
    await found(watched.page);
    await watched.page.evaluate(`__awaited = ${JSON.stringify(shown)}`);
    const times: number[] = [];
    for (const value of values) {
      await watched.page.evaluate('__found = undefined');
      await watched.page.locator(`select[name="${filter}"]`).selectOption(value);
      times.push((await found(watched.page)).settled);
    }
    return times.slice(1);
  } finally {
    await watched.close();
  }
}
