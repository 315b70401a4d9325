import { KilowatError } from "../errors.js";
import { joined } from "./hasher.js";

/** How a format is read piece by piece. */
export interface Format {
  /** Where fields of the state are. */
  place: { readonly history: number; readonly consumed: number; readonly stopped: number };
  /** What a step has ended at where there was no more room. */
  room: number;
  /** What it has ended at where the stream has ended. */
  end: number;
  /** One step: gives the next state, and content. */
  step(
    state: Uint8Array,
    before: Uint8Array,
    source: Uint8Array,
    last: boolean,
    capacity: number,
  ): [state: Uint8Array, content: Uint8Array];
}

/** How much content a step may give. */
const CAPACITY = 256 * 1024;

/** Reads a compressed stream that comes in pieces. */
export class Reader {
  readonly #format: Format;
  #state: Uint8Array = new Uint8Array(0);
  #before: Uint8Array = new Uint8Array(0);
  #rest: Uint8Array = new Uint8Array(0);
  #taken = 0;
  #ended = false;

  constructor(format: Format) {
    this.#format = format;
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
      this.#ended = stopped === this.#format.end;
      if (!this.#ended && stopped !== this.#format.room) break;
    }
    if (last) throw new KilowatError("malformed", "the stream is cut short", this.#taken + source.length);
    this.#rest = source.slice();
  }

  #step(source: Uint8Array, last: boolean): { content: Uint8Array; consumed: number; stopped: number } {
    const { place, step } = this.#format;
    let answer: [Uint8Array, Uint8Array];
    try {
      answer = step(this.#state, this.#before, source, last, CAPACITY);
    } catch (error) {
      throw error instanceof KilowatError ? behind(this.#taken, error) : error;
    }
    const [state, content] = answer;
    const field = new DataView(state.buffer, state.byteOffset);
    const history = field.getUint32(place.history, true);
    this.#before = kept(this.#before, content, history);
    this.#state = state;
    const consumed = field.getUint32(place.consumed, true);
    this.#taken += consumed;
    return { content, consumed, stopped: field.getInt32(place.stopped, true) };
  }
}

/** The last bytes of content, so many. */
export function kept(before: Uint8Array, content: Uint8Array, history: number): Uint8Array {
  const all = content.length >= history ? content : joined([before, content]);
  return all.slice(Math.max(0, all.length - history));
}

/** An error of a piece that begins so far behind the stream's start. */
export function behind(start: number, error: KilowatError): KilowatError {
  if (error.offset === undefined || start === 0) return error;
  const offset = start + error.offset;
  const words = error.message.replace(/^at byte \d+: /, `at byte ${offset}: `);
  return new KilowatError(error.code, words, offset, error.operation);
}
