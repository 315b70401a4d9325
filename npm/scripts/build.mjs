// Builds the package: the kernels' binaries from target/wasm go to wasm/ and, packed, to src/binaries/; then tsc. What
// src/tables.ts computes is left out where it is packed.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const kernels = join(root, "../target/wasm");

const { code } = transformSync(readFileSync(join(root, "src/tables.ts"), "utf8"), { loader: "ts" });
const tables = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** Raw DEFLATE by the kernel, whose highest level takes 5 % less room than that of zlib. */
async function pack(bytes) {
  const LEVEL = 12;
  const module = readFileSync(join(kernels, "deflate.wasm"));
  const { instance: { exports } } = await WebAssembly.instantiate(module);
  const source = (exports.heap_base.value + 15) & ~15;
  const work = (source + bytes.length + 15) & ~15;
  const workLength = exports.deflate_work_size(bytes.length, LEVEL);
  const target = (work + workLength + 15) & ~15;
  const room = exports.deflate_bound(bytes.length);
  exports.memory.grow((target + room) >> 16);
  new Uint8Array(exports.memory.buffer).set(bytes, source);
  const length = exports.deflate(source, bytes.length, 0, LEVEL, 0, work, workLength, target, room);
  const packed = Buffer.from(exports.memory.buffer, target, Math.max(length, 0));
  if (!inflateRawSync(packed).equals(bytes)) throw new Error("what is packed is not what was to be packed");
  return packed.toString("base64");
}

const names = readdirSync(join(root, "src/generated/kernels")).map((file) => file.replace(".ts", ""));
for (const folder of ["wasm", "src/binaries", "dist"]) {
  rmSync(join(root, folder), { recursive: true, force: true });
}
for (const folder of ["wasm", "src/binaries"]) mkdirSync(join(root, folder), { recursive: true });
for (const name of names) {
  const file = join(kernels, `${name}.wasm`);
  let binary;
  try {
    binary = readFileSync(file);
  } catch {
    throw new Error(`${file} is missing: run \`cargo xtask build-wasm\` first`);
  }
  cpSync(file, join(root, `wasm/${name}.wasm`));
  const found = Object.entries(tables)
    .map(([table, make]) => ({ table, bytes: make(), at: binary.indexOf(make()) }))
    .filter(({ at }) => at >= 0);
  for (const { bytes, at } of found) binary.fill(0, at, at + bytes.length);
  const packed = await pack(binary);
  const imports = found.length === 0 ? "" : `import { ${found.map(({ table }) => table).join(", ")} } from "../tables.js";\n\n`;
  const text = `${imports}/** Packed by DEFLATE, in base64; and the tables that are left out, with their places. */
export const binary = {
  length: ${binary.length},
  packed: "${packed}",
  tables: [${found.map(({ table, at }) => `[${at}, ${table}]`).join(", ")}] as [number, () => Uint8Array][],
};
`;
  writeFileSync(join(root, `src/binaries/${name}.ts`), text);
}
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", root], { stdio: "inherit" });
