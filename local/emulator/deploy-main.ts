import { parseArgs } from 'node:util';
import { stopOnSignals } from '../process/signals.ts';
import { deploy, deployedStacks, destroy, type DeploymentOptions } from './deployment.ts';
import { emulatorEndpoint, requireAnswer } from './endpoint.ts';
import { say, settingsOf, withErrors } from './person.ts';

const HELP = `npm run deploy:local -- [--destroy] [-c key=value …] [--verbose]

Deploys the stage local to the emulator of AWS that listens on AWS_ENDPOINT_URL: bootstraps it, deploys every stack,
prints the outputs. \`npm run emulator\` starts one; local/compose.yaml another, with Docker.
  --destroy       delete the stacks again
  -c key=value    a setting of the app, such as -c policy=founding
  --verbose       print all that the CDK says
`;

const NEXT = `
Next:
  npm run crp -- produce --stage local --count 1000    put generated records on the deployed streams
  npm run crp -- batch --stage local                   start the deployed state machine
  npm run crp -- status --stage local
  npm run deploy:local -- --destroy                    delete it again
`;

await withErrors(async () => {
  const { values } = parseArgs({
    options: {
      destroy: { type: 'boolean' },
      context: { type: 'string', short: 'c', multiple: true },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return void process.stdout.write(HELP);
  const settings = settingsOf(values.context ?? []);
  const endpoint = emulatorEndpoint(process.env);
  await requireAnswer(endpoint);
  const interrupted = new AbortController();
  stopOnSignals(async () => interrupted.abort());
  const options: DeploymentOptions = {
    endpoint,
    settings,
    onProgress: say,
    ...(values.verbose === true ? { onLine: (line: string) => void process.stderr.write(`  ${line}\n`) } : {}),
    signal: interrupted.signal,
  };
  if (values.destroy === true) {
    const stacks = await deployedStacks(options);
    if (stacks.length === 0) return say(`nothing of the stage local is deployed at ${endpoint}`);
    await destroy(options);
    return say(`deleted ${stacks.join(', ')}`);
  }
  const outputs = Object.entries(await deploy(options));
  const width = Math.max(...outputs.map(([key]) => key.length));
  process.stdout.write(`\nDeployed to ${endpoint}:\n`);
  for (const [key, value] of outputs) process.stdout.write(`  ${key.padEnd(width)}  ${value}\n`);
  process.stdout.write(NEXT);
});
