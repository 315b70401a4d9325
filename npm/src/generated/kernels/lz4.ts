// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/lz4.js";

/** LZ4 compression of blocks, of frames and of frames in pieces, and their checksum. */
export const lz4 = /* @__PURE__ */ new KernelModule({
  name: "lz4",
  binary,
  sourceSha256: "f4ff0846f4cc8e9027d2161958ed4d22796a6dbe4634f21b749d22c4fe9806e4",
  secret: false,
  data: [[0, 256], [256, 16]],
  faults: {
    wrong: {
      1: "no frame begins here",
      2: "it is another",
      3: "it does not match",
      4: "a bit that is to be 0 is not",
      5: "a number that stands for no size",
      6: "there is one",
      7: "a block is longer than the header says",
      8: "it does not match",
      9: "its data are not LZ4",
      10: "it is another than the header says",
      11: "it does not match",
      12: "there is too little of it",
    },
  },
});
