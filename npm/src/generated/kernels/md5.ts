// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/md5.js";

/** MD5 of whole messages, of messages in pieces, and of many messages at a time. */
export const md5 = /* @__PURE__ */ new KernelModule({
  name: "md5",
  binary,
  sourceSha256: "9bace7114144c4e29f57384247096bd1c52a7ef7ad821b399f2edb559700dc2b",
  secret: false,
  data: [[0, 256]],
});
