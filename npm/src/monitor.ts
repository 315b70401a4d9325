/** What has been counted for an operation. */
export interface Counts {
  calls: number;
  /** Calls that a kernel answered, also with an error that the input deserves. */
  wasm: number;
  /** Calls that plain JavaScript or a stand-in answered. */
  fallbacks: number;
  /** Answers that were errors. */
  errors: number;
  /** Kernels that failed: trapped, or were refused memory. */
  failures: number;
  /** Bytes that kernels were given. */
  bytes: number;
  /** Calls that were timed, one of 32. */
  timed: number;
  /** How long those took together, in milliseconds. */
  milliseconds: number;
}

/** What has been counted, of all operations and of each. */
export interface Report extends Counts {
  /** The share of calls that kernels answered, 0 to 1. */
  wasmShare: number;
  operations: Record<string, Counts>;
}

const all = /* @__PURE__ */ new Map<string, Counts>();

function none(): Counts {
  return {
    calls: 0,
    wasm: 0,
    fallbacks: 0,
    errors: 0,
    failures: 0,
    bytes: 0,
    timed: 0,
    milliseconds: 0,
  };
}

/** The counts of an operation, to be added to. */
export function countsOf(operation: string): Counts {
  let counts = all.get(operation);
  if (counts === undefined) all.set(operation, (counts = none()));
  return counts;
}

/** What this program has called so far. */
export function report(): Report {
  const sum = none();
  const operations: Record<string, Counts> = {};
  for (const [name, counts] of all) {
    if (counts.calls === 0) continue;
    operations[name] = { ...counts };
    for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += counts[key];
  }
  return { ...sum, wasmShare: sum.calls === 0 ? 0 : sum.wasm / sum.calls, operations };
}

/** Forgets what has been counted. */
export function resetReport(): void {
  for (const counts of all.values()) Object.assign(counts, none());
}
