/** What the tables are made of, and what the command line takes: apart, because it asks before anything is synthesised. */
export const STAGES = ['dev', 'prod'] as const;
export const STREAMS = ['kinesis', 'msk'] as const;
export const ALERT_STORES = ['documentdb', 'dynamodb'] as const;
/** credit applications a month */
export const LOADS = [1_000_000, 10_000_000, 100_000_000] as const;

/** A stage as it is asked for. */
export interface Choice {
  readonly stage: string;
  readonly stream: string;
  readonly alertStore: string;
}
