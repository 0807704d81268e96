import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';

/** A bucket in memory behind the S3 client's own interface, for tests in which S3 itself is not the matter. */
export class MemoryBucket {
  readonly content = new Map<string, Buffer>();
  /** commands that were sent, by name */
  readonly sent: string[] = [];
  /** keys of a listing's page */
  pageSize = 1_000;

  objects(): S3Objects {
    return new S3Objects({ send: (command: unknown) => this.#send(command) } as unknown as S3Client, 'memory');
  }

  keys(prefix: string): string[] {
    return [...this.content.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async #send(command: unknown): Promise<unknown> {
    this.sent.push((command as { constructor: { name: string } }).constructor.name);
    if (command instanceof PutObjectCommand) {
      this.content.set(command.input.Key!, Buffer.from(command.input.Body as Buffer));
      return {};
    }
    if (command instanceof GetObjectCommand) {
      const body = this.content.get(command.input.Key!);
      if (!body) throw new NoSuchKey({ message: 'no such key', $metadata: {} });
      return { Body: { transformToByteArray: async () => body } };
    }
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '', StartAfter, ContinuationToken } = command.input;
      const after = ContinuationToken ?? StartAfter ?? '';
      const rest = this.keys(Prefix).filter((key) => key > after);
      const page = rest.slice(0, this.pageSize);
      const more = rest.length > page.length;
      return {
        Contents: page.map((Key) => ({ Key, Size: this.content.get(Key)!.length })),
        IsTruncated: more,
        NextContinuationToken: more ? page.at(-1) : undefined,
      };
    }
    throw new Error('the bucket in memory does not know this command');
  }
}
