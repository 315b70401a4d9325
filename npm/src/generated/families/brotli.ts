// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { brotliDecode } from "../../by_hand/brotli.js";
export { brotliDecompress, brotliCompress } from "../brotli.js";
