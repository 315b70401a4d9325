// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/sha512.js";

/** SHA-512 of whole messages, and of messages in pieces. */
export const sha512 = /* @__PURE__ */ new KernelModule({
  name: "sha512",
  binary,
  sourceSha256: "a48dcd98349bbe59ca1f68a64b88ed87e79bb505624e86f8d13252bd35329b62",
  secret: true,
  data: [[0, 640]],
});
