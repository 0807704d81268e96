import { random } from './random.ts';

export interface City {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** A made-up customer; everything follows from the seed and the number. */
export interface Customer {
  /** some lenders number their customers: then it is a number, which another record may spell as text */
  readonly id: string | number;
  readonly name: string;
  readonly age: number;
  readonly gender: string;
  readonly region: string;
  readonly score: number;
  /** whole dollars a year */
  readonly income: number;
  readonly home: City;
  readonly device: string;
  readonly ip: string;
  readonly cardType: string;
  readonly consent: { readonly scoring: boolean; readonly analytics: boolean } | null;
}

const FIRST = {
  female: ['Ana', 'Chloé', 'Fatima', 'Grace', 'Hana', 'Ingrid', 'Jing', 'María', 'Ngozi', 'Olivia', 'Priya', 'Zoë'],
  male: ['Ahmed', 'Björn', 'Carlos', 'David', 'Emeka', 'François', 'Hiroshi', 'Ivan', 'José', 'Liam', 'Noah', 'Ravi'],
} as const;
const LAST = [
  'Andersson', 'Brown', 'Costa', 'Dubois', "D'Angelo", 'García', 'Haddad', 'Ivanov', 'Johnson', 'Kim', 'Lindqvist',
  'Müller', 'Nguyen', "O'Brien", 'Okafor', 'Patel', 'Rossi', 'Sato', 'Silva', 'Smith', 'Tanaka', 'Williams', 'Żak',
] as const; // biome-ignore format: a list of names
const REGIONS = ['Northeast', 'Midwest', 'South', 'West'] as const;
export const CITIES: readonly City[] = [
  { name: 'New York', latitude: 40.7128, longitude: -74.006 },
  { name: 'Chicago', latitude: 41.8781, longitude: -87.6298 },
  { name: 'Houston', latitude: 29.7604, longitude: -95.3698 },
  { name: 'Atlanta', latitude: 33.749, longitude: -84.388 },
  { name: 'Denver', latitude: 39.7392, longitude: -104.9903 },
  { name: 'Seattle', latitude: 47.6062, longitude: -122.3321 },
  { name: 'London', latitude: 51.5074, longitude: -0.1278 },
  { name: 'São Paulo', latitude: -23.5505, longitude: -46.6333 },
];

const clip = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** @param index 1 to the number of customers */
export function customer(seed: number, index: number): Customer {
  const rng = random(`customer/${seed}/${index}`);
  const gender = rng.chance(0.5) ? 'female' : 'male';
  const region = rng.int(0, REGIONS.length - 1);
  const scoring = !rng.chance(0.02);
  const analytics = !rng.chance(0.02);
  return {
    id: index % 10 === 0 ? 100_000 * seed + index : `c${seed}_${index}`,
    name: `${rng.pick(FIRST[gender])} ${rng.pick(LAST)}`,
    age: Math.round(clip(rng.normal(41, 13), 18, 92)),
    gender,
    region: REGIONS[region] as string,
    score: Math.round(clip(rng.normal(648, 92), 300, 850)),
    income: Math.round(clip(Math.exp(rng.normal(10.9, 0.45)), 12_000, 600_000) / 100) * 100,
    home: CITIES[rng.int(0, 5)] as City,
    device: `device-${seed}_${index}`,
    ip: `10.${index % 250}.${rng.int(0, 249)}.${rng.int(1, 249)}`,
    cardType: rng.pick(['VISA', 'VISA', 'MASTERCARD', 'MASTERCARD', 'AMEX']),
    consent: scoring && analytics && rng.chance(0.7) ? null : { scoring, analytics },
  };
}

/** Customers of a run, made once each. */
export function customers(seed: number, count: number): (index: number) => Customer {
  const known = new Map<number, Customer>();
  return (index) => {
    const number = 1 + (index % count);
    let found = known.get(number);
    if (found === undefined) {
      if (known.size >= 50_000) known.clear();
      found = customer(seed, number);
      known.set(number, found);
    }
    return found;
  };
}

/** Which customer made the application of this number: both streams agree on it. */
export function applicantOf(seed: number, applicationNumber: number, customerCount: number): number {
  const x = Math.imul(applicationNumber ^ (seed * 0x9e3779b1), 0x85ebca6b) >>> 0;
  return ((x ^ (x >>> 13)) >>> 0) % customerCount;
}

export const applicationId = (seed: number, applicationNumber: number): string => `a${seed}_${applicationNumber}`;
