/** What goes wrong on the local pipeline, by the title of the test that lets it happen in test/faults/alarms.test.ts. */
export const FAULTS = {
  invalid: 'six in a hundred records are invalid',
  silence: 'nobody sends anything',
  tableAway: 'the table of customers is away for a minute while records come in',
  logAway: 'the log cannot be written',
  tooLate: 'records are handed over four hours late',
  givenUp: 'records are handed over when the batch has given them up, under a policy that is broken',
  unreadable: 'an object of the log and one of the receipts are cut short',
  qualityFails: 'a row of the warehouse breaks what must always hold',
  wave: 'a wave of fraud',
  staleMorning: 'no batch has come to its end for three days',
} as const;
export type Fault = keyof typeof FAULTS;

const both = (anchor: string, fault: Fault): Record<string, Fault> => ({
  [`${anchor}/detect-fraud`]: fault,
  [`${anchor}/track-activity`]: fault,
});

/** For each alarm on a metric of our own the fault that must let it go off. */
export const FAULT_OF: Readonly<Record<string, Fault>> = {
  ...both('many-invalid', 'invalid'),
  'no-traffic': 'silence',
  ...both('decisions-late', 'tableAway'),
  ...both('services-fail', 'tableAway'),
  'services-fail/archive-log': 'logAway',
  'log-silent': 'logAway',
  'positions-pending': 'tableAway',
  'decisions-objective/fast': 'tableAway',
  'decisions-objective/fast-long': 'tableAway',
  'decisions-objective/fast-short': 'tableAway',
  'decisions-objective/steady': 'tableAway',
  'decisions-objective/steady-long': 'tableAway',
  'decisions-objective/steady-short': 'tableAway',
  'decisions-objective/slow': 'tableAway',
  'decisions-objective/slow-long': 'tableAway',
  'decisions-objective/slow-short': 'tableAway',
  ...both('records-near-their-end', 'tooLate'),
  'records-near-their-end/archive-log': 'tooLate',
  ...both('records-refused', 'givenUp'),
  ...both('policy-broken', 'givenUp'),
  'policy-broken/score-records': 'givenUp',
  'policy-broken/mark-undecided': 'givenUp',
  'records-undecided': 'givenUp',
  'objects-unreadable/score-records': 'unreadable',
  'objects-unreadable/load-receipts': 'unreadable',
  'positions-do-not-add-up': 'unreadable',
  'quality-fails': 'qualityFails',
  'batch-fails/gave-up': 'qualityFails',
  'warehouse-stale': 'qualityFails',
  'fraud-doubled': 'wave',
  'warehouse-objective/missed': 'staleMorning',
  'warehouse-objective/budget': 'staleMorning',
};
