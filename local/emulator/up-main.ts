import { parseArgs } from 'node:util';
import { stopOnSignals } from '../process/signals.ts';
import { warehouseEnvironment } from '../stack/warehouse-client.ts';
import { startEmulator } from './emulator.ts';
import { say, wholePort, withErrors } from './person.ts';

const HELP = `npm run emulator -- [--port N]

Starts an emulated AWS account (MiniStack) and a PostgreSQL for its functions on this machine, and keeps them until
Ctrl-C; what was deployed or stored there is gone then. Needs Python 3.10 or newer; no Docker.
  --port N   where the emulator listens on 127.0.0.1 (default: a free port)
`;

await withErrors(async () => {
  const { values } = parseArgs({ options: { port: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) return void process.stdout.write(HELP);
  const starting = new AbortController();
  const dropHandlers = stopOnSignals(async () => starting.abort());
  const port = values.port === undefined ? {} : { port: wholePort(values.port) };
  const emulator = await startEmulator({ ...port, onProgress: say, signal: starting.signal });
  dropHandlers();
  stopOnSignals(() => emulator.stop(), 10_000);
  const { PGHOST, PGPORT, PGPASSFILE, PGUSER, PGDATABASE } = warehouseEnvironment(emulator.warehouse);
  process.stdout.write(`
In another terminal:

  export AWS_ENDPOINT_URL=${emulator.endpoint}
  npm run deploy:local

The warehouse, for psql:

  export PGHOST=${PGHOST} PGPORT=${PGPORT} PGUSER=${PGUSER} PGDATABASE=${PGDATABASE} PGPASSFILE=${PGPASSFILE}

Logs: ${emulator.logs.ministack}
Ctrl-C ends both servers and removes what they kept.
`);
  // Signals end it; and so does an emulator that dies.
  while (emulator.ministack.running) await new Promise((resolve) => setTimeout(resolve, 1_000));
  await emulator.stop();
  throw new Error('the emulator ended by itself');
});
