/** Records as producers send them, with sensible values where a test does not care. Times lie before FIRST_ARRIVAL. */
export const application = (
  user_id: string,
  application_id: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  user_id,
  application_id,
  credit_score: 640,
  loan_amount: 12_000,
  timestamp: '2026-11-20T10:00:00Z',
  ...more,
});

export const transaction = (
  user_id: string,
  transaction_id: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  user_id,
  transaction_id,
  type: 'transaction',
  amount: 25.5,
  timestamp: '2026-11-20T10:00:00Z',
  ...more,
});
