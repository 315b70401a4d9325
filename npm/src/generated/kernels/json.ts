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
  faults: {
    tape_fault: {
      1: "no whole number of words, none at all, or 2^28 or more",
      2: "what should stand there is not in the array, the object or the tape",
      3: "a word behind the last value of an array, an object or the tape",
      4: "a word with which no value begins",
      5: "an array or object that ends nowhere behind its first word, or behind what it stands in",
      6: "a key that is no string",
      7: "a string with something behind it in its last word",
      8: "a string that is not UTF-8",
      9: "a double that is none of a number",
      10: "an integer below 2^63 with the tag of those that are not",
      11: "more than 8,192 levels",
    },
    why: {
      1: "the text ends where it should go on",
      2: "a byte that does not belong there",
      3: "a control character in a string: it is to be escaped",
      4: "no escape: a backslash and something else",
      5: "no UTF-8",
      6: "more levels than the caller allows",
      7: "a surrogate's escape without the other half's: it stands for no Unicode",
      8: "a number that rounds to infinity",
    },
  },
});
