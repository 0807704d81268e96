/** The views of schema bi that reports read; sql/views/ has them, one a file. */
export const VIEWS = [
  'applications',
  'application_days',
  'transactions',
  'transaction_days',
  'fraud_alerts',
  'rule_days',
  'data_quality_issues',
  'data_quality_days',
  'arrivals',
  'consent_days',
  'review_decisions',
  'policies',
  'policy_rules',
  'policy_exceptions',
  'job_runs',
  'reconciliations',
  'freshness',
  'dates',
] as const;
export type View = (typeof VIEWS)[number];

/** Who answers for a figure, and is asked when it looks wrong. */
export type Owner = 'credit' | 'fraud' | 'data-quality' | 'operations';

/** share: 0 to 1, shown in percent; money: in the currency of the amounts, USD as shipped */
export type Unit = 'count' | 'money' | 'share' | 'points' | 'seconds';

/**
 * How a figure comes from rows of its view. A share is a quotient of two sums over the same rows, never a mean of
 * shares; a tool needs no more than its own sum and its own division.
 */
export type Value = { readonly sum: string } | { readonly quotient: readonly [of: string, to: string] };

export interface Measure {
  readonly id: string;
  readonly title: string;
  readonly view: View;
  readonly value: Value;
  readonly unit: Unit;
  /** digits after the point; of a share, those of its percent */
  readonly decimals: number;
  readonly description: string;
  readonly owner: Owner;
  /** which way is good; decides the colour and the arrow of a change */
  readonly better: 'higher' | 'lower' | 'neither';
}

export interface Dimension {
  readonly id: string;
  readonly title: string;
  readonly kind: 'text' | 'flag' | 'date' | 'time' | 'number';
  /** the column of each view that has it */
  readonly columns: Readonly<Partial<Record<View, string>>>;
  /** all values there can be, in the order in which they are shown; absent = whatever the data has */
  readonly values?: readonly string[];
  readonly description: string;
}

/** One figure or picture. `question` is the item of the contract's list of reports that it answers. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly view: View;
  readonly kind: 'number' | 'gauge' | 'line' | 'bar' | 'stacked-bar' | 'donut' | 'histogram' | 'table';
  /** of a table of rows: none */
  readonly measures: readonly string[];
  /** what it is split by: first the axis, then the series */
  readonly by: readonly string[];
  /** of a table: columns of the view, in order */
  readonly columns?: readonly string[];
  /** columns of the view that a tooltip adds */
  readonly tooltip?: readonly string[];
  readonly sort?: { readonly column: string; readonly descending: boolean };
  readonly limit?: number;
  /** of a gauge: its ends and what is aimed at */
  readonly range?: readonly [from: number, to: number];
  readonly question: QuestionId;
  readonly description: string;
}

export interface Page {
  readonly id: string;
  readonly title: string;
  /** who opens it first in the morning */
  readonly audience: Owner;
  readonly charts: readonly Chart[];
  /** dimensions by which a reader cuts the page */
  readonly slicers: readonly string[];
}

export interface Question {
  readonly id: string;
  readonly text: string;
}

/** What must be answered: reports, in the order of the contract. */
export const QUESTIONS = [
  { id: 'risk-breakdown', text: 'How do applications divide by risk?' },
  { id: 'rates-by-region', text: 'What are the approval and rejection rates of each region?' },
  { id: 'fraud-counts', text: 'How many applications and transactions are flagged?' },
  { id: 'loans-by-risk', text: 'How are loan amounts distributed by risk?' },
  { id: 'amount-over-time', text: 'How do amounts develop over time?' },
  { id: 'fraud-by-location', text: 'Where does fraud happen?' },
  { id: 'detail', text: 'Which transactions and applications are they?' },
  { id: 'average-score', text: 'What is the average credit score?' },
  { id: 'fraud-against-normal', text: 'What part is fraud, what part is normal?' },
  { id: 'score-distribution', text: 'How is risk distributed? (the bureau score, until a model gives a PD)' },
  { id: 'policy', text: 'Which thresholds, rules and exceptions are in force?' },
  { id: 'fraud-alerts', text: 'Which alerts are open, and which rules raise them?' },
  { id: 'stream-lag', text: 'How far is the pipeline behind, and how fresh is what is shown?' },
  { id: 'jobs', text: 'Which jobs ran, how long, and how many rows did they move?' },
  { id: 'throughput', text: 'How much arrives?' },
  { id: 'data-quality', text: 'What is wrong with the data that arrives?' },
  { id: 'anomalies', text: 'What does not add up?' },
  { id: 'consent', text: 'How many refuse analytics?' },
] as const satisfies readonly Question[];
export type QuestionId = (typeof QUESTIONS)[number]['id'];
