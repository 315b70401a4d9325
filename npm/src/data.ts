import { argument } from "./errors.js";
import { Resident } from "./resident.js";
import type { Data } from "./types.js";

const encoder = /* @__PURE__ */ new TextEncoder();

/** The bytes that data are, without a copy where they are bytes already. */
export function toBytes(data: Data): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (data instanceof Resident) return data.span.bytes;
  // An ArrayBuffer of another realm, such as a frame or a vm context.
  if (Object.prototype.toString.call(data) === "[object ArrayBuffer]") {
    return new Uint8Array(data as ArrayBuffer);
  }
  throw argument("expected a string, a Uint8Array, an ArrayBuffer, a view of one, or a resident buffer");
}
