import { KilowatError } from "../errors.js";
import { deflateInflateState as place } from "../generated/layouts.js";
import { inflateUpdate } from "../by_hand/inflate.js";
import { joined } from "./hasher.js";

/** What a stream is wrapped in. */
export type Wrapping = "raw" | "zlib" | "gzip";

const OPTIONS: Record<Wrapping, number> = { raw: 0, zlib: 4, gzip: 8 };
const LAST = 2;
/** What a step ended at: the source, the room, the end. */
const ROOM = -3;
const AT_END = -4;
/** How much content a step may give. */
const CAPACITY = 256 * 1024;

/** Reads a compressed stream that comes in pieces. */
export class Inflater {
  readonly #options: number;
  #state: Uint8Array = new Uint8Array(0);
  #before: Uint8Array = new Uint8Array(0);
  #rest: Uint8Array = new Uint8Array(0);
  #taken = 0;
  #ended = false;

  constructor(wrapping: Wrapping) {
    this.#options = OPTIONS[wrapping];
  }

  /** Takes a piece of the stream, and gives the content that is whole with it. */
  *take(piece: Uint8Array, last: boolean): Generator<Uint8Array> {
    let source = this.#rest.length === 0 ? piece : joined([this.#rest, piece]);
    for (;;) {
      if (this.#ended) {
        if (source.length > 0) {
          throw new KilowatError("malformed", `at byte ${this.#taken}: something follows the stream`, this.#taken);
        }
        this.#rest = source;
        return;
      }
      const { content, consumed, stopped } = this.#step(source, last);
      source = source.subarray(consumed);
      if (content.length > 0) yield content;
      this.#ended = stopped === AT_END;
      if (!this.#ended && stopped !== ROOM) break;
    }
    if (last) throw new KilowatError("malformed", "the stream is cut short", this.#taken + source.length);
    this.#rest = source.slice();
  }

  #step(source: Uint8Array, last: boolean): { content: Uint8Array; consumed: number; stopped: number } {
    const options = this.#options | (last ? LAST : 0);
    let answer: [Uint8Array, Uint8Array];
    try {
      answer = inflateUpdate(this.#state, this.#before, source, options, CAPACITY);
    } catch (error) {
      if (!(error instanceof KilowatError) || error.offset === undefined) throw error;
      const offset = this.#taken + error.offset;
      const words = error.message.replace(/^at byte \d+: /, "");
      throw new KilowatError(error.code, `at byte ${offset}: ${words}`, offset, error.operation);
    }
    const [state, content] = answer;
    const field = new DataView(state.buffer, state.byteOffset);
    const history = field.getUint32(place.history, true);
    this.#before = joined([this.#before, content]).slice(-history || Infinity);
    this.#state = state;
    const consumed = field.getUint32(place.consumed, true);
    this.#taken += consumed;
    return { content, consumed, stopped: field.getInt32(place.stopped, true) };
  }
}
