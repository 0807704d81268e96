import { Duration } from 'aws-cdk-lib/core';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { memoryBytes } from '../../config/instance-memory.ts';
import type { Settings } from '../../config/settings.ts';
import type { DocumentAlertStore } from '../document-alert-store.ts';
import type { RdsWarehouse } from '../warehouse.ts';
import { type AlarmSet, expression } from './alarm-set.ts';

const PERIOD = Duration.minutes(5);
const GIB = 1024 ** 3;
/** PostgreSQL on RDS: `LEAST(DBInstanceClassMemory / 9531392, 5000)`. */
const BYTES_PER_CONNECTION = 9_531_392;
const MOST_CONNECTIONS = 5000;

/** Whether the warehouse runs out of anything. */
export function addWarehouseAlarms(alarms: AlarmSet, warehouse: RdsWarehouse, settings: Settings): void {
  const memory = memoryBytes(settings.databaseInstance);
  const metric = (metricName: string, statistic: string): Metric =>
    new Metric({
      namespace: 'AWS/RDS',
      metricName,
      dimensionsMap: { DBInstanceIdentifier: warehouse.name },
      statistic,
      period: PERIOD,
    });
  const dead = { missing: 'is bad' } as const; // a database that runs always tells
  alarms.add('warehouse-storage', null, {
    metric: metric('FreeStorageSpace', 'Minimum'),
    urgency: 'page',
    below: 0.15 * settings.databaseStorageGb * GIB,
    of: 3,
    ...dead,
    meaning: 'Less than 15 % of the warehouse’s storage is free. It grows by itself, up to ten times its size.',
  });
  alarms.add('warehouse-memory', null, {
    metric: metric('FreeableMemory', 'Minimum'),
    urgency: 'warn',
    below: 0.1 * memory,
    of: 6,
    m: 4,
    ...dead,
    meaning: 'Less than 10 % of the warehouse’s memory is free.',
  });
  alarms.add('warehouse-connections', null, {
    metric: metric('DatabaseConnections', 'Maximum'),
    urgency: 'warn',
    above: 0.8 * Math.min(Math.floor(memory / BYTES_PER_CONNECTION), MOST_CONNECTIONS),
    of: 3,
    ...dead,
    meaning: 'More than 80 % of the warehouse’s connections are taken.',
  });
  for (const [what, metricName] of [
    ['reads', 'ReadLatency'],
    ['writes', 'WriteLatency'],
  ] as const)
    alarms.add('warehouse-slow', what, {
      metric: metric(metricName, 'Average'),
      urgency: 'warn',
      above: 0.02,
      of: 6,
      m: 4,
      missing: 'is fine', // no reads or writes, none slow
      meaning: `${what} of the warehouse’s disk take longer than 20 ms.`,
    });
  alarms.add('warehouse-transaction-ids', null, {
    metric: metric('MaximumUsedTransactionIDs', 'Maximum'),
    urgency: 'page',
    above: 1e9,
    of: 3,
    missing: 'is fine', // written now and then only
    meaning: 'Vacuum does not keep up: at two billion transaction ids PostgreSQL stops taking writes.',
  });
}

/** The same for the alerts, where they are in a cluster. */
export function addAlertStoreAlarms(alarms: AlarmSet, { name }: DocumentAlertStore): void {
  const metric = (metricName: string, statistic: string): Metric =>
    new Metric({
      namespace: 'AWS/DocDB',
      metricName,
      dimensionsMap: { DBClusterIdentifier: name },
      statistic,
      period: PERIOD,
    });
  alarms.add('alert-store-connections', null, {
    metric: expression(
      '100 * connections / MAX([most, 1])',
      { connections: metric('DatabaseConnections', 'Maximum'), most: metric('DatabaseConnectionsLimit', 'Maximum') },
      'connections taken, %',
    ),
    urgency: 'warn',
    above: 80,
    of: 3,
    missing: 'is bad', // a cluster that runs always tells
    meaning: 'More than 80 % of the alert store’s connections are taken.',
  });
  alarms.add('alert-store-cursors', null, {
    metric: metric('DatabaseCursorsTimedOut', 'Sum'),
    urgency: 'warn',
    above: 0,
    missing: 'is fine', // written when it happens only
    meaning: 'Cursors of the alert store time out: somebody reads and does not come to an end.',
  });
  alarms.add('alert-store-cache', null, {
    metric: metric('BufferCacheHitRatio', 'Average'),
    urgency: 'warn',
    below: 95,
    of: 12,
    m: 9,
    missing: 'is fine', // nothing was read
    meaning: 'The alert store reads from disk: its memory is too small for what is asked.',
  });
  alarms.add('alert-store-lag', null, {
    metric: metric('DBClusterReplicaLagMaximum', 'Maximum'),
    urgency: 'warn',
    above: 1000,
    of: 3,
    missing: 'is fine', // one instance alone has no replica
    meaning: 'A replica of the alert store is more than a second behind.',
  });
}
