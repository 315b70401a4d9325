// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { searchAll, searchMany } from "../../by_hand/search.js";
export { compare, search } from "../string_ops.js";
