import { status } from "../module.js";

/** A call that has been answered. */
export interface Execution {
  module: string;
  operation: string;
  /** How long it took, in milliseconds. */
  time: number;
  method: "wasm" | "javascript";
}

/** How many calls, and how long they took together, in milliseconds. */
interface Tally {
  calls: number;
  time: number;
}

/** What has been recorded. */
export interface PerformanceReport {
  summary: {
    totalCalls: number;
    wasmCalls: number;
    jsCalls: number;
    /** The share of calls that kernels answered, in percent, with two decimals. */
    wasmPercentage: string;
    /** Bytes of memory that kernels hold. */
    memory: number;
  };
  operations: {
    /** `module:function` */
    operation: string;
    /** How many times as fast kernels were as JavaScript, `0.00x` where one of them has answered nothing. */
    speedup: string;
    wasmCalls: number;
    jsCalls: number;
    avgWasmTime: string;
    avgJsTime: string;
  }[];
}

function average({ calls, time }: Tally): number {
  return calls === 0 ? 0 : time / calls;
}

/** Counts calls and how long they take, by function and by who answered. */
export class WASMPerformanceMonitor {
  readonly #operations = new Map<string, Record<Execution["method"], Tally>>();
  #isRunning = true;

  /** Counts from now on, also what has been stopped. */
  start(): void {
    this.#isRunning = true;
  }

  /** Counts no more. */
  stop(): void {
    this.#isRunning = false;
  }

  /** Forgets what has been counted. */
  reset(): void {
    this.#operations.clear();
  }

  /** Counts a call. */
  record({ module, operation, time, method }: Execution): void {
    if (!this.#isRunning) return;
    const key = `${module}:${operation}`;
    let tallies = this.#operations.get(key);
    if (tallies === undefined) {
      tallies = { wasm: { calls: 0, time: 0 }, javascript: { calls: 0, time: 0 } };
      this.#operations.set(key, tallies);
    }
    tallies[method].calls++;
    tallies[method].time += time;
  }

  /** What has been counted so far. */
  getReport(): PerformanceReport {
    const all = [...this.#operations.values()];
    const sum = (method: Execution["method"]): number => all.reduce((calls, each) => calls + each[method].calls, 0);
    const [wasmCalls, jsCalls] = [sum("wasm"), sum("javascript")];
    const share = wasmCalls === 0 ? 0 : (100 * wasmCalls) / (wasmCalls + jsCalls);
    return {
      summary: {
        totalCalls: wasmCalls + jsCalls,
        wasmCalls,
        jsCalls,
        wasmPercentage: share.toFixed(2),
        memory: Object.values(status()).reduce((bytes, { memory }) => bytes + memory, 0),
      },
      operations: [...this.#operations].map(([operation, { wasm, javascript }]) => ({
        operation,
        speedup: `${(average(wasm) === 0 ? 0 : average(javascript) / average(wasm)).toFixed(2)}x`,
        wasmCalls: wasm.calls,
        jsCalls: javascript.calls,
        avgWasmTime: `${average(wasm).toFixed(3)}ms`,
        avgJsTime: `${average(javascript).toFixed(3)}ms`,
      })),
    };
  }
}
