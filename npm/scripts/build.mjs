// Builds the package: the kernels' binaries from target/wasm go to wasm/ and, packed, to src/binaries/; then tsc.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const kernels = join(root, "../target/wasm");

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
  const packed = deflateRawSync(binary, { level: 9 }).toString("base64");
  const text = `/** Packed by DEFLATE, in base64. */
export const binary = {
  length: ${binary.length},
  packed: "${packed}",
};
`;
  writeFileSync(join(root, `src/binaries/${name}.ts`), text);
}
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", root], { stdio: "inherit" });
