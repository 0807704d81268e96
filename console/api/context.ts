import { CATALOGUE, dimension } from '../../bi/catalogue/index.ts';
import { CHECKS } from '../../core/contract/values.ts';
import type { ConsoleDeps } from './deps.ts';
import { Cursors } from './cursors.ts';
import { Masker } from './masking.ts';
import { valuesOf } from './queries.ts';
import { read } from './reading.ts';
import type { DimensionInfo } from './types.ts';

/** How long the values that the data have are remembered. */
const REMEMBERED_MS = 30_000;

/** What the routes share. */
export class Context {
  readonly deps: ConsoleDeps;
  readonly mask: Masker;
  readonly cursors: Cursors;
  readonly #known = new Map<string, { readonly at: number; readonly values: readonly string[] }>();

  constructor(deps: ConsoleDeps) {
    this.deps = deps;
    this.mask = new Masker(deps.role, deps.tokenKey);
    this.cursors = new Cursors(deps.tokenKey);
  }

  /** The values of a dimension; null where nothing is there to say what they are. */
  readonly values = async (id: string): Promise<readonly string[] | null> => {
    if (id === 'check_type') return CHECKS;
    const statement = valuesOf(id);
    if (statement === null) return null;
    const remembered = this.#known.get(id);
    if (remembered !== undefined && this.deps.now() - remembered.at < REMEMBERED_MS)
      return emptyIsNull(remembered.values);
    const [table] = await read(this.deps, [statement]);
    const values = table?.rows.map(([value]) => String(value)) ?? [];
    this.#known.set(id, { at: this.deps.now(), values });
    return emptyIsNull(values);
  };

  async dimensions(): Promise<DimensionInfo[]> {
    const infos: DimensionInfo[] = [];
    for (const { id } of CATALOGUE.dimensions) {
      const info = dimensionInfo(id);
      infos.push(info.values === null && info.kind === 'text' ? { ...info, values: await this.values(id) } : info);
    }
    return infos;
  }
}

const emptyIsNull = (values: readonly string[]): readonly string[] | null => (values.length === 0 ? null : values);

export function dimensionInfo(id: string): DimensionInfo {
  const { title, kind, description, values } = dimension(CATALOGUE, id);
  return { id, title, kind, description, values: kind === 'flag' ? ['true', 'false'] : (values ?? null) };
}
