import { toBytes } from "../data.js";
import { lz4 as kernels } from "../generated/kernels/lz4.js";
import { lz4DecodeState, lz4EncodeState } from "../generated/layouts.js";
import * as words from "../generated/refusals.js";
import { define } from "../operation.js";
import type { Frame } from "../frame.js";
import type { Data, Operation } from "../types.js";
import { tail } from "./pieces.js";

/** Blocks of 256 KiB that are linked, and a checksum of the content. */
const FLAGS = 0x5044;
const INDEPENDENT = 0x20;
/** How far back matches reach, in whole windows. */
const HISTORY = 65_536n;
const STRIPE = 16n;

/** The numbers of a state in memory. */
function fields(frame: Frame, at: number): { word(offset: number): number; wide(offset: number): bigint } {
  return {
    word: (offset) => frame.words(at + offset, 1)[0]!,
    wide(offset) {
      const [low = 0, high = 0] = frame.words(at + offset, 2);
      return (BigInt(high) << 32n) | BigInt(low);
    },
  };
}

/** What a step of an encoder gives. */
export interface Lz4Encoded {
  /** How much of the content before the next step wants. */
  history: number;
  /** How many bytes of the piece were taken. */
  consumed: number;
  state: Uint8Array;
  /** Bytes of the frame. */
  bytes: Uint8Array;
}

/**
 * LZ4 compression to a frame, one piece.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param bytes - as much of the content before as the state's `history`, and then what was not consumed
 * @param last - 0 to take whole blocks, 1 to take all and end the frame, 2 to take all and go on
 * @param capacity - how many bytes of the frame may be written
 */
export const lz4FrameEncode: Operation<
  Lz4Encoded,
  [state: Data, bytes: Data, last: number, capacity: number]
> = /* @__PURE__ */ define({
  name: "lz4_frame_encode",
  module: kernels,
  refusals: words.lz4FrameEncode,
  kernel(frame, state, bytes, last, capacity) {
    const { size } = lz4EncodeState;
    const at = frame.state(state, size, (address) => frame.view.fill(0, address, address + size));
    const { word, wide } = fields(frame, at);
    const flags = word(lz4EncodeState.flags) || FLAGS;
    frame.words(at + lz4EncodeState.flags, 1)[0] = flags;
    const src = frame.bytes(bytes), srcLen = frame.length;
    const workLen = Math.max(0, frame.exports.lz4_frame_work_size(flags));
    const work = frame.room(workLen);
    const dst = frame.room(capacity);
    const length = frame.check(
      frame.exports.lz4_frame_encode(at, at, src, srcLen, last, work, workLen, dst, capacity),
    );
    const position = wide(lz4EncodeState.position);
    const kept = position < HISTORY ? position : HISTORY;
    return {
      history: Number(flags & INDEPENDENT ? position % STRIPE : kept),
      consumed: word(lz4EncodeState.consumed),
      state: frame.read(at, size),
      bytes: frame.read(dst, length),
    };
  },
});

/** What a step of a decoder gives. */
export interface Lz4Decoded {
  /** How much of the content before the next step wants. */
  history: number;
  /** How many bytes of the frames were taken. */
  consumed: number;
  /** Whether the frames may end here. */
  mayEnd: boolean;
  /** How many bytes the next element has, or at least, where the source ends within it. */
  sourceNeeded: number | undefined;
  /** How much room the next block may take, where there was less. */
  roomNeeded: number | undefined;
  state: Uint8Array;
  /** Bytes of content. */
  bytes: Uint8Array;
}

const BETWEEN = 1;
const LEGACY = 3;

/**
 * LZ4 decompression of frames, one piece.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param before - the content before, or as much of its end as the state's `history`
 * @param frames - what was not consumed of the frames before, and what follows
 * @param capacity - how many bytes of content may be written
 * @param exact - whether blocks that may not fit are tried
 */
export const lz4FrameDecode: Operation<
  Lz4Decoded,
  [state: Data, before: Data, frames: Data, capacity: number, exact?: boolean]
> = /* @__PURE__ */ define({
  name: "lz4_frame_decode",
  module: kernels,
  refusals: words.lz4FrameDecode,
  kernel(frame, state, before, frames, capacity, exact = false) {
    const { size } = lz4DecodeState;
    const at = frame.state(state, size, (address) => frame.view.fill(0, address, address + size));
    const { word, wide } = fields(frame, at);
    const history = (): number => {
      const position = wide(lz4DecodeState.position);
      return Number(position < HISTORY ? position : HISTORY);
    };
    const content = tail(toBytes(before), history());
    const src = frame.bytes(frames), srcLen = frame.length;
    const dst = frame.room(content.length + capacity);
    frame.view.set(content, dst);
    const room = content.length + capacity;
    const status = frame.exports.lz4_frame_decode(at, at, src, srcLen, dst, room, exact ? 1 : 0);
    if (status < 0) {
      // The place is in the state, not in a fault.
      frame.words(frame.fault, 3).set([word(lz4DecodeState.consumed), 0, word(lz4DecodeState.wrong)]);
      frame.check(status);
    }
    const phase = word(lz4DecodeState.phase);
    return {
      history: history(),
      consumed: word(lz4DecodeState.consumed),
      mayEnd: phase === BETWEEN || phase === LEGACY,
      sourceNeeded: word(lz4DecodeState.sourceNeeded) || undefined,
      roomNeeded: word(lz4DecodeState.roomNeeded) || undefined,
      state: frame.read(at, size),
      bytes: frame.read(dst + content.length, word(lz4DecodeState.produced)),
    };
  },
});
