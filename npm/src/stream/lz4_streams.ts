import { lz4FrameDecode, lz4FrameEncode } from "../by_hand/lz4.js";
import { KilowatError } from "../errors.js";
import { joined } from "./hasher.js";
import { behind, kept } from "./reader.js";
import { BytesTransform, Collected, type Pieces } from "./transform.js";

/** A block, as frames have it where nothing is said. */
const BLOCK = 256 * 1024;
/** Takes whole blocks, or all and ends the frame. */
const WHOLE_BLOCKS = 0;
const END = 1;

/** Room for the frame of so many bytes, whatever they are: its blocks are stored where that is shorter. */
function bound(length: number): number {
  return 2 * length + 1024;
}

class FrameWriter implements Pieces {
  readonly #pending = new Collected(BLOCK);
  #state: Uint8Array = new Uint8Array(0);
  #before: Uint8Array = new Uint8Array(0);

  *take(piece: Uint8Array, last: boolean): Generator<Uint8Array> {
    const isEnough = this.#pending.add(piece);
    if (!isEnough && !last) return;
    const content = this.#pending.take();
    const all = joined([this.#before, content]);
    const step = lz4FrameEncode(this.#state, all, last ? END : WHOLE_BLOCKS, bound(content.length));
    const taken = all.subarray(0, this.#before.length + step.consumed);
    this.#before = kept(new Uint8Array(0), taken, Math.min(taken.length, step.history));
    this.#state = step.state;
    this.#pending.add(content.subarray(step.consumed));
    yield step.bytes;
  }
}

class FrameReader implements Pieces {
  #state: Uint8Array = new Uint8Array(0);
  #before: Uint8Array = new Uint8Array(0);
  #rest: Uint8Array = new Uint8Array(0);
  #taken = 0;
  #mayEnd = false;

  *take(piece: Uint8Array, last: boolean): Generator<Uint8Array> {
    let source = joined([this.#rest, piece]);
    for (let capacity = BLOCK; ; ) {
      let step;
      try {
        step = lz4FrameDecode(this.#state, this.#before, source, capacity);
      } catch (error) {
        throw error instanceof KilowatError ? behind(this.#taken, error) : error;
      }
      source = source.subarray(step.consumed);
      this.#taken += step.consumed;
      this.#before = kept(this.#before, step.bytes, step.history);
      this.#state = step.state;
      this.#mayEnd = step.mayEnd;
      if (step.bytes.length > 0) yield step.bytes;
      if (step.roomNeeded !== undefined) capacity = Math.max(capacity, step.roomNeeded);
      else if (step.consumed === 0) break;
    }
    if (last && (source.length > 0 || !this.#mayEnd)) {
      throw new KilowatError("malformed", "the frame is cut short", this.#taken + source.length);
    }
    this.#rest = source.slice();
  }
}

/** Compresses to an LZ4 frame. */
export class Lz4Stream extends BytesTransform {
  constructor() {
    super(new FrameWriter());
  }
}

/** Reads LZ4 frames, one behind the other. */
export class Unlz4Stream extends BytesTransform {
  constructor() {
    super(new FrameReader());
  }
}
