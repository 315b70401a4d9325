// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/text.js";

/** UTF-8, its lines, hexadecimal digits and base64; checksums. */
export const text = /* @__PURE__ */ new KernelModule({
  name: "text",
  binary,
  sourceSha256: "d16aee95c11ba84f3784947278b5cc2c2502391e9a604b17cd7d09977289009d",
  secret: false,
  data: [[0, 16384], [16384, 16384]],
});
