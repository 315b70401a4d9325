// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/javascript.js";

/** JavaScript parsed into a flat tree, with all that makes a text malformed. */
export const javascript = /* @__PURE__ */ new KernelModule({
  name: "javascript",
  binary,
  sourceSha256: "ac202f779ed73bafff0e02ca66ff9c2369fca7770a003a046017652b1458fb2a",
  secret: false,
  data: [[0, 256], [256, 131], [512, 131], [768, 256], [1024, 2048], [3072, 131], [4096, 9728], [16384, 7011], [24576, 2530], [3360, 8], [3376, 111]],
});
