// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { lz4FrameEncode, lz4FrameDecode } from "../../by_hand/lz4.js";
export { lz4Compress, lz4CompressHc, lz4Decompress, lz4FrameCompress, lz4FrameDecompress, lz4FrameContentSize } from "../lz4.js";
