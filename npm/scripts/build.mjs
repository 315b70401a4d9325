// Builds the package: the kernels' binaries from target/wasm go to wasm/ and, packed, to src/binaries/; then tsc. What
// src/tables.ts computes is left out where it is packed, and what is written for those that fetch a binary.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const kernels = join(root, "../target/wasm");
const LICENCES = ["LICENSE-MIT", "LICENSE-APACHE"];

/** What a module of src/ exports. */
function source(name) {
  const { outputFiles } = buildSync({ entryPoints: [join(root, `src/${name}.ts`)], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

/** A binary that `cargo xtask build-wasm` has made. */
function built(file) {
  const path = join(kernels, file);
  try {
    return readFileSync(path);
  } catch {
    throw new Error(`${path} is missing: run \`cargo xtask build-wasm\` first`);
  }
}

/** What src/unpack.ts reads: code takes a fifth less room so than by DEFLATE. */
const LZMA = "--lzma1=preset=9e,lc=0,lp=0,pb=0,nice=96";

function pack(bytes) {
  let packed;
  try {
    packed = execFileSync("xz", ["--format=raw", LZMA, "--stdout"], { input: bytes });
  } catch (error) {
    throw new Error("what is embedded is packed by `xz`, of xz-utils: install that", { cause: error });
  }
  if (!bytes.equals(unpack(packed, bytes.length))) throw new Error("what is packed is not what was to be packed");
  return packed.toString("base64");
}

/** The sections of a binary but those that no engine reads: their numbers are 0. */
function withoutCustom(binary) {
  const HEADER = 8;
  const sections = [binary.subarray(0, HEADER)];
  for (let at = HEADER; at < binary.length; ) {
    const start = at++;
    let length = 0, shift = 0, byte;
    do {
      byte = binary[at++];
      length |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    at += length;
    if (binary[start] !== 0) sections.push(binary.subarray(start, at));
  }
  return Buffer.concat(sections);
}

const names = readdirSync(join(root, "src/generated/kernels")).map((file) => file.replace(".ts", ""));
for (const folder of ["wasm", "src/binaries", "dist"]) {
  rmSync(join(root, folder), { recursive: true, force: true });
}
for (const file of LICENCES) copyFileSync(join(root, "..", file), join(root, file));
for (const folder of ["wasm", "src/binaries"]) mkdirSync(join(root, folder), { recursive: true });
const unpacker = withoutCustom(built("npm/unpack.wasm")).toString("base64");
writeFileSync(
  join(root, "src/binaries/unpack.ts"),
  `/** What unpacks the others, in base64. */\nexport const unpacker = "${unpacker}";\n`,
);
const tables = await source("tables");
const { unpack } = await source("unpack");
for (const name of names) {
  const whole = built(`${name}.wasm`);
  writeFileSync(join(root, `wasm/${name}.wasm`), whole);
  const binary = withoutCustom(whole);
  const found = Object.entries(tables)
    .map(([table, make]) => ({ table, bytes: make(), at: binary.indexOf(make()) }))
    .filter(({ at }) => at >= 0);
  for (const { bytes, at } of found) binary.fill(0, at, at + bytes.length);
  const packed = pack(binary);
  const imports = found.length === 0 ? "" : `import { ${found.map(({ table }) => table).join(", ")} } from "../tables.js";\n\n`;
  const text = `${imports}/** Packed by LZMA, in base64; and the tables that are left out, with their places. */
export const binary = {
  length: ${binary.length},
  packed: "${packed}",
  tables: [${found.map(({ table, at }) => `[${at}, ${table}]`).join(", ")}] as [number, () => Uint8Array][],
};
`;
  writeFileSync(join(root, `src/binaries/${name}.ts`), text);
}
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", root], { stdio: "inherit" });
