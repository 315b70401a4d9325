// CommonJS: Node requires modules of ECMAScript, and bundlers take them in.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = `
const { KilowatError } = require("kilowat");
const { sha256 } = require("kilowat/hash");
const { gunzip } = require("kilowat/deflate");
let code;
try {
  gunzip("none");
} catch (error) {
  code = error instanceof KilowatError && error.code;
}
console.log(sha256.hex("abc").slice(0, 8), code);
`;

const node = (flags, program) =>
  execFileSync(process.execPath, [...flags, "-"], { cwd: root, input: program, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] }).trim();

test("it is required, and is what is imported", () => {
  assert.equal(node(["--input-type=commonjs"], PROGRAM), "ba7816bf malformed");
  const both = `import("kilowat").then(({ report }) => {
    require("kilowat/hash").sha256("");
    console.log(report().operations.sha256.calls);
  });`;
  assert.equal(node(["--input-type=commonjs"], both), "1");
});

test("bundlers make CommonJS of it", async () => {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: root },
    bundle: true,
    format: "cjs",
    platform: "node",
    write: false,
    logLevel: "error",
  });
  assert.equal(node(["--input-type=commonjs"], outputFiles[0].text), "ba7816bf malformed");
});
