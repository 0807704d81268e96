import { type Resource, useResource } from '../state/resource.ts';
import { filtersIn } from '../state/screens.ts';
import { hrefOf, usePlace } from '../state/url.ts';

/** The API's answer under the filters of the address. */
export function usePage<T>(path: string): Resource<T> {
  return useResource<T>(hrefOf(path, filtersIn(usePlace())));
}
