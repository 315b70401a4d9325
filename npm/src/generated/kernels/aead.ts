// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/aead.js";

/** Authenticated encryption: AES-GCM, XAES-256-GCM, ChaCha20- and XChaCha20-Poly1305. */
export const aead = /* @__PURE__ */ new KernelModule({
  name: "aead",
  binary,
  sourceSha256: "fda9b1e3072f7351120a055868f641f6d4f7f15d740e14789ebedf5190569432",
  secret: true,
  data: [[0, 256]],
});
