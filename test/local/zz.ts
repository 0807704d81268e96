import { openDataDirectory, startStack } from '../../local/index.ts';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { partitionKey } from '../../core/contract/partition-key.ts';
import fs from 'node:fs';
const directory = await openDataDirectory('/tmp/lt/chaos', { fresh: true });
const s = await startStack({
  directory,
  policies: [fs.readFileSync('policies/default.json', 'utf8')],
  hostility: { seed: Number(process.argv[2] ?? 1), redeliver: 0.3, cut: 0.5, throttle: 0.1, expire: 0.2 },
  consume: false,
});
for (const [k, f] of [
  ['ApplicationsStreamName', 'credit_applications'],
  ['ActivityStreamName', 'account_activity'],
] as const) {
  const lines = fs
    .readFileSync('/tmp/lt/p.' + f)
    .toString('latin1')
    .split('\n')
    .filter(Boolean)
    .map((l) => Buffer.from(l, 'latin1'));
  for (let i = 0; i < lines.length; i += 250)
    await s.clients.kinesis.send(
      new PutRecordsCommand({
        StreamName: s.outputs[k]!,
        Records: lines.slice(i, i + 250).map((d) => ({ PartitionKey: partitionKey(d).slice(0, 256) || 'x', Data: d })),
      }),
    );
}
console.log('put');
let kills = 0;
const t = setInterval(() => {
  for (const f of ['detect-fraud', 'track-activity', 'archive-log'])
    if (Math.random() < 0.5) kills += s.functions.kill(f);
}, 400);
setTimeout(() => clearInterval(t), 12000);
const T = performance.now();
await s.drained();
clearInterval(t);
console.log('drained', (performance.now() - T) | 0, 'kills', kills);
console.log(
  s
    .status()
    .map((x) => [x.functionName, x.shard.slice(-1), x.delivered, x.invocations, x.failures, x.givenUp].join(' ')),
);
const r = await s.runWorkflow();
console.log(r.status, JSON.stringify(r.output).slice(0, 400), r.error);
await s.stop();
