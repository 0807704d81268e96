import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';

/** What a record that failed its checks calls itself, as far as its JSON can be read. */
export interface RawIds {
  /** every id that it could be asked for by, the one that names it first */
  readonly ids: readonly string[];
  readonly user: string | null;
}

const NAMES: Readonly<Record<StreamName, readonly string[]>> = {
  [APPLICATIONS]: ['application_id'],
  [ACTIVITY]: ['transaction_id', 'event_id'],
};

export function rawIds(data: Buffer, stream: StreamName): RawIds {
  try {
    const body = JSON.parse(data.toString()) as Record<string, unknown> | null;
    const text = (name: string): string | null => {
      const value = body?.[name];
      const id = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
      return id === '' ? null : id;
    };
    return { ids: NAMES[stream].map(text).filter((id) => id !== null), user: text('user_id') };
  } catch {
    return { ids: [], user: null };
  }
}
