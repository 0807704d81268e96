import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Half of a short command's time is compiling; everything that is cached must be imported after this line.
enableCompileCache(join(import.meta.dirname, '..', '.cache', 'compile'));
const [{ program }, { fail }, { refuseFlagsThatNpmTook }] = await Promise.all([
  import('./index.ts'),
  import('./fail.ts'),
  import('./npm-flags.ts'),
]);

// `crp quarantine export | head` closes the pipe early: nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

try {
  refuseFlagsThatNpmTook(process.env);
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = fail(error);
}
// Whatever still holds the event loop (a keep-alive socket) must not hold the person.
process.exit(process.exitCode ?? 0);
