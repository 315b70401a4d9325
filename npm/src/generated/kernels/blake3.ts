// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/blake3.js";

/** BLAKE3 of messages, whole or in pieces, with a key or without, of any length. */
export const blake3 = /* @__PURE__ */ new KernelModule({
  name: "blake3",
  binary,
  sourceSha256: "3bc3b1b37b720a71aa4f804c30003c5984ecf7d0050d6cb727a9c6834d9eb6dd",
  secret: true,
  data: [],
});
