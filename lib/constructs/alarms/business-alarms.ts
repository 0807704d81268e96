import { Duration } from 'aws-cdk-lib/core';
import type { Settings } from '../../config/settings.ts';
import { type AlarmSet, expression } from './alarm-set.ts';
import { ownMetric } from './own-metric.ts';

const QUARTER = Duration.minutes(15);
/** Fewer records say nothing about a rate. */
const ENOUGH = 100;
const MOST_INVALID_PERCENT = 5;
const TWICE_PERCENT = 200;

/** What DOMAIN §2 asks to be told of. */
export function addBusinessAlarms(alarms: AlarmSet, { stage, trafficExpected }: Settings): void {
  for (const service of ['detect-fraud', 'track-activity'] as const)
    alarms.add('many-invalid', service, {
      metric: expression(
        `IF(received >= ${ENOUGH}, 100 * quarantined / received, 0)`,
        {
          received: ownMetric(stage, service, 'recordsReceived', 'Sum', QUARTER),
          quarantined: ownMetric(stage, service, 'quarantinedRecords', 'Sum', QUARTER),
        },
        'invalid records, %',
        QUARTER,
      ),
      urgency: 'warn',
      above: MOST_INVALID_PERCENT,
      missing: 'is fine', // no records, none invalid
      meaning: `More than ${MOST_INVALID_PERCENT} % of at least ${ENOUGH} records failed a check.`,
    });
  alarms.add('fraud-doubled', null, {
    metric: ownMetric(stage, 'check-quality', 'fraudRateOfTrailing', 'Maximum', Duration.minutes(30)),
    urgency: 'warn',
    above: TWICE_PERCENT,
    missing: 'is fine', // too few applications to compare
    meaning: 'The share of applications with an alert is twice that of the four weeks before.',
  });
  alarms.addBand('fraud-unusual', null, {
    metric: ownMetric(stage, 'detect-fraud', 'flaggedRecords', 'Sum', Duration.hours(1)),
    urgency: 'warn',
    width: 3,
    outside: 'above',
    of: 2,
    missing: 'is fine', // no records, none flagged
    meaning: 'More applications raise alerts than is usual for the hour.',
  });
  if (trafficExpected)
    alarms.add('no-traffic', null, {
      metric: ownMetric(stage, 'detect-fraud', 'recordsReceived', 'Sum', QUARTER),
      urgency: 'page',
      below: 1,
      of: 4,
      missing: 'is bad', // silence is what this is about
      meaning: 'No application arrived for an hour.',
    });
}
