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
  faults: {
    wrong: {
      1: "the stream ends where it should go on",
      2: "something follows the end of the stream",
      3: "it has a window of more than 24 bits",
      4: "the length of a metablock has a digit too many",
      5: "a reserved bit is set",
      6: "bits between the parts of the stream are not 0",
      7: "a prefix code has a symbol that there is not, or one twice",
      8: "the lengths of a prefix code make none",
      9: "a context map is longer than it can be",
      10: "a block ends where there is no other type",
      11: "a distance reaches before the content, and no word is there",
      12: "a command is longer than what is left of its metablock",
      13: "the content is longer than the room",
    },
  },
});
