const GIB = 1024 ** 3;

/** GiB of a class's size, by the letter of its family: burstable and general purpose, or memory optimised. */
const SIZES: Readonly<
  Record<string, { readonly burstable?: number; readonly general?: number; readonly memory?: number }>
> = {
  micro: { burstable: 1 },
  small: { burstable: 2 },
  medium: { burstable: 4 },
  large: { burstable: 8, general: 8, memory: 16 },
  xlarge: { burstable: 16, general: 16, memory: 32 },
  '2xlarge': { burstable: 32, general: 32, memory: 64 },
  '4xlarge': { general: 64, memory: 128 },
  '8xlarge': { general: 128, memory: 256 },
  '12xlarge': { general: 192, memory: 384 },
  '16xlarge': { general: 256, memory: 512 },
};

const KINDS = { t: 'burstable', m: 'general', r: 'memory' } as const;

/**
 * Memory of an RDS instance class: alarms are set in parts of it.
 *
 * @param instance such as `t4g.micro`
 * @returns bytes; null for a class that is not known here
 */
export function knownMemoryBytes(instance: string): number | null {
  const [family = '', size = ''] = instance.split('.');
  const kind = KINDS[family[0] as keyof typeof KINDS];
  const gib = kind === undefined || !/^[tmr]\d[a-z]*$/.test(family) ? undefined : SIZES[size]?.[kind];
  return gib === undefined ? null : gib * GIB;
}

/** @throws Error for a class that the settings should not have let through */
export function memoryBytes(instance: string): number {
  const bytes = knownMemoryBytes(instance);
  if (bytes === null) throw new Error(`the memory of ${instance} is not known`);
  return bytes;
}
