import type { S3Objects } from '../adapters/s3-objects.ts';

/** An object's content, unpacked, or why it could not be had. */
export type Content = { readonly bytes: Buffer } | { readonly error: unknown };

/** Fetches and unpacks objects in their order, the next one while the caller works on this one. */
export async function* readAhead(
  objects: S3Objects,
  keys: readonly string[],
): AsyncGenerator<{ readonly key: string; readonly content: Content }> {
  const fetch = (key: string): Promise<Content> =>
    objects.getGunzipped(key).then(
      (bytes) => ({ bytes }),
      (error: unknown) => ({ error }),
    );
  let next = keys[0] === undefined ? undefined : fetch(keys[0]);
  for (const [index, key] of keys.entries()) {
    const content = await next!;
    const following = keys[index + 1];
    next = following === undefined ? undefined : fetch(following);
    yield { key, content };
  }
}
