// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/javascript.js";

/** JavaScript parsed into a flat tree, with all that makes a text malformed. */
export const javascript = /* @__PURE__ */ new KernelModule({
  name: "javascript",
  binary,
  sourceSha256: "8cf40e6cf746a56019e803b42d8669c606044ba5462dff7b3b08ff9234bb6dbc",
  secret: false,
  data: [[0, 256], [256, 130], [512, 130], [768, 256], [1024, 2048], [3072, 130], [4096, 9728], [16384, 7011], [3360, 8], [3376, 84]],
});
