// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { base64Encode, base64Decode, lines } from "../../by_hand/text.js";
export { utf8Validate, utf8Count, utf16Len, hexEncode, hexDecode } from "../text.js";
