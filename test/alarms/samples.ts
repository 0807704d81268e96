import { readFileSync, statSync } from 'node:fs';

/** A value of a metric, as CloudWatch takes it from a line of embedded metric format. */
export interface Sample {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Line {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [key: string]: unknown;
}

/** Every metric of the lines in a function's log, once for each set of dimensions. */
export function samplesOf(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line) as Line)
    .flatMap(({ _aws: { CloudWatchMetrics }, ...line }) =>
      CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((keys) => {
          const dimensions = Object.fromEntries(keys.map((key) => [key, String(line[key])]));
          return Metrics.flatMap(({ Name }) =>
            [line[Name] as number | number[]]
              .flat()
              .map((value) => ({ namespace: Namespace, name: Name, dimensions, value })),
          );
        }),
      ),
    );
}

/** Follows the logs of functions. */
export class Recorder {
  readonly #files: () => readonly string[];

  constructor(files: () => readonly string[]) {
    this.#files = files;
  }

  /** @returns what was written since `mark`, up to now */
  since(mark: ReadonlyMap<string, number>): Sample[] {
    return this.#files().flatMap((file) =>
      samplesOf(
        read(file)
          .subarray(mark.get(file) ?? 0)
          .toString('utf8'),
      ),
    );
  }

  mark(): ReadonlyMap<string, number> {
    return new Map(this.#files().map((file) => [file, sizeOf(file)]));
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const read = (file: string): Buffer => (sizeOf(file) === 0 ? Buffer.alloc(0) : readFileSync(file));
