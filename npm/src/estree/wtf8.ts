/** A text of WTF-8: UTF-8 in which halves of pairs of surrogates may stand alone. */
export function wtf8(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let from = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    // A half begins so, and no character of UTF-8 does.
    if (bytes[at] !== 0xed || bytes[at + 1]! < 0xa0) continue;
    const half = 0xd000 | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f);
    text += decoder.decode(bytes.subarray(from, at)) + String.fromCharCode(half);
    from = at + 3;
    at += 2;
  }
  return text + decoder.decode(bytes.subarray(from));
}
