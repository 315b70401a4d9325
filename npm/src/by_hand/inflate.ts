import { toBytes } from "../data.js";
import { argument } from "../errors.js";
import type { Frame } from "../frame.js";
import { deflate as kernels } from "../generated/kernels/deflate.js";
import { deflateInflateState as place } from "../generated/layouts.js";
import * as words from "../generated/refusals.js";
import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { behindHistory, tail } from "./pieces.js";

const TRAILING = 1;

/** How long content is likely to be, for a stream of so many bytes. */
function guess(length: number): number {
  return 6 * length + 4096;
}

/** Content behind a dictionary, which its matches may reach back to. */
function whole(
  frame: Frame,
  stream: Data,
  dictionary: Data,
  capacity: number | undefined,
  call: (src: number, srcLen: number, dictLen: number, dst: number, cap: number) => number,
): Uint8Array {
  const src = frame.bytes(stream), srcLen = frame.length;
  const before = toBytes(dictionary);
  return behindHistory(frame, before, capacity, guess(srcLen), (dst, cap) =>
    call(src, srcLen, before.length, dst, cap),
  );
}

type Stream = [stream: Data, dictionary?: Data, trailing?: boolean, capacity?: number];

/**
 * DEFLATE decompression of a raw stream.
 *
 * @param stream - what to decompress
 * @param dictionary - what its matches may reach back to
 * @param trailing - whether what follows the stream is left alone
 * @param capacity - how long its content may be; as long as it is where that is left out
 */
export const inflate: BytesOperation<Stream> = /* @__PURE__ */ defineBytes({
  name: "inflate",
  module: kernels,
  refusals: words.inflate,
  kernel: (frame, stream, dictionary = "", trailing = false, capacity) =>
    whole(frame, stream, dictionary, capacity, (src, srcLen, dictLen, dst, cap) =>
      frame.exports.inflate(src, srcLen, dictLen, trailing ? TRAILING : 0, dst, cap, frame.fault),
    ),
});

/**
 * DEFLATE decompression of a zlib stream. The parameters are those of `inflate`.
 */
export const zlibDecompress: BytesOperation<Stream> = /* @__PURE__ */ defineBytes({
  name: "zlib_decompress",
  module: kernels,
  refusals: words.zlibDecompress,
  kernel: (frame, stream, dictionary = "", trailing = false, capacity) =>
    whole(frame, stream, dictionary, capacity, (src, srcLen, dictLen, dst, cap) =>
      frame.exports.zlib_decompress(src, srcLen, dictLen, trailing ? TRAILING : 0, dst, cap, frame.fault),
    ),
});

/** What a file of one member says that its content is long, if that can be; otherwise a guess. */
function storedLength({ view, length }: Frame, file: number): number {
  if (length < 18) return guess(length);
  const at = file + length - 4;
  const stored = (view[at]! | (view[at + 1]! << 8) | (view[at + 2]! << 16) | (view[at + 3]! << 24)) >>> 0;
  // DEFLATE makes 1032 bytes of one at most.
  return stored <= 1032 * length ? stored : guess(length);
}

/**
 * DEFLATE decompression of a gzip file, all members of it.
 *
 * @param file - what to decompress: members, one behind the other
 * @param trailing - whether what follows the members is left alone
 * @param capacity - how long their content may be; as long as it is where that is left out
 */
export const gzipDecompress: BytesOperation<[file: Data, trailing?: boolean, capacity?: number]> =
  /* @__PURE__ */ defineBytes({
    name: "gzip_decompress",
    module: kernels,
    refusals: words.gzipDecompress,
    kernel(frame, file, trailing = false, capacity) {
      const src = frame.bytes(file), srcLen = frame.length;
      return frame.write(capacity, storedLength(frame, src), (dst, cap) =>
        frame.exports.gzip_decompress(src, srcLen, trailing ? TRAILING : 0, dst, cap, frame.fault),
      );
    },
  });

/**
 * DEFLATE decompression, one piece: gives the next state, and content.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param before - the content before, or as much of its end as the state's `history`
 * @param stream - what was not consumed of the stream before, and what follows
 * @param options - 1: leave alone what follows; 2: it ends here; 4: zlib; 8: gzip; their sum
 * @param capacity - how many bytes of content may be written
 */
export const inflateUpdate: Operation<
  [state: Uint8Array, content: Uint8Array],
  [state: Data, before: Data, stream: Data, options: number, capacity: number]
> = /* @__PURE__ */ define({
  name: "inflate_update",
  module: kernels,
  refusals: words.inflateUpdate,
  kernel(frame, state, before, stream, options, capacity) {
    const at = frame.state(state, place.size, (address) => frame.view.fill(0, address, address + place.size));
    const field = (offset: number): number => frame.words(at + offset, 1)[0]!;
    const history = tail(toBytes(before), field(place.history));
    const src = frame.bytes(stream), srcLen = frame.length;
    if (!(capacity >= 0)) throw argument("the capacity is a number of bytes");
    const dst = frame.room(history.length + capacity);
    frame.view.set(history, dst);
    frame.check(
      frame.exports.inflate_update(at, at, src, srcLen, options, dst, history.length + capacity, frame.fault),
    );
    return [frame.read(at, place.size), frame.read(dst + history.length, field(place.produced))];
  },
});
