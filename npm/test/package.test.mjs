// What is packed, what bundlers take of it, and what its types say.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { unpack } from "../dist/unpack.js";
import { overTheWire, withEsbuild, withRollup } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Holds a text to a file beside this one; `KILOWAT_GENERATE=1` writes it. */
function hold(name, text) {
  const file = new URL(name, import.meta.url);
  if (process.env.KILOWAT_GENERATE) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"));
}

test("what is packed is what is meant to be", () => {
  const pack = () => {
    const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
    const answer = JSON.parse(output);
    return (Array.isArray(answer) ? answer : Object.values(answer))[0];
  };
  const { files, integrity } = pack();
  hold("packed.txt", files.map(({ path }) => `${path}\n`).sort().join(""));
  assert.equal(pack().integrity, integrity, "the same files make the same package");
});

test("what is embedded are the binaries, byte for byte, but for what says what they are", async () => {
  const names = readdirSync(join(root, "wasm"));
  assert.ok(names.length >= 15);
  for (const name of names) {
    const { binary } = await import(`../dist/binaries/${name.replace(".wasm", ".js")}`);
    const unpacked = unpack(Buffer.from(binary.packed, "base64"), binary.length);
    for (const [at, table] of binary.tables) unpacked.set(table(), at);
    const whole = readFileSync(join(root, "wasm", name));
    // What comes last is for those that fetch a binary.
    assert.ok(whole.subarray(0, unpacked.length).equals(unpacked), name);
    const rest = WebAssembly.Module.customSections(new WebAssembly.Module(whole), "kilowat");
    assert.ok(whole.length - unpacked.length < rest[0].byteLength + 16, name);
  }
  const { binary } = await import("../dist/binaries/text.js");
  assert.equal(binary.tables.length, 2, "the tables of CRCs are found in what uses them");
});

const KERNELS = ["sha256", "sha512", "md5", "blake3", "xxhash", "string_ops", "text", "lz4", "deflate", "brotli", "json"];

/** Which kernels are in a bundle. */
async function kernelsIn(code) {
  const held = [];
  for (const name of KERNELS) {
    const { binary } = await import(`../dist/binaries/${name}.js`);
    // Such a piece from the middle of one is in no other.
    if (code.includes(binary.packed.slice(1000, 1200))) held.push(name);
  }
  return held;
}

for (const [bundler, bundle] of [["esbuild", withEsbuild], ["rollup", withRollup]]) {
  test(`${bundler} takes the kernels that are called, and no others`, async () => {
    const of = async (program) => kernelsIn(await bundle(program));
    assert.deepEqual(await of('import { sha256 } from "kilowat/hash"; console.log(sha256.hex("a"));'), ["sha256"]);
    assert.deepEqual(await of('import { search } from "kilowat/search"; console.log(search("a", "b"));'), ["string_ops"]);
    const gunzip = await of('import { gunzip } from "kilowat/deflate"; console.log(gunzip(new Uint8Array()));');
    assert.deepEqual(gunzip, ["deflate"]);
    const stream = await of('import { GzipStream } from "kilowat/deflate"; console.log(new GzipStream());');
    assert.deepEqual(stream, ["deflate"]);
    assert.deepEqual(await of('import "kilowat/hash"; import "kilowat/all"; console.log(1);'), []);
  });
}

