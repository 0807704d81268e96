import type { ApplicationRow } from '../../../api/types.ts';

export const hrefOfApplication = ({ user, application_id }: Pick<ApplicationRow, 'user' | 'application_id'>): string =>
  `/applications/${encodeURIComponent(user)}/${encodeURIComponent(application_id)}`;

/** @returns null where the path names none */
export function applicationIn(path: string): Pick<ApplicationRow, 'user' | 'application_id'> | null {
  const [, room, user, id, ...rest] = path.split('/');
  if (room !== 'applications' || !user || !id || rest.length > 0) return null;
  try {
    return { user: decodeURIComponent(user), application_id: decodeURIComponent(id) };
  } catch {
    return null;
  }
}
