// `node bench/ready.mjs`: how long a module of kernels takes until it can be called, in a process that has not done
// anything before, the best of seven. `--module NAME` is each of those processes.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const PROCESSES = 7;
const folder = new URL("../dist/generated/kernels/", import.meta.url);
const [, , child, name] = process.argv;

if (child === "--module") {
  const [module] = Object.values(await import(new URL(`${name}.js`, folder)));
  const start = performance.now();
  module.frame(undefined);
  console.log(performance.now() - start);
} else {
  const self = fileURLToPath(import.meta.url);
  const once = (module) => Number(execFileSync(process.execPath, [self, "--module", module], { encoding: "utf8" }));
  const names = readdirSync(folder).filter((file) => file.endsWith(".js")).map((file) => basename(file, ".js"));
  for (const module of names) {
    const best = Math.min(...Array.from({ length: PROCESSES }, () => once(module)));
    console.log(`${module}  ${best.toFixed(2)} ms`);
  }
}
