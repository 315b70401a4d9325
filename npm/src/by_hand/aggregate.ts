import { KilowatError, argument } from "../errors.js";
import type { Frame } from "../frame.js";
import { memory_ops as kernels } from "../generated/kernels/memory_ops.js";
import { memoryOpsSummary, memoryOpsUpdateState } from "../generated/layouts.js";
import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";

/** What there is to say of a column of numbers. */
export interface Summary {
  count: number;
  sum: number;
  mean: number;
  min: number;
  max: number;
  /** Of a sample: divided by count - 1. Of one number there is none. */
  variance: number | undefined;
  standardDeviation: number | undefined;
  p50: number;
  p95: number;
  p99: number;
}

const MALFORMED = -3;

function notFinite(index: number): KilowatError {
  return new KilowatError("malformed", `the value at index ${index} is not finite`, 8 * index);
}

/**
 * Count, sum, mean, extent, spread and percentiles of numbers; nothing where there are none.
 *
 * @param values - the numbers, all of them finite
 */
export const aggregate: Operation<Summary | undefined, [values: ArrayLike<number>]> =
  /* @__PURE__ */ define({
    name: "aggregate",
    module: kernels,
    kernel(frame, values) {
      const start = frame.numbers(values);
      const scratch = frame.room(8 * values.length);
      const answer = frame.room(memoryOpsSummary.size);
      const status = frame.exports.aggregate(start, values.length, scratch, answer);
      const fields = frame.doubles(answer, memoryOpsSummary.size / 8);
      const field = (offset: number): number => fields[offset / 8]!;
      const count = field(memoryOpsSummary.count);
      if (status === MALFORMED) throw notFinite(count);
      frame.check(status);
      if (count === 0) return undefined;
      const ifAny = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
      return {
        count,
        sum: field(memoryOpsSummary.sum),
        mean: field(memoryOpsSummary.mean),
        min: field(memoryOpsSummary.min),
        max: field(memoryOpsSummary.max),
        variance: ifAny(field(memoryOpsSummary.variance)),
        standardDeviation: ifAny(field(memoryOpsSummary.deviation)),
        p50: field(memoryOpsSummary.p50),
        p95: field(memoryOpsSummary.p95),
        p99: field(memoryOpsSummary.p99),
      };
    },
  });

const UPDATE_LEN = memoryOpsUpdateState.size;

/**
 * State of sum and extent after one more piece of a column.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param values - the piece, all of its numbers finite
 */
export const aggregateUpdate: BytesOperation<[state: Data, values: ArrayLike<number>]> =
  /* @__PURE__ */ defineBytes({
    name: "aggregate_update",
    module: kernels,
    kernel(frame, state, values) {
      const start = frame.numbers(values);
      const at = frame.state(state, UPDATE_LEN, (address) => frame.view.fill(0, address, address + UPDATE_LEN));
      const seen = (): number => frame.words(at + memoryOpsUpdateState.seen, 1)[0]!;
      const before = seen();
      const status = frame.exports.aggregate_update(at, start, values.length);
      if (status === MALFORMED) throw notFinite((seen() - before) >>> 0);
      frame.check(status);
      return frame.read(at, UPDATE_LEN);
    },
  });

const DEVIATIONS_LEN = 80;

/**
 * State of the sums of deviations after one more piece of a column.
 *
 * @param state - the state before, or no bytes for a scale of 1 and a mean of 0
 * @param values - the piece
 */
export const aggregateDeviations: BytesOperation<[state: Data, values: ArrayLike<number>]> =
  /* @__PURE__ */ defineBytes({
    name: "aggregate_deviations",
    module: kernels,
    kernel(frame, state, values) {
      const start = frame.numbers(values);
      const at = frame.state(state, DEVIATIONS_LEN, (address) => {
        frame.view.fill(0, address, address + DEVIATIONS_LEN);
        frame.doubles(address, 1)[0] = 1;
      });
      frame.exports.aggregate_deviations(at, start, values.length);
      return frame.read(at, DEVIATIONS_LEN);
    },
  });

function finite(low: number, high: number): void {
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw argument("the bounds are to be finite");
}

/** The most ranges that there are. */
const MOST_RANGES = 4096;

/**
 * How many numbers are in each range of a distribution. All ranges but the last have 2^k numbers.
 *
 * @param values - the numbers
 * @param low - the least that is in a range, finite
 * @param high - the greatest that is in a range, finite
 */
export const aggregateRanges: Operation<
  Uint32Array,
  [values: ArrayLike<number>, low: number, high: number]
> = /* @__PURE__ */ define({
  name: "aggregate_ranges",
  module: kernels,
  kernel(frame: Frame, values, low, high) {
    finite(low, high);
    const start = frame.numbers(values);
    const answer = frame.room(4 * MOST_RANGES);
    const ranges = frame.exports.aggregate_ranges(start, values.length, low, high, answer);
    return frame.integers(answer, 4 * ranges);
  },
});

/**
 * The numbers that are between two bounds, in their order.
 *
 * @param values - the numbers
 * @param low - the least that is wanted, finite
 * @param high - the greatest that is wanted, finite
 */
export const aggregateBetween: Operation<
  Float64Array,
  [values: ArrayLike<number>, low: number, high: number]
> = /* @__PURE__ */ define({
  name: "aggregate_between",
  module: kernels,
  kernel(frame: Frame, values, low, high) {
    finite(low, high);
    const start = frame.numbers(values);
    const answer = frame.room(8 * values.length);
    const count = frame.exports.aggregate_between(start, values.length, low, high, answer);
    return frame.doubles(answer, count >>> 0).slice();
  },
});
