// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { aesGcmSeal, aesGcmOpen, xaes256GcmSeal, xaes256GcmOpen, chacha20Poly1305Seal, chacha20Poly1305Open, xchacha20Poly1305Seal, xchacha20Poly1305Open, ctEqual } from "../aead.js";
export { hmacSha256, hmacSha256Init, hmacSha256Update, hmacSha256Finish, hkdfExtract, hkdfExpand, pbkdf2Sha256 } from "../kdf.js";
