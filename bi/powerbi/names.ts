import { createHash } from 'node:crypto';

/** The project, its report and its model. */
export const PROJECT = 'CreditRisk';
/** Where the project lies under bi/generated. */
export const FOLDER = 'powerbi';

/** An identifier that is the same in each generation: Power BI tells objects by it, whatever they are called. */
export function guid(name: string): string {
  const hex = createHash('sha256').update(`credit-risk-pipeline/${name}`).digest('hex');
  // Version 8 and variant 1 of RFC 9562: the bits are whatever their maker chose.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `event_time` as the head of a column: `Event time`. */
export function heading(column: string): string {
  const words = column.replaceAll('_', ' ').replace(/\bid\b/, 'ID');
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}
