// What bundlers make of an entry.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { rollup } from "rollup";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A program as esbuild bundles it, minified. */
export async function withEsbuild(program) {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** The same as rollup bundles it; it leaves names and white space. */
export async function withRollup(program) {
  const { exports } = (await import("../package.json", { with: { type: "json" } })).default;
  const own = {
    name: "own",
    resolveId(id) {
      if (id === "program") return id;
      const entry = exports[id.replace(/^kilowat/, ".")];
      return entry === undefined ? null : { id: join(root, entry), moduleSideEffects: false };
    },
    load: (id) => (id === "program" ? program : null),
  };
  const bundle = await rollup({ input: "program", plugins: [own], treeshake: { moduleSideEffects: false } });
  const { output } = await bundle.generate({ format: "esm" });
  return output[0].code;
}

/** How much of a bundle goes over the wire. */
export function overTheWire(code) {
  return gzipSync(code, { level: 9 }).length;
}
