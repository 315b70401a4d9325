// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/lz4.js";

/** LZ4 compression of blocks, of frames and of frames in pieces, and their checksum. */
export const lz4 = /* @__PURE__ */ new KernelModule({
  name: "lz4",
  binary,
  sourceSha256: "f4ff0846f4cc8e9027d2161958ed4d22796a6dbe4634f21b749d22c4fe9806e4",
  secret: false,
  data: [[0, 256], [256, 16]],
});
