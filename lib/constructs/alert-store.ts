import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantKeyToRead, grantKeyToWrite } from './stage-key.ts';

/** Where fraud alerts are kept. A function is told where by environment and may use it by a grant. */
export interface IAlertStore {
  /** what a function that uses the store needs in its environment */
  readonly environment: Readonly<Record<string, string>>;
  /** the table, where the store is one: an output of its stack */
  readonly tableName?: string;
  /** to add alerts; never to change one */
  grantInsert(grantee: IGrantable): void;
  /** to read alerts by when they changed */
  grantExtract(grantee: IGrantable): void;
  /** to read an alert, change its status, and add decisions of people */
  grantReview(grantee: IGrantable): void;
}

const BY_UPDATED = 'by_updated';
const BY_APPLICATION = 'by_application';

/** The alert store for lenders who want no cluster, and of the `local` stage. */
export class DynamoAlertStore extends Construct implements IAlertStore {
  readonly environment: Readonly<Record<string, string>>;
  readonly tableName: string;
  private readonly table: TableV2;

  constructor(scope: Construct, id: string, key?: IKey) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'alert_id', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      ...(key === undefined ? {} : { encryption: TableEncryptionV2.customerManagedKey(key) }),
      globalSecondaryIndexes: [
        {
          indexName: BY_UPDATED,
          partitionKey: { name: 'updated_bucket', type: AttributeType.STRING },
          sortKey: { name: 'updated_at', type: AttributeType.STRING },
        },
        {
          indexName: BY_APPLICATION,
          partitionKey: { name: 'application_id', type: AttributeType.STRING },
        },
      ],
    });
    this.tableName = this.table.tableName;
    this.environment = { ALERT_STORE: 'dynamodb', ALERTS_TABLE: this.tableName };
  }

  grantInsert(grantee: IGrantable): void {
    grantKeyToWrite(this.table.encryptionKey, grantee);
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:PutItem'],
      resourceArns: [this.table.tableArn],
    });
  }

  grantExtract(grantee: IGrantable): void {
    grantKeyToRead(this.table.encryptionKey, grantee);
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${this.table.tableArn}/index/${BY_UPDATED}`],
    });
  }

  grantReview(grantee: IGrantable): void {
    grantKeyToWrite(this.table.encryptionKey, grantee);
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resourceArns: [this.table.tableArn],
    });
  }
}
