// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/json.js";

/** JSON texts checked, parsed, made shorter and made from tapes. */
export const json = /* @__PURE__ */ new KernelModule({
  name: "json",
  binary,
  sourceSha256: "0f6567e3f71032a4fc9137b88cbe87d632203e42a260821b1d3bf39265f245d6",
  secret: false,
  data: [[0, 256], [256, 256], [14848, 256], [90112, 2048], [4096, 10656], [3072, 160], [672, 32]],
});
