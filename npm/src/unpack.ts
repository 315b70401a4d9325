/**
 * LZMA, of what this package itself has packed: its kernels. A module of its own unpacks them, of which the text is
 * wat/unpack.wat: what has no WebAssembly needs no kernels either.
 */
import { unpacker } from "./binaries/unpack.js";
import { fromBase64 } from "./encoding.js";

interface Unpacker {
  memory: WebAssembly.Memory;
  heap_base: WebAssembly.Global<"i32">;
  unpack(source: number, target: number, length: number): void;
}

const PAGE = 65_536;

let compiled: WebAssembly.Module | undefined;

/** The content of a stream, which has this length. */
export function unpack(stream: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  compiled ??= new WebAssembly.Module(fromBase64(unpacker) as BufferSource);
  // An instance each time: what is unpacked is taken once, and its memory goes with it.
  const { memory, heap_base, unpack } = new WebAssembly.Instance(compiled).exports as unknown as Unpacker;
  const source = heap_base.value;
  const target = source + stream.length;
  memory.grow(Math.ceil((target + length) / PAGE));
  new Uint8Array(memory.buffer).set(stream, source);
  unpack(source, target, length);
  return new Uint8Array(memory.buffer as ArrayBuffer, target, length);
}
