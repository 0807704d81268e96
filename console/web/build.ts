import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const HERE = import.meta.dirname;
const DIST = path.join(HERE, 'dist');
/** What else decides what comes out. */
const PACKAGES = ['vite', 'react', 'react-dom', 'echarts'] as const;
const DAY_MS = 86_400_000;

/** Of everything that the bundle is made of; the same sources give the same folder. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const sources = globSync(['index.html', 'build.ts', 'tsconfig.json', 'src/**/*.*'], { cwd: HERE }).sort();
  for (const file of sources)
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(HERE, file)))
      .update('\0');
  for (const name of PACKAGES) hash.update(readFileSync(path.join(HERE, '../../node_modules', name, 'package.json')));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Builds what the browser loads, where these sources were not built yet; it takes a second or two. Several processes may
 * do so at once: each builds apart, and the first one's folder is everybody's.
 *
 * @returns the folder with index.html
 */
export async function buildConsole(): Promise<string> {
  const id = fingerprint();
  const wanted = path.join(DIST, id);
  if (existsSync(path.join(wanted, 'index.html'))) return wanted;
  const apart = path.join(DIST, `${id}.${process.pid}.tmp`);
  await mkdir(DIST, { recursive: true });
  // Loaded only here: whoever finds a built console does not wait for a builder.
  const { build } = await import('vite');
  // Whoever builds it: under a test's NODE_ENV the browser would get React for developers, half as large again.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  await build({
    root: HERE,
    configFile: false,
    logLevel: 'warn',
    base: '/',
    build: {
      // The charts' part; a test holds all parts together to what they may weigh.
      chunkSizeWarningLimit: 700,
      outDir: apart,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = NODE_ENV;
  try {
    await rename(apart, wanted);
  } catch (error) {
    if (!existsSync(path.join(wanted, 'index.html'))) throw error;
    await rm(apart, { recursive: true, force: true });
  }
  await forget(id);
  return wanted;
}

/** Folders of other sources, but for those of today: a server may still serve them. */
async function forget(id: string): Promise<void> {
  for (const name of await readdir(DIST)) {
    const folder = path.join(DIST, name);
    const found = await stat(folder).catch(() => null);
    if (!name.startsWith(id) && found !== null && Date.now() - found.mtimeMs > DAY_MS)
      await rm(folder, { recursive: true, force: true });
  }
}
