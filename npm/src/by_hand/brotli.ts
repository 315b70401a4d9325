import { toBytes } from "../data.js";
import { brotli as kernels } from "../generated/kernels/brotli.js";
import { brotliDecodeState as place } from "../generated/layouts.js";
import * as words from "../generated/refusals.js";
import { define } from "../operation.js";
import type { Data, Operation } from "../types.js";
import { tail } from "./pieces.js";

/** The phases within a metablock, whose header comes again in each step. */
const COMMAND = 4;
const WORD = 8;

/**
 * Brotli decompression, one piece: gives the next state, and content.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param before - the content before, or as much of its end as the state's `history`
 * @param stream - what was not consumed of the stream before, and what follows
 * @param last - whether it ends here
 * @param capacity - how many bytes of content may be written
 */
export const brotliDecode: Operation<
  [state: Uint8Array, content: Uint8Array],
  [state: Data, before: Data, stream: Data, last: boolean, capacity: number]
> = /* @__PURE__ */ define({
  name: "brotli_decode",
  module: kernels,
  refusals: words.brotliDecode,
  kernel(frame, state, before, stream, last, capacity) {
    const { size } = place;
    const given = toBytes(state);
    const at = frame.state(given.subarray(0, size), size, (address) =>
      frame.view.fill(0, address, address + size),
    );
    const field = (offset: number): number => frame.words(at + offset, 1)[0]!;
    const metablock = given.subarray(size);
    const header = frame.bytes(metablock);
    const src = frame.bytes(stream), srcLen = frame.length;
    const workLen = Math.max(0, frame.exports.brotli_decompress_work_size(metablock.length + srcLen));
    const work = frame.room(workLen);
    const history = tail(toBytes(before), field(place.history));
    const room = history.length + capacity;
    const dst = frame.room(room);
    frame.view.set(history, dst);
    frame.check(
      frame.exports.brotli_decode(
        at, at, header, metablock.length, src, srcLen, last ? 1 : 0, work, workLen, dst, room, frame.fault,
      ),
    );
    const phase = field(place.phase);
    let kept: Uint8Array = new Uint8Array(0);
    if (phase >= COMMAND && phase <= WORD) {
      const start = src + field(place.headerAt), length = field(place.headerLen);
      kept = length === 0 ? metablock : frame.view.subarray(start, start + length);
    }
    const next = new Uint8Array(size + kept.length);
    next.set(frame.view.subarray(at, at + size));
    next.set(kept, size);
    return [next, frame.read(dst + history.length, field(place.produced))];
  },
});
