// node up.ts DATA ASSEMBLY: a program with a stack, as a person would run it and end it by a signal.
import { LocalError, openDataDirectory, startStack, stopOnSignals, type Stack } from '../../../local/index.ts';

const [data = '', assembly = ''] = process.argv.slice(2);
let starting: Promise<Stack> | undefined;
const controller = new AbortController();
stopOnSignals(async () => {
  controller.abort();
  await (await starting)?.stop();
});
try {
  const directory = await openDataDirectory(data);
  starting = startStack({ directory, assembly, signal: controller.signal });
  console.log('starting');
  await starting;
  console.log('up');
} catch (error) {
  // Broken off by a signal, whose handler ends the program.
  if (!controller.signal.aborted) {
    console.log(error instanceof LocalError ? error.message : error);
    process.exit(1);
  }
}
