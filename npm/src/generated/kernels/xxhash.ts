// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/xxhash.js";

/** xxHash of 64 bits, in both its forms: XXH64 and XXH3. */
export const xxhash = /* @__PURE__ */ new KernelModule({
  name: "xxhash",
  binary,
  sourceSha256: "da1724572307dc124bbe00b4f5806ba119ee644488556ed21d52b2fe3a42511e",
  secret: false,
  data: [[0, 192]],
});
