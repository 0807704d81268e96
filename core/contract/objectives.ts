/** What is promised of an application's decision: from arrival to receipt, and how many of them may miss it. */
export const DECISION_OBJECTIVE = { withinSeconds: 60, percent: 99.9 } as const;

/** What is promised of the warehouse: how many of the mornings it is fresh by this hour, in UTC as its schedule is. */
export const WAREHOUSE_OBJECTIVE = { byHourUtc: 6, percent: 99 } as const;

/** How much older than the time between two batches the warehouse may be and still be fresh. */
export const WAREHOUSE_SLACK_MINUTES = 30;
