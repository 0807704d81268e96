import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantKey } from './stage-key.ts';

/** What is known of each customer: history, identities and latest decisions. An item a customer and stream. */
export class CustomersTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, key?: IKey) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'customer', type: AttributeType.STRING },
      sortKey: { name: 'item', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      ...(key === undefined ? {} : { encryption: TableEncryptionV2.customerManagedKey(key) }),
    });
  }

  /** To read a customer's items and to write them in transactions. Nothing is ever scanned. */
  grantUse(grantee: IGrantable): Grant {
    grantKey(this.table.encryptionKey, grantee);
    return Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resourceArns: [this.table.tableArn],
    });
  }
}
