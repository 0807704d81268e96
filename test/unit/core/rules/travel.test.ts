import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceKm } from '../../../../core/rules/travel.ts';
import { before, judgeTransaction } from './rules.ts';

const RADIUS = 6371;

const vector = (lat: number, lon: number) => {
  const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)] as const;
};

describe('the distance on a sphere of radius 6371 km', () => {
  it.each([
    ['one degree of the equator', 0, 0, 0, 1, (Math.PI / 180) * RADIUS],
    ['pole to pole', 90, 0, -90, 0, Math.PI * RADIUS],
    ['antipodes', 12.5, 33.25, -12.5, -146.75, Math.PI * RADIUS],
    ['over the pole', 89, 0, 89, 180, (Math.PI / 180) * 2 * RADIUS],
    ['Berlin to Paris', 52.52, 13.405, 48.8566, 2.3522, 877.46],
    ['nowhere', 52.52, 13.405, 52.52, 13.405, 0],
  ])('%s', (_what, a, b, c, d, km) => {
    expect(distanceKm(a, b, c, d)).toBeCloseTo(km, 1);
  });

  it('agrees with the angle between two vectors, both ways round, and is never more than half the way round', () => {
    const latitude = fc.double({ min: -90, max: 90, noNaN: true });
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (a, b, c, d) => {
        const [x, y] = [vector(a, b), vector(c, d)];
        const chord = Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
        const km = distanceKm(a, b, c, d);
        expect(km).toBeCloseTo(2 * RADIUS * Math.asin(Math.min(1, chord / 2)), 2);
        expect(km).toBeLessThanOrEqual(Math.PI * RADIUS);
        expect(distanceKm(c, d, a, b)).toBeCloseTo(km, 6);
      }),
    );
  });
});

describe('the travel rule shows what it compared', () => {
  const rule = { travelled: { faster_than_kmh: 900, or_elsewhere_within: '15min' } };

  it('with coordinates', () => {
    const previous = before(3_600_000, { identity: 'before', latitude: 0, longitude: 0, location: 'Gulf' });
    const outcome = judgeTransaction(rule, { latitude: 0, longitude: 10, location: 'Sea' }, [previous]);
    expect(outcome).toMatchObject({ result: 'fired', reason: 'because' });
    expect(outcome.values).toEqual({
      distance_m: 1_111_949,
      elapsed_ms: 3_600_000,
      location: 'Sea',
      previous_location: 'Gulf',
      previous_transaction: 'before',
      speed_kmh: 1112,
    });
  });

  it('without: nothing is made up', () => {
    const outcome = judgeTransaction(rule, { location: 'Sea' }, []);
    expect(outcome).toMatchObject({ result: 'not_evaluated', reason: 'no earlier transaction is known' });
    expect(outcome.values).toEqual({
      distance_m: null,
      elapsed_ms: null,
      location: 'Sea',
      previous_location: null,
      previous_transaction: null,
      speed_kmh: null,
    });
  });

  it('case is ignored beyond ASCII', () => {
    const entries = [before(1, { location: 'ZÜRICH' })];
    expect(judgeTransaction(rule, { location: 'Zürich' }, entries).result).toBe('clear');
    expect(judgeTransaction(rule, { location: 'Zurich' }, entries).result).toBe('fired');
  });
});
