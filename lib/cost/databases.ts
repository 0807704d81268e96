import { CostError, type Charge } from './prices.ts';
import { reader } from './read.ts';
import { ofType, referredTo, type Resource, type Stage } from './stage.ts';
import { HOURS } from './time.ts';

/** DocumentDB grows by 10 GB, and has as much when it is empty. */
const LEAST_CLUSTER_GB = 10;

export function priceDocumentCluster(resource: Resource): readonly Charge[] {
  const read = reader(resource);
  const storage = read.text('StorageType', 'standard');
  if (storage !== 'standard') throw new CostError(`${resource.name}: there is no price for StorageType ${storage}`);
  return [
    { what: 'storage', quantity: LEAST_CLUSTER_GB, price: 'documentdb.storage' },
    // Backups up to the size of the cluster are free, and a store of alerts does not change beyond that.
    { what: 'backup beyond its size', quantity: 0, price: 'documentdb.backup' },
  ];
}

/** A serverless instance is never below the cluster's least capacity. */
export function priceDocumentInstance(resource: Resource, stage: Stage): readonly Charge[] {
  const type = reader(resource).text('DBInstanceClass');
  if (type !== 'db.serverless') throw new CostError(`${resource.name}: there is no price for DBInstanceClass ${type}`);
  const cluster = referredTo(stage, resource, resource.properties['DBClusterIdentifier']);
  if (cluster === undefined) throw new CostError(`${resource.name}: its cluster is not in its template`);
  const least = reader(cluster).number('ServerlessV2ScalingConfiguration.MinCapacity');
  return [{ what: `hours of ${least} units`, quantity: least * HOURS, price: 'documentdb.dcu-hour' }];
}

export function priceWarehouse(resource: Resource): readonly Charge[] {
  const read = reader(resource);
  const engine = read.text('Engine');
  const storageType = read.text('StorageType');
  if (engine !== 'postgres') throw new CostError(`${resource.name}: there is no price for Engine ${engine}`);
  if (storageType !== 'gp3') throw new CostError(`${resource.name}: there is no price for StorageType ${storageType}`);
  const type = instanceType(resource);
  const copies = resource.properties['MultiAZ'] === true ? 2 : 1;
  const standby = copies === 2 ? ', standby included' : '';
  const storage = read.number('AllocatedStorage');
  return [
    { what: `instance hours${standby}`, quantity: copies * HOURS, price: `rds.instance.${type}` },
    { what: `storage${standby}`, quantity: copies * storage, price: 'rds.storage-gp3' },
    {
      what: `backups of ${read.number('BackupRetentionPeriod', 1)} days beyond the storage`,
      quantity: backupBeyondStorage(storage, read.number('BackupRetentionPeriod', 1)),
      price: 'rds.backup',
    },
    ...(resource.properties['ManageMasterUserPassword'] === true
      ? [{ what: 'secret of the administrator', quantity: 1, price: 'secretsmanager.secret-month' }]
      : []),
    ...(read.text('DatabaseInsightsMode', 'standard') === 'advanced'
      ? [
          {
            what: 'vCPU hours of Database Insights',
            quantity: copies * vcpusOf(type) * HOURS,
            price: 'rds.insights-advanced-vcpu-hour',
          },
        ]
      : []),
  ];
}

/** The part of the storage that is filled, and the part of that which changes in a day: each day's change is kept. */
const FILLED = 0.5;
const CHANGED_A_DAY = 0.02;

/** @returns GB that are more than the storage itself, as much as which is free */
export const backupBeyondStorage = (storage: number, days: number): number =>
  Math.max(0, FILLED * storage * (1 + CHANGED_A_DAY * days) - storage);

const LEAST_PROXY_VCPUS = 2;

export function priceProxy(resource: Resource, stage: Stage): readonly Charge[] {
  const instances = ofType(stage, 'AWS::RDS::DBInstance');
  if (instances.length !== 1)
    throw new CostError(`${resource.name}: a proxy is priced by its one instance, and there are ${instances.length}`);
  const vcpus = Math.max(LEAST_PROXY_VCPUS, vcpusOf(instanceType(instances[0]!)));
  return [{ what: `hours of ${vcpus} vCPUs`, quantity: vcpus * HOURS, price: 'rds.proxy-vcpu-hour' }];
}

const instanceType = (instance: Resource): string => reader(instance).text('DBInstanceClass').replace(/^db\./, '');

/** vCPUs of an instance by its size; the small ones of the burstable families have two like the large. */
function vcpusOf(type: string): number {
  const size = type.slice(type.indexOf('.') + 1);
  if (['micro', 'small', 'medium', 'large'].includes(size)) return 2;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  if (times === undefined) throw new CostError(`how many vCPUs has the instance class ${type}?`);
  return 4 * Number(times === '' ? 1 : times);
}
