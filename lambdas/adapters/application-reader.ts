import type { Outcome } from '../../core/contract/values.ts';
import { rowsOf, type WarehouseReader } from './warehouse-reader.ts';

/** An application as the warehouse has it since the last batch. */
export interface CurrentApplication {
  readonly user_id: string;
  readonly application_id: string;
  readonly revision: number;
  readonly approval_status: Outcome;
}

const CURRENT = `
select user_id, application_id, revision, approval_status
from dw.fact_loan_application
where application_id = $1 and ($2::text is null or user_id = $2)
order by user_id
limit 100`;

/**
 * The current revision of an application, of each user who has one with this id.
 *
 * @param userId of this user alone
 */
export async function currentApplications(
  warehouse: Pick<WarehouseReader, 'read'>,
  applicationId: string,
  userId: string | null,
): Promise<CurrentApplication[]> {
  const [found] = await warehouse.read([{ text: CURRENT, values: [applicationId, userId] }]);
  return rowsOf<Omit<CurrentApplication, 'revision'> & { revision: string | number }>(found!).map((row) => ({
    ...row,
    revision: Number(row.revision),
  }));
}
