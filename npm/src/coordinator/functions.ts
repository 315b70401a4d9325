import { countsOf } from "../monitor.js";
import type { Loadable } from "../types.js";

/** An operation that a function is answered by. */
export interface Kernel {
  readonly operation: string;
  readonly module: Loadable;
  readonly hasPlain: boolean;
}

/** A function of a module, and what answers it: kernels, or the host's own JavaScript where there are none. */
export interface Described {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  call: (...args: any[]) => unknown;
  kernels: readonly Kernel[];
}

/** A function that kernels answer. */
export function by<F extends (...args: never[]) => unknown>(kernels: readonly Kernel[], call: F): { call: F; kernels: readonly Kernel[] } {
  return { call, kernels };
}

/** A function that JavaScript itself answers best: with a kernel, copies alone would take longer. */
export function host<F extends (...args: never[]) => unknown>(call: F): { call: F; kernels: readonly Kernel[] } {
  return by([], call);
}

/** How many calls of these operations kernels have answered, and how many something else. */
function tally(kernels: readonly Kernel[]): { wasm: number; others: number } {
  let wasm = 0, others = 0;
  for (const { operation } of kernels) {
    const counts = countsOf(operation);
    wasm += counts.wasm;
    others += counts.fallbacks;
  }
  return { wasm, others };
}

/** Calls a function, and says whether kernels alone have answered. */
export function run({ call, kernels }: Described, args: readonly unknown[]): { result: unknown; accelerated: boolean } {
  const before = tally(kernels);
  const result = call(...args);
  const after = tally(kernels);
  return { result, accelerated: after.wasm > before.wasm && after.others === before.others };
}
