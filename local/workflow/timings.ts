/** What became of one state, all its visits and items together. */
export interface StateTiming {
  readonly state: string;
  readonly type: string;
  /** the map it lies in, if it does: its visits are items then */
  readonly entered: number;
  readonly exited: number;
  readonly retries: number;
  /** from the first entry to the last exit, or until now */
  readonly durationMs: number;
}

/** An event of the interpreter, as far as it is looked at. */
interface Event {
  readonly type: string;
  readonly timestamp: number;
  readonly state?: { readonly name: string; readonly type: string };
  readonly parentState?: { readonly name: string };
}

interface Mutable {
  type: string;
  entered: number;
  exited: number;
  retries: number;
  first: number;
  last: number;
}

/** Follows an execution by its events. */
export class StateTimings {
  private readonly states = new Map<string, Mutable>();
  private readonly failedMaps = new Set<string>();

  /** @returns whether something was learnt */
  note(event: Event): boolean {
    if (event.type === 'MapIterationFailed' && event.parentState !== undefined)
      this.failedMaps.add(event.parentState.name);
    if (event.state === undefined) return false;
    const { name, type } = event.state;
    const state = this.states.get(name) ?? { type, entered: 0, exited: 0, retries: 0, first: event.timestamp, last: 0 };
    this.states.set(name, state);
    if (event.type === 'StateEntered') state.entered++;
    if (event.type === 'StateExited') {
      state.exited++;
      state.last = event.timestamp;
    }
    if (event.type === 'StateRetried') state.retries++;
    if (event.type === 'StateEntered' || event.type === 'StateRetried') this.failedMaps.delete(name);
    return true;
  }

  hasFailed(map: string): boolean {
    return this.failedMaps.has(map);
  }

  list(): StateTiming[] {
    return [...this.states].map(([state, { type, entered, exited, retries, first, last }]) => ({
      state,
      type,
      entered,
      exited,
      retries,
      durationMs: (exited === entered ? last : Date.now()) - first,
    }));
  }
}
