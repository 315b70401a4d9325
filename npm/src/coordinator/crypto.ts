import { xaes256GcmOpen, xaes256GcmSeal } from "../generated/aead.js";
import { md5 } from "../generated/md5.js";
import { sha256 } from "../generated/sha256.js";
import { open, seal } from "../seal.js";
import type { Data } from "../types.js";
import { by } from "./functions.js";

export const functions = {
  hashSHA256: by([sha256], (input: Data): Uint8Array => sha256(input)),
  hashMD5: by([md5], (input: Data): Uint8Array => md5(input)),
  /** XAES-256-GCM, under a key of 32 bytes: a random nonce, the encrypted data, and their tag. */
  encrypt: by([xaes256GcmSeal], (data: Data, key: Data): Uint8Array => seal(key, data)),
  /** What `encrypt` has encrypted. What was changed is an error. */
  decrypt: by([xaes256GcmOpen], (data: Data, key: Data): Uint8Array => open(key, data)),
};
