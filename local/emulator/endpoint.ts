import { devNull } from 'node:os';
import { LocalError } from '../errors.ts';
import { CREDENTIALS } from '../stack/clients.ts';
import { EMULATED } from './ministack.ts';

const START_ONE =
  'start one with `npm run emulator` (or local/compose.yaml, where there is Docker) and do what it says';
const ANSWERS_WITHIN_MS = 5_000;

/**
 * Where the emulator listens, by AWS_ENDPOINT_URL.
 * @returns without a slash at the end
 * @throws LocalError when it is not set, no address, or AWS itself
 */
export function emulatorEndpoint(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['AWS_ENDPOINT_URL'];
  if (given === undefined || given.trim() === '')
    throw new LocalError('AWS_ENDPOINT_URL is not set: where is the emulator?', START_ONE);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.pathname !== '/')
    throw new LocalError(
      'AWS_ENDPOINT_URL is not the address of an emulator',
      'it must look like http://127.0.0.1:4566: no path, no user',
    );
  // The local stage has no key, no alarm and no database of its own: it is not for an account.
  if (/(^|\.)(amazonaws\.com(\.cn)?|aws)$/.test(url.hostname))
    throw new LocalError(
      `AWS_ENDPOINT_URL is AWS itself (${url.hostname})`,
      'unset it, and deploy a stage that is meant for an account: npx cdk deploy --all -c stage=dev',
    );
  return url.origin;
}

/** @throws LocalError when nothing answers there within some seconds */
export async function requireAnswer(endpoint: string, timeoutMs = ANSWERS_WITHIN_MS): Promise<void> {
  try {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(timeoutMs) });
    await answer.body?.cancel();
  } catch (error) {
    const { code, message } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown; message?: unknown };
    throw new LocalError(`nothing answers at AWS_ENDPOINT_URL (${endpoint}: ${code ?? message})`, START_ONE);
  }
}

/**
 * Environment of whatever talks to the emulator: its address for every service, its region, and keys that are nobody's.
 * A profile or a session of a real account never gets there, nor does an address that is set for one service; the
 * authority that vouches for an emulator's certificate does.
 */
export function emulatorEnvironment(
  endpoint: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (entry[0] === 'AWS_CA_BUNDLE' || !/^(AWS|CDK)_/.test(entry[0])),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: endpoint,
    // No bucket has a name in the emulator's DNS.
    CDK_S3_FORCE_PATH_STYLE: '1',
    AWS_REGION: EMULATED.region,
    AWS_DEFAULT_REGION: EMULATED.region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
