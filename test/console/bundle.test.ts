import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildConsole } from '../../console/web/build.ts';

const MOST_BYTES = 350_000;
const dist = await buildConsole();
const files = globSync('**/*.*', { cwd: dist }).map((name) => ({ name, body: readFileSync(path.join(dist, name)) }));

describe('what a browser loads', () => {
  test('is at most 350 kB gzipped, all parts together', () => {
    const sizes = files.map(({ name, body }) => ({ name, bytes: gzipSync(body, { level: 9 }).length }));
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MOST_BYTES);
  });

  test('charts are loaded apart, so that the first figures do not wait for them', () => {
    const page = files.find(({ name }) => name === 'index.html')?.body.toString() ?? '';
    expect(page).toMatch(/assets\/index-[^"]+\.js/);
    expect(page).not.toContain('echarts');
    expect(files.some(({ name }) => /assets\/echarts-.+\.js$/.test(name))).toBe(true);
  });

  test('loads nothing from elsewhere', () => {
    for (const { name, body } of files.filter(({ name: one }) => /\.(html|css)$/.test(one)))
      expect([
        name,
        body.toString().match(/(?:src|href)="(?:https?:)?\/\/|url\(\s*['"]?(?:https?:)?\/\/|@import/g),
      ]).toEqual([name, null]);
  });

  test('is built once for the same sources', async () => {
    expect(await buildConsole()).toBe(dist);
  });
});
