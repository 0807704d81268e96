import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills what this process started when this process is gone, however it went: SIGKILL and an out-of-memory kill
 * run no handler of ours. A shell (1 MB) reads the pids from a pipe; when the pipe closes, it signals them.
 * It leads its own session, so that Ctrl-C in the terminal does not reach it.
 */
const SCRIPT = `
watched=' '
while read -r op signal pid; do
  case $op in
    watch) watched="$watched$signal:$pid " ;;
    release) watched=$(printf '%s' "$watched" | sed "s/ [A-Z]*:$pid / /") ;;
  esac
done
for w in $watched; do kill -s "\${w%%:*}" -- "-\${w##*:}" 2>/dev/null; done
[ "$watched" = ' ' ] || sleep 3
for w in $watched; do kill -s KILL -- "-\${w##*:}" 2>/dev/null; done
`;

const watched = new Map<number, NodeJS.Signals>();
let shell: ChildProcess | undefined;

function tell(line: string): void {
  if (shell === undefined) {
    shell = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
    shell.unref();
    // The pipe must not keep this process alive; a net.Socket has unref, the declared Writable has not.
    (shell.stdin as unknown as { unref(): void }).unref();
    shell.stdin?.on('error', () => undefined);
    process.once('exit', () => {
      for (const [group, signal] of watched) trySignal(-group, signal);
    });
  }
  shell.stdin?.write(`${line}\n`);
}

/**
 * From now on the process group gets `signal`, and SIGKILL 3 s later, when this process ends in whatever way.
 * @param pid of a process that was started detached, and so leads a group
 */
export function watch(pid: number, signal: NodeJS.Signals): void {
  watched.set(pid, signal);
  tell(`watch ${signal.replace('SIG', '')} ${pid}`);
}

export function release(pid: number): void {
  if (watched.delete(pid)) tell(`release - ${pid}`);
}

/** @returns false when there is no such process any more */
export function trySignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
