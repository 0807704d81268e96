/** Hours of a month, as AWS's own calculator counts them: a twelfth of a year. */
export const HOURS = 730;
export const SECONDS = HOURS * 3600;
