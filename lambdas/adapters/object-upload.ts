import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** S3 takes no smaller part but the last. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * An object that is written piece by piece in bounded memory. It appears, or takes the place of the one under its key,
 * whole and at once when it is finished; until then, and when it is given up, nothing has changed.
 */
export class ObjectUpload {
  /** handed over so far */
  bytes = 0;
  readonly #client: S3Client;
  readonly #object: { readonly Bucket: string; readonly Key: string };
  readonly #contentType: string;
  #pieces: Uint8Array[] = [];
  #held = 0;
  #uploadId: string | undefined;
  readonly #parts: { ETag: string | undefined; PartNumber: number }[] = [];

  constructor(client: S3Client, bucket: string, key: string, contentType: string) {
    this.#client = client;
    this.#object = { Bucket: bucket, Key: key };
    this.#contentType = contentType;
  }

  /** Takes over the piece, which must not change afterwards. */
  async add(piece: Uint8Array): Promise<void> {
    this.#pieces.push(piece);
    this.#held += piece.length;
    this.bytes += piece.length;
    if (this.#held >= PART_BYTES) await this.#sendPart();
  }

  async finish(): Promise<void> {
    if (this.#uploadId === undefined) {
      await this.#client.send(
        new PutObjectCommand({ ...this.#object, Body: this.#take(), ContentType: this.#contentType }),
      );
      return;
    }
    if (this.#held > 0) await this.#sendPart();
    await this.#client.send(
      new CompleteMultipartUploadCommand({
        ...this.#object,
        UploadId: this.#uploadId,
        MultipartUpload: { Parts: this.#parts },
      }),
    );
  }

  /** Lets go of what was sent. Should that fail, the bucket's lifecycle does it in a week. */
  async giveUp(): Promise<void> {
    if (this.#uploadId === undefined) return;
    const abort = new AbortMultipartUploadCommand({ ...this.#object, UploadId: this.#uploadId });
    await this.#client.send(abort).catch(() => {});
  }

  async #sendPart(): Promise<void> {
    this.#uploadId ??= (
      await this.#client.send(new CreateMultipartUploadCommand({ ...this.#object, ContentType: this.#contentType }))
    ).UploadId!;
    const PartNumber = this.#parts.length + 1;
    const { ETag } = await this.#client.send(
      new UploadPartCommand({ ...this.#object, UploadId: this.#uploadId, PartNumber, Body: this.#take() }),
    );
    this.#parts.push({ ETag, PartNumber });
  }

  #take(): Buffer {
    const body = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    return body;
  }
}
