// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { KernelModule } from "../../module.js";
import { binary } from "../../binaries/memory_ops.js";

/** Copying, filling and comparing memory, and the aggregates of a column of numbers. */
export const memory_ops = /* @__PURE__ */ new KernelModule({
  name: "memory_ops",
  binary,
  sourceSha256: "f6f6273b4fb2633c4026cf5e2e0361c1b57593d7ca952530a160f2e2554d30d6",
  secret: false,
  data: [],
});
