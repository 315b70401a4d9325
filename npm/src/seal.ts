import { toBytes } from "./data.js";
import { argument, refusal } from "./errors.js";
import { xaes256GcmOpen, xaes256GcmSeal } from "./generated/aead.js";
import type { Data } from "./types.js";

const NONCE = 24;
const UNAUTHENTIC = -7;

function random(length: number): Uint8Array {
  if (globalThis.crypto === undefined) throw argument("there is no source of random bytes here: `crypto` is missing");
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}

/** A random key for `seal`, of 32 bytes. */
export function generateKey(): Uint8Array {
  return random(32);
}

/**
 * A message, encrypted and authenticated by XAES-256-GCM: a random nonce of 24 bytes, the encrypted message, and its tag.
 * It is what `kilowat seal` and the functions `seal` in Rust make.
 *
 * @param key - of 32 bytes
 * @param message - what to encrypt
 * @param aad - what is authenticated with it and is not in it
 */
export function seal(key: Data, message: Data, aad: Data = ""): Uint8Array {
  const nonce = random(NONCE);
  const sealed = xaes256GcmSeal(key, nonce, aad, message);
  const all = new Uint8Array(NONCE + sealed.length);
  all.set(nonce);
  all.set(sealed, NONCE);
  return all;
}

/**
 * The message that `seal` has sealed, with the same key and `aad`. What was changed or cut short is no message: that is
 * an error, `unauthentic`.
 */
export function open(key: Data, sealed: Data, aad: Data = ""): Uint8Array {
  const bytes = toBytes(sealed);
  if (bytes.length < NONCE) throw refusal(UNAUTHENTIC);
  return xaes256GcmOpen(key, bytes.subarray(0, NONCE), aad, bytes.subarray(NONCE));
}
