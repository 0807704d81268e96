const PRINCIPALS = 'arn:aws:quicksight:us-east-1:111111111111';
export const ADMIN = `${PRINCIPALS}:user/default/admin`;
export const OFFICERS = `${PRINCIPALS}:group/default/officers`;
export const ANALYST = `${PRINCIPALS}:user/default/Reader/o.analyst+1@example.com`;

/** Settings of a stage with QuickSight: a group of credit officers, and an analyst who sees failed checks as well. */
export const QUICKSIGHT = {
  quicksight: 'true',
  quicksightAdmin: ADMIN,
  quicksightReaders: `credit=${OFFICERS},fraud=${ANALYST},data-quality=${ANALYST}`,
} as const;
