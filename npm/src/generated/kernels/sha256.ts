// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/sha256.js";

/** SHA-256 of whole messages, of messages in pieces, and of many messages at a time. */
export const sha256 = /* @__PURE__ */ new KernelModule({
  name: "sha256",
  binary,
  sourceSha256: "073f313ed95562a18ecf43ffd2f5b49d2e3e98f8828e346e993e7abb7dacf94f",
  secret: true,
  data: [[0, 256]],
});