test("a bundle answers as the package does", async () => {
  const code = await withEsbuild('import { sha256 } from "kilowat/hash"; export const digest = sha256.hex("abc");');
  const { digest } = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  assert.equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

/** What is asked of each entry: one operation of it, and all. */
const PROGRAMS = {
  hash: ["sha256", "fnv1a32", "md5", "crc32", "blake3", "xxh3_64"],
  lz4: ["lz4Compress"],
  deflate: ["gunzip", "gzip"],
  brotli: ["brotliDecompress"],
  crypto: ["aesGcmSeal", "pbkdf2Sha256"],
  javascript: ["javascriptParse", "parse"],
  json: ["jsonValidate"],
  text: ["base64Encode"],
  search: ["search"],
  memory: ["aggregate"],
  coordinator: [],
};

const START = "<!-- sizes -->\n";

test("entries are as small as the README says", async () => {
  const rows = [];
  const kilobytes = async (program) => (overTheWire(await withEsbuild(program)) / 1000).toFixed(1);
  for (const [family, names] of Object.entries(PROGRAMS)) {
    for (const name of names) {
      const size = await kilobytes(`export { ${name} } from "kilowat/${family}";`);
      rows.push(`| \`${name}\` of \`kilowat/${family}\` | ${size} |`);
    }
    rows.push(`| all of \`kilowat/${family}\` | ${await kilobytes(`export * from "kilowat/${family}";`)} |`);
  }
  const table = `| what is imported | kB |\n|---|---|\n${rows.join("\n")}\n`;
  const readme = join(root, "README.md");
  const text = readFileSync(readme, "utf8");
  const start = text.indexOf(START) + START.length, end = text.indexOf("<!-- end of sizes -->");
  if (process.env.KILOWAT_GENERATE) writeFileSync(readme, text.slice(0, start) + table + text.slice(end));
  // Other versions of bundlers and of zlib differ by a little.
  const told = new Map(readFileSync(readme, "utf8").split("\n").map((line) => line.split(" | ")));
  for (const row of rows) {
    const [what, size] = row.split(" | ");
    const there = parseFloat(told.get(what));
    assert.ok(Math.abs(there - parseFloat(size)) <= 0.5, `${row}: run the tests with KILOWAT_GENERATE=1`);
  }
});

/** The programs in a page, in JavaScript or TypeScript. */
function examples(page) {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program);
}

/** What each call of `console.log` prints, if a comment at the end of its line says so. */
function promised(program) {
  return [...program.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, printed]) => `${printed}\n`).join("");
}

test("the examples of the README and of the reference have sound types, and run", () => {
  const folder = mkdtempSync(join(root, "examples-"));
  try {
    const reference = ["tests/data/api-examples.md", "docs/migration.md"].flatMap((page) => examples(join(root, "..", page)));
    assert.ok(reference.length >= 50 && reference.every((program) => promised(program) !== ""));
    const programs = [...examples(join(root, "README.md")), ...reference];
    assert.ok(programs.length >= reference.length + 4);
    programs.forEach((program, index) => writeFileSync(join(folder, `example${index}.mts`), program));
    // What is wrong with a type is an error: each line that expects one has it.
    writeFileSync(
      join(folder, "wrong.mts"),
      `import { sha256, xxh64 } from "kilowat/hash";
import { search } from "kilowat/search";
import { upload } from "kilowat";
import { WASMRuntimeCoordinator } from "kilowat/coordinator";
const coordinator = new WASMRuntimeCoordinator();
const { result, method } = await coordinator.execute("stringOps", "fastHash", "a");
const known: [number, "wasm" | "javascript"] = [result, method];
const found: number = (await coordinator.getModule("stringOps")).fastSearch("a", "b");
const resident: Uint8Array = sha256(upload("a", sha256));
// @ts-expect-error there is no such function
(await coordinator.getModule("stringOps")).fastHush("a");
// @ts-expect-error a number is no data
sha256(7);
// @ts-expect-error a digest is bytes
const digest: string = sha256("a");
// @ts-expect-error a hash of 64 bits is a bigint
const hash: number = xxh64("a");
// @ts-expect-error there may be nothing
const at: number = search("a", "b");
const text: string = sha256.hex("a");
export { digest, hash, at, text, known, found, resident };
`,
    );
    const tsc = join(root, "node_modules/.bin/tsc");
    const flags = ["--strict", "--target", "es2022", "--module", "nodenext", "--types", "node", "--skipLibCheck"];
    const files = [...programs.keys()].map((index) => join(folder, `example${index}.mts`));
    const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
    try {
      execFileSync(tsc, [...flags, "--ignoreConfig", ...files, join(folder, "wrong.mts")], options);
    } catch (error) {
      assert.fail(error.stdout);
    }
    const run = (file) =>
      execFileSync(process.execPath, [join(folder, file)], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    const own = programs.length - reference.length;
    for (const index of programs.keys()) if (index < own) run(`example${index}.mjs`);
    // Many, and each is short: one process for all of them.
    const imports = reference.map((_, index) => `console.log(MARK);\nawait import("./example${own + index}.mjs");\n`);
    writeFileSync(join(folder, "all.mjs"), `const MARK = "next";\n${imports.join("")}`);
    const [, ...printed] = `\n${run("all.mjs")}`.split("\nnext\n");
    assert.deepEqual(
      printed.map((text) => text.trimEnd()),
      reference.map((program) => promised(program).trimEnd()),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
