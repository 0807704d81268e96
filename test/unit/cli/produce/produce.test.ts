import type { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { expect, it } from 'vitest';
import { openSource } from '../../../../cli/produce/open.ts';
import { kinesisSenders } from '../../../../cli/produce/kinesis.ts';
import { produce } from '../../../../cli/produce/produce.ts';
import { scratch } from '../scratch.ts';

const dir = scratch();

it('sends blank lines as the empty records that they are, and counts them', async () => {
  const sent: string[] = [];
  const send = async ({ input }: PutRecordsCommand): Promise<unknown> => {
    for (const { Data } of input.Records ?? []) sent.push(Buffer.from(Data ?? []).toString());
    return { Records: (input.Records ?? []).map(() => ({ SequenceNumber: '1' })) };
  };
  const source = openSource({ input: dir.write('blank.ndjson', '{"user_id":"u"}\n\n\n{"user_id":"v"}\n') }, 0);
  const result = await produce(source, {
    sender: kinesisSenders({ send } as unknown as Pick<KinesisClient, 'send'>, (stream) => stream),
  });
  expect(result).toMatchObject({ taken: { credit_applications: 4 }, blank: 2, problems: [] });
  expect(sent.toSorted()).toEqual(['', '', '{"user_id":"u"}', '{"user_id":"v"}']);
});
