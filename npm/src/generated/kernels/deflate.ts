// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/deflate.js";

/** DEFLATE, raw and in zlib and gzip containers. */
export const deflate = /* @__PURE__ */ new KernelModule({
  name: "deflate",
  binary,
  sourceSha256: "3aecbf898d922906f7e7d6ae7c80b7fc5e45072f8e475043911246dff06fe689",
  secret: false,
  data: [[0, 16384], [24896, 1152], [26048, 128], [26176, 76], [26256, 19], [26288, 256], [26544, 16], [26560, 320], [116240, 256]],
  faults: {
    inflate_fault: {
      1: "the source ends within the stream",
      2: "a block is of the type that is reserved",
      3: "the length of stored bytes is not what its complement says",
      4: "there are more symbols or distances than the format has",
      5: "the code of the code lengths is none",
      6: "the code lengths repeat nothing, or more often than there are symbols",
      7: "the block's end has no code",
      8: "the code of the symbols is none",
      9: "the code of the distances is none",
      10: "no symbol has this code, or one that the format has no meaning for",
      11: "no distance has this code, or one that the format has no meaning for",
      12: "a match reaches back over the start of the content",
      13: "there is something behind the end of the stream",
      14: "the first two bytes are not those of a zlib stream or a gzip member",
      15: "the dictionary is not the one that the stream was made with",
      16: "the header's checksum does not match",
      17: "the content's checksum does not match",
      18: "the content has another length than is stored",
      19: "it is not DEFLATE",
      20: "matches may reach back over more than 32 KiB",
      21: "the header has flags that are reserved",
      22: "the stream needs a dictionary",
    },
  },
});
