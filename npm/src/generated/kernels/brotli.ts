// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/brotli.js";

/** Brotli, both ways. */
export const brotli = /* @__PURE__ */ new KernelModule({
  name: "brotli",
  binary,
  sourceSha256: "d2e05b204e0d4a16e97edd39c7cd136da6ac5098ebac3029e8c12da51eca90f0",
  secret: false,
  data: [[272, 18], [40960, 122784], [512, 2048], [2560, 5632], [8192, 968], [9216, 164], [9472, 104], [9600, 100], [0, 256], [256, 16], [163744, 16386], [180144, 27008]],
});
