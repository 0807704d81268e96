import { type Command, Option } from 'commander';
import { REVIEW_DECISIONS, type ReviewDecision } from '../../core/contract/values.ts';
import { showReviews } from '../desk/show.ts';
import { atDesk } from '../desk/work.ts';
import { UserError } from '../errors.ts';
import { type Place, placeFlags, wholeNumber } from '../flags.ts';
import { typed } from '../suggest.ts';
import { print, say } from '../ui.ts';

interface Flags extends Place {
  readonly user?: string;
  readonly decision?: ReviewDecision;
  readonly by?: string;
  readonly reason?: string;
  readonly revision?: number;
  readonly seen?: number;
  readonly json?: boolean;
}

export function reviewCommand(parent: Command): void {
  placeFlags(parent.command('review').argument('<application>', 'its id'))
    .description('decide an application that is under review; without --decision, show what was decided')
    .option('--user <id>', 'whose it is (needed where several users have one with this id)')
    .addOption(new Option('--decision <decision>', 'what is decided').choices([...REVIEW_DECISIONS]))
    .option('--by <name>', 'who decides')
    .option('--reason <text>', 'why')
    .option('--revision <n>', 'the revision that was looked at (default: the current one)', wholeNumber(0, 2 ** 53 - 1))
    .option(
      '--seen <n>',
      'how many decisions on it were seen; refused when there are others since (default: none)',
      wholeNumber(0, 1_000_000),
    )
    .option('--json', 'print JSON')
    .action(async (applicationId: string, options: Flags) => {
      const { user = null, decision, by = '', reason = '' } = options;
      if (decision === undefined && (options.by ?? options.reason ?? options.seen ?? options.revision) !== undefined)
        throw new UserError('there is no --decision', `Add --decision ${REVIEW_DECISIONS.join(' or --decision ')}.`);
      const missing = [by === '' ? '--by' : '', reason === '' ? '--reason' : ''].filter((flag) => flag !== '');
      if (decision !== undefined && missing.length > 0)
        throw new UserError(`there is no ${missing.join(' and no ')}`, 'A decision has a name and a reason.');
      const shown = await atDesk(options, async (desk) => {
        const now = await desk.showReviews(applicationId, user);
        if (decision === undefined) return now;
        const last = now.reviews.at(-1);
        if (last !== undefined && options.seen === undefined)
          throw new UserError(
            `${applicationId} was decided already: ${last.decision} by ${last.reviewer}, ${last.decided_at}`,
            `Look at it (${typed(`review ${applicationId}`, options)}); to decide it anew, give --seen ${now.reviews.length}.`,
          );
        return desk.reviewApplication({
          applicationId,
          userId: now.application.user_id,
          revision: options.revision ?? now.application.revision,
          seenReviews: options.seen ?? 0,
          decision,
          by,
          reason,
        });
      });
      if (options.json) print(JSON.stringify(shown, null, 1));
      else showReviews(shown);
      if (decision !== undefined)
        say(`bi.applications has it as final_status after the next batch: ${typed('batch', options)}`);
    });
}
