import { KilowatError, TooLong, type Refusals } from "./errors.js";
import type { Frame } from "./frame.js";
import type { KernelModule } from "./module.js";
import { countsOf } from "./monitor.js";
import { peerOf } from "./peers.js";
import { inPieces } from "./stream/names.js";
import { settings } from "./settings.js";
import { toBase64, toHex } from "./encoding.js";
import type { BytesOperation, Operation } from "./types.js";

/** How an operation is answered. */
export interface Spec<R, A extends unknown[]> {
  name: string;
  module: KernelModule;
  /** What is said where the kernel refuses something. */
  refusals?: Refusals;
  /** Answers on the kernel. */
  kernel(frame: Frame, ...args: A): R;
  /** Gives the same answer without one. */
  plain?: (...args: A) => R;
}

/** One call of so many is timed: the clock costs more than a short call. */
const TIMED = 32;

/** A function with as many parameters as any operation has: one list of them for each call takes longer than a short hash. */
type Any<R> = (...args: readonly unknown[]) => R;

/** The arguments that were given. */
function given(...args: unknown[]): unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length--;
  return args.slice(0, length);
}

/** A function that asks the kernel, and plain JavaScript or a stand-in where that cannot answer. */
function caller<R, A extends unknown[]>(spec: Spec<R, A>): (...args: A) => R {
  const { name, module, refusals } = spec;
  const kernel = spec.kernel as (frame: Frame, ...args: readonly unknown[]) => R;
  const counts = countsOf(name);
  const fallback = (args: unknown[], failure?: unknown): R => {
    const answer = (settings.standIns[name] ?? spec.plain) as Any<R> | undefined;
    if (answer === undefined) {
      counts.errors++;
      throw unavailable(spec, failure);
    }
    counts.fallbacks++;
    return answer(...args);
  };
  const ask: Any<R> = (a, b, c, d, e, f, g, h) => {
    const frame = module.frame(refusals);
    if (frame === undefined) return fallback(given(a, b, c, d, e, f, g, h));
    try {
      const answer = kernel(frame, a, b, c, d, e, f, g, h);
      counts.wasm++;
      counts.bytes += frame.placed;
      return answer;
    } catch (error) {
      if (error instanceof KilowatError && error.code !== "kernel") {
        counts.wasm++;
        counts.errors++;
        throw named(error, name);
      }
      // A trap, or no memory: nothing that the input deserves. The instance is not to be trusted any more.
      counts.failures++;
      module.drop();
      return fallback(given(a, b, c, d, e, f, g, h), error);
    } finally {
      module.end(frame);
    }
  };
  const call: Any<R> = (a, b, c, d, e, f, g, h) => {
    if (counts.calls++ % TIMED !== 0) return ask(a, b, c, d, e, f, g, h);
    const start = performance.now();
    try {
      return ask(a, b, c, d, e, f, g, h);
    } finally {
      counts.timed++;
      counts.milliseconds += performance.now() - start;
    }
  };
  return call as (...args: A) => R;
}

/** The same error, which says whose it is. */
function named(error: KilowatError, operation: string): KilowatError {
  if (error instanceof TooLong) return new TooLong(inPieces(operation), operation);
  return new KilowatError(error.code, error.message, error.offset, operation);
}

function unavailable<R, A extends unknown[]>(spec: Spec<R, A>, failure: unknown): KilowatError {
  const why = failure === undefined ? spec.module.failure : String(failure);
  const words =
    `\`${spec.name}\` needs WebAssembly, which does not answer here (${why}), and has no form in plain ` +
    `JavaScript: install ${peerOf(spec.module.name)}, and name it in configure({ standIns: { ${spec.name}: … } })`;
  return new KilowatError("unavailable", words, undefined, spec.name);
}

/** Makes an operation of what answers it. */
export function define<R, A extends unknown[]>(spec: Spec<R, A>): Operation<R, A> {
  return Object.assign(caller(spec), {
    operation: spec.name,
    module: spec.module,
    hasPlain: spec.plain !== undefined,
  });
}

/** The same, of one that gives bytes. */
export function defineBytes<A extends unknown[]>(spec: Spec<Uint8Array, A>): BytesOperation<A> {
  const call = define(spec);
  return Object.assign(call, {
    hex: (...args: A) => toHex(call(...args)),
    base64: (...args: A) => toBase64(call(...args)),
  });
}
