// The vectors of operations that return a number or a digest, in wabt's interpreter: an engine that shares nothing with V8
// and wasmtime. It is run by spectest-interp, over a script of assertions.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { argument, fromHex } from "./values.mjs";

const missing = ["wast2json", "spectest-interp"].find((tool) => spawnSync(tool, ["--version"]).error !== undefined);
if (missing !== undefined && process.env.KILOWAT_REQUIRE_TOOLS) {
  throw new Error(`KILOWAT_REQUIRE_TOOLS is set, and there is no ${missing}`);
}
const skip = missing !== undefined && `left out: ${missing} (package wabt) is not installed`;

const data = (name) => JSON.parse(readFileSync(new URL(`../../tests/data/${name}.json`, import.meta.url), "utf8"));

const escaped = (bytes) => Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");

/** A kernel with a page more of memory, and what reads that. */
function preamble(name, binary) {
  return `(module $${name} binary "${escaped(binary)}")
(register "${name}" $${name})
(module $memory_${name} (memory (import "${name}" "memory") 1)
  (func (export "grow") (drop (memory.grow (i32.const 1))))
  (func (export "read") (param i32) (result i64) (i64.load (local.get 0))))
(invoke $memory_${name} "grow")
`;
}

/** A module that does nothing but write bytes into the kernel's memory when it is made. */
function write(name, address, bytes) {
  return `(module (memory (import "${name}" "memory") 1) (data (i32.const ${address}) "${escaped(bytes)}"))\n`;
}

/** What a function returns for a value, where it returns that. */
function returned(value) {
  if (value === "nothing") return -1n;
  const [[kind, inner]] = Object.entries(value);
  if (kind === "order") return { less: -1n, equal: 0n, greater: 1n }[inner];
  return kind === "integer" || kind === "bool" ? BigInt(inner) : undefined;
}

/** The assertions of a vector, or nothing where it is none of those that can be told here. */
function assertions({ arguments: given, value }, { module, export: name, answer, state_len }, { heap, signatures }) {
  if (value === undefined || state_len !== null || given.some((one) => !("bytes" in one) && !("integer" in one))) return undefined;
  const { parameters, result } = signatures.get(name);
  const spans = given.filter((one) => "bytes" in one);
  // Two spans of one length have it once, behind both.
  const isShared = spans.length === 2 && parameters.length === 3;
  const values = [];
  let at = heap, text = "";
  for (const one of given) {
    if (!("bytes" in one)) {
      values.push(BigInt(argument(one)));
      continue;
    }
    const bytes = fromHex(one.bytes);
    text += write(module, at, bytes);
    values.push(BigInt(at));
    if (!isShared || one === spans[1]) values.push(BigInt(bytes.length));
    at = (at + bytes.length + 31) & ~15;
  }
  // A state is written where it is read, or before what is read.
  const isState = /_(init|update|finish)$/.test(name);
  const isDigest = answer.kind === "bytes" && answer.len !== null && result === undefined && !isState;
  if (isDigest) values.push(BigInt(at));
  if (values.length !== parameters.length) return undefined;
  const call = `(invoke $${module} "${name}" ${values.map((value, index) => `(${parameters[index]}.const ${value})`).join(" ")})`;
  if (!isDigest) {
    const number = returned(value);
    return number === undefined || result === undefined ? undefined : `${text}(assert_return ${call} (${result}.const ${number}))\n`;
  }
  const digest = new DataView(fromHex(value.bytes).buffer);
  const words = Array.from({ length: digest.byteLength >> 3 }, (_, word) => digest.getBigUint64(8 * word, true));
  const reads = words.map((word, index) =>
    `(assert_return (invoke $memory_${module} "read" (i32.const ${at + 8 * index})) (i64.const ${word}))\n`);
  return `${text}${call}\n${reads.join("")}`;
}

/** What the manifest says of each module: the types of its functions, and where spans may be placed. */
function modules() {
  const { modules } = JSON.parse(readFileSync(new URL("../../target/wasm/manifest.json", import.meta.url), "utf8"));
  return new Map(
    modules.map(({ name, exports }) => {
      const binary = readFileSync(new URL(`../wasm/${name}.wasm`, import.meta.url));
      const signatures = exports
        .filter(({ signature }) => signature?.startsWith("("))
        .map(({ name, signature }) => {
          const [, parameters, result] = signature.match(/^\((.*?)\) -> (.*)$/);
          return [name, { parameters: parameters.split(", ").filter(Boolean), result: result === "()" ? undefined : result }];
        });
      const { heap_base } = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports;
      const heap = (heap_base.value + 15) & ~15;
      return [name, { signatures: new Map(signatures), heap, text: preamble(name, binary), count: 0 }];
    }),
  );
}

test("wabt's interpreter gives the same answers", { skip }, () => {
  const described = new Map(data("operations").map((operation) => [operation.name, operation]));
  const folder = mkdtempSync(join(tmpdir(), "kilowat-"));
  try {
    const kernels = modules();
    const told = new Map();
    for (const vector of data("vectors")) {
      const operation = described.get(vector.operation);
      const kernel = kernels.get(operation.module);
      const text = assertions(vector, operation, kernel);
      if (text === undefined) continue;
      kernel.text += text;
      kernel.count++;
      told.set(vector.operation, (told.get(vector.operation) ?? 0) + 1);
    }
    for (const name of ["crc32", "adler32", "fnv1a64", "sha256", "sha512", "md5", "xxh3_64", "equal", "compare", "search", "utf8_count"]) {
      assert.ok(told.get(name) >= 10, `${name}: ${told.get(name)}`);
    }
    for (const [name, { text, count }] of kernels) {
      if (count === 0) continue;
      const script = join(folder, `${name}.wast`);
      writeFileSync(script, text);
      const json = join(folder, `${name}.json`);
      execFileSync("wast2json", [script, "-o", json], { stdio: ["ignore", "pipe", "inherit"] });
      const { status, stdout } = spawnSync("spectest-interp", [json], { encoding: "utf8" });
      const wrong = stdout.split("\n").filter((line) => !line.endsWith("=>"));
      assert.equal(status, 0, `${name}: ${wrong.slice(0, 10).join("\n")}`);
      const [, passed, all] = stdout.match(/(\d+)\/(\d+) tests passed/);
      assert.ok(passed === all && Number(all) >= count, stdout);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
