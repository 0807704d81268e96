import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { grantKeyToWrite } from './stage-key.ts';

type HistoryWrites = Settings['historyWrites'];

/** Statements are granted by what they do, whatever call they come in; so are the writes of a transaction. */
const STATEMENTS = ['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'];
const TRANSACTIONS = ['dynamodb:PutItem', 'dynamodb:DeleteItem'];

/** What is known of each customer: history, identities and latest decisions. An item a customer and stream. */
export class CustomersTable extends Construct {
  readonly table: TableV2;
  /** what a function that uses it needs in its environment */
  readonly environment: Readonly<Record<string, string>>;
  readonly #writes: HistoryWrites;

  constructor(scope: Construct, id: string, writes: HistoryWrites, key?: IKey) {
    super(scope, id);
    this.#writes = writes;
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'customer', type: AttributeType.STRING },
      sortKey: { name: 'item', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      ...(key === undefined ? {} : { encryption: TableEncryptionV2.customerManagedKey(key) }),
    });
    this.environment = { CUSTOMERS_TABLE: this.table.tableName, HISTORY_WRITES: writes };
  }

  /** To read a customer's items and to write them. Nothing is ever scanned. */
  grantUse(grantee: IGrantable): Grant {
    grantKeyToWrite(this.table.encryptionKey, grantee);
    return Grant.addToPrincipal({
      grantee,
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        ...(this.#writes === 'statements' ? STATEMENTS : TRANSACTIONS),
      ],
      resourceArns: [this.table.tableArn],
    });
  }
}
