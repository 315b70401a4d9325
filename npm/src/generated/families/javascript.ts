// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { javascriptParse } from "../javascript.js";
