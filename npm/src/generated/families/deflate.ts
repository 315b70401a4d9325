// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { inflate, zlibDecompress, gzipDecompress, inflateUpdate } from "../../by_hand/inflate.js";
export { deflate } from "../deflate.js";
