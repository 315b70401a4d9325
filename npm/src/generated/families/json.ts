// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { jsonSerialize } from "../../by_hand/json.js";
export { jsonValidate, jsonParse, jsonEscape, jsonUnescape, jsonMinify, jsonGet } from "../json.js";
