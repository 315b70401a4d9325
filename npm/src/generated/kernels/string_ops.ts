// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/string_ops.js";

/** FNV-1a hashing, lexicographic comparison and substring search of byte strings. */
export const string_ops = /* @__PURE__ */ new KernelModule({
  name: "string_ops",
  binary,
  sourceSha256: "3ec0422342b5523c0a75c4b58221252f513feaeded70b844a349b0dd80e4858b",
  secret: false,
  data: [[0, 256]],
});
