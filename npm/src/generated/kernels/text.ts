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
  faults: {
    utf8_fault: {
      1: "bytes that no valid text has",
      2: "the text ends within a character that may still become one",
    },
    hex_fault: {
      1: "a byte that is no hexadecimal digit",
      2: "the second digit of the last byte is missing",
    },
    base64_fault: {
      1: "a byte that is not of the alphabet",
      2: "a `=`, or what follows one, out of place",
      3: "symbols or padding are missing at the end",
      4: "bits of the last symbol that belong to no byte are not 0",
    },
  },
});
