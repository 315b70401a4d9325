// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/kdf.js";

/** HMAC-SHA-256, and keys from secrets: HKDF, PBKDF2. */
export const kdf = /* @__PURE__ */ new KernelModule({
  name: "kdf",
  binary,
  sourceSha256: "56371d9430c851598647a825ae7a65a1d69126b312a59da3399745fa27891cb7",
  secret: true,
  data: [[0, 256]],
});
