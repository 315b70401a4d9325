const DIGITS = "0123456789abcdef";

/** Two hexadecimal digits for each byte. */
const PAIRS: readonly string[] = /* @__PURE__ */ Array.from(
  { length: 256 },
  (_, byte) => DIGITS[byte >> 4]! + DIGITS[byte & 15]!,
);

/** Bytes in hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += PAIRS[bytes[at]!];
  return text;
}

/** Bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  const PIECE = 0x2000;
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text);
}

/** The bytes whose base64 a text is. */
export function fromBase64(text: string): Uint8Array {
  // Node's `atob` looks at each character in JavaScript that has not been compiled yet.
  const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: string): Uint8Array } };
  if (Buffer !== undefined) return Buffer.from(text, "base64");
  const symbols = atob(text);
  const bytes = new Uint8Array(symbols.length);
  for (let at = 0; at < symbols.length; at++) bytes[at] = symbols.charCodeAt(at);
  return bytes;
}
