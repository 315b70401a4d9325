// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/deflate.js";

/** DEFLATE, raw and in zlib and gzip containers. */
export const deflate = /* @__PURE__ */ new KernelModule({
  name: "deflate",
  binary,
  sourceSha256: "2ae597791c5fc20f63d9726e10f93ee021f5c2ae72038f2ce151475c79f52a68",
  secret: false,
  data: [[0, 16384], [24896, 1152], [26048, 128], [26176, 76], [26256, 19], [26288, 256], [26544, 16], [26560, 320], [116240, 256]],
});
