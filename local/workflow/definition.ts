import type { MachineModel } from '../assembly/model.ts';
import { LocalError } from '../errors.ts';

type State = Readonly<Record<string, unknown>> & { readonly Type: string };
interface States {
  readonly States: Readonly<Record<string, State>>;
}

/** A task that calls a function, and the maps it lies in. */
export interface LambdaTask {
  readonly name: string;
  readonly functionName: string | undefined;
  readonly maps: readonly string[];
}

export interface Definition {
  /** Amazon States Language, ready to run */
  readonly asl: Record<string, unknown>;
  readonly tasks: readonly LambdaTask[];
  /** names of the states at the top, in the order of the text */
  readonly states: readonly string[];
}

const INVOKE = 'arn:aws:states:::lambda:invoke';
/** What the interpreter would ignore in silence or run wrongly. */
const REFUSED = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'Credentials',
  'QueryLanguage',
  'Assign',
  'Arguments',
  'Output',
  'Items',
] as const;
/** The interpreter's own default is 60 s; Step Functions has none that anybody meets. */
const NO_TIMEOUT_SECONDS = 2_000_000;

/** @throws LocalError naming the state, for whatever cannot be run here as Step Functions would */
export function readDefinition(machine: MachineModel): Definition {
  const refuse = (where: string, what: string): never => {
    throw new LocalError(
      `the local workflow host cannot run ${what} (${where} of ${machine.name})`,
      'it runs JSONPath, lambda:invoke, and Distributed Map with ItemsPath; write the workflow with these',
    );
  };
  let asl: Record<string, unknown>;
  try {
    asl = JSON.parse(machine.definition) as Record<string, unknown>;
  } catch (cause) {
    throw new LocalError(`the definition of ${machine.name} is not JSON`, 'write it with definitionSubstitutions', {
      cause,
    });
  }
  if ((asl['QueryLanguage'] ?? 'JSONPath') !== 'JSONPath') refuse('QueryLanguage', String(asl['QueryLanguage']));
  const tasks: LambdaTask[] = [];
  const seen = new Set<string>();

  const walk = (states: States, maps: readonly string[]): void => {
    for (const [name, state] of Object.entries(states.States)) {
      // The interpreter finds a task's handler by its name alone.
      if (seen.has(name)) refuse(`state ${name}`, 'two states of one name');
      seen.add(name);
      const found = REFUSED.find((field) => field in state && state[field] !== 'JSONPath');
      if (found !== undefined) refuse(`state ${name}`, found);
      if (state.Type === 'Task') {
        if (state['Resource'] !== INVOKE) refuse(`state ${name}`, `the resource ${String(state['Resource'])}`);
        const functionName = (state['Parameters'] as { FunctionName?: string } | undefined)?.FunctionName;
        tasks.push({ name, functionName, maps });
        if (state['TimeoutSeconds'] === undefined && state['TimeoutSecondsPath'] === undefined)
          Object.assign(state, { TimeoutSeconds: NO_TIMEOUT_SECONDS });
      }
      for (const branch of (state['Branches'] ?? []) as States[]) walk(branch, maps);
      const items = (state['ItemProcessor'] ?? state['Iterator']) as States | undefined;
      if (items !== undefined) walk(items, [...maps, name]);
    }
  };
  walk(asl as unknown as States, []);
  return { asl, tasks, states: Object.keys((asl as unknown as States).States) };
}
