// `node bench/page.mjs NODE [CHROMIUM]`: makes docs/benchmarks-js.md of the rows that run.mjs has written, and of those of
// chromium.mjs.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

const label = (size) => (size >= 1 << 20 ? `${size >> 20} MiB` : size >= 1024 ? `${size >> 10} KiB` : `${size} B`);

/** What was measured. What was measured again counts as it was the last time. */
function rowsOf(file) {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const last = new Map(lines.map((line) => JSON.parse(line)).map((row) => [`${row.name} ${row.size} ${row.peer}`, row]));
  return [...last.values()].sort((a, b) => a.size - b.size);
}

function table(rows) {
  const cells = rows.map(({ name, size, rate, peer, ratio, lengths }) =>
    `| ${name} | ${label(size)} | ${rate} | ${peer} | ${ratio} | ${lengths} |`);
  return `| operation | input | ours, MB/s | against | ratio | length |
|---|---|---|---|---|---|
${cells.join("\n")}
`;
}

/** How many times as fast as which package each operation is meant to be. */
const BARS = [
  ["sha256", "hash-wasm", 1.3],
  ["md5", "hash-wasm", 1.3],
  ["crc32", "hash-wasm", 1],
  ["xxh32", "xxhash-wasm", 1],
  ["gunzip", "fflate", 5],
  ["gunzip", "node:zlib", 1.3],
  ["gzip, level 6", "node:zlib", 2.5],
  ["brotli decompress", "brotli-wasm", 1],
  ["lz4 decompress", "lz4-wasm", 2],
  ["AES-256-GCM seal", "@noble/ciphers", 4],
  ["ChaCha20-Poly1305 seal", "@noble/ciphers", 4],
  ["JavaScript, checked and its tree in words", "meriyah", 3],
  ["JavaScript, checked and its tree in words", "acorn", 8],
  ["JavaScript, ESTree", "acorn", 1.5],
];

function bars(rows) {
  const cells = BARS.flatMap(([name, peer, bar]) => {
    const measured = rows.filter((row) => row.name === name && row.peer === peer);
    const all = measured.map(({ size, ratio }) => `${ratio} (${label(size)})`).join(", ");
    const missed = measured.filter(({ ratio }) => Number(ratio) < bar).map(({ size }) => label(size));
    const reached = measured.length === 0 ? "not measured" : missed.length === 0 ? "yes" : `not at ${missed.join(", ")}`;
    return `| ${name} | ${peer} | ${bar} | ${all} | ${reached} |`;
  });
  return `| operation | against | bar | measured | reached |
|---|---|---|---|---|
${cells.join("\n")}
`;
}

const [, , inNode, inChromium] = process.argv;
const rows = rowsOf(inNode);
const chromium = inChromium === undefined ? "" : `
## In Chromium

By \`npm run bench:chromium -- --rows=FILE\`, in a worker of a page of headless Chromium, whose V8 compiles WebAssembly well
from the start too. There is no clock of the processor: time is that of the wall.

${table(rowsOf(inChromium))}`;
const page = `# Benchmarks in JavaScript

Our operations against other packages and what Node has, by \`npm run bench -- --rows=FILE\` and
\`node bench/page.mjs FILE [FILE OF CHROMIUM]\` in \`npm/\`: all sides of an operation in one process, in turn, the best of 24 batches each,
every answer checked first; time is that of the processor. The input is JavaScript. The ratio is the other side's time over ours: above 1, ours is
ahead. The last column is the length of our answer, the other's being 100 %.

V8 compiles WebAssembly well from the start here (\`--no-liftoff\`). Otherwise it begins with quick code, and has its
optimizing compiler on threads of its own make up for that: how long that takes is the machine's other work.

Node ${process.versions.node} (V8 ${process.versions.v8}), ${cpus()[0].model}, ${cpus().length} processors with a load of ${loadavg()[1].toFixed(0)} from other
work, by which ratios move by a quarter and more.

${table(rows)}
## Bars

${bars(rows)}
Where a kernel is called directly, on bytes that are in its memory already, a call costs some 50 ns besides. The rest
of what is around a kernel is copies: of the input into its memory, and of the answer into an array of its own, which
the host has to allocate, and whose pages it has to find. Over 1 MiB that is a third of the time of a decoder such as
that of LZ4 or DEFLATE: there the bars are those of the kernels alone. MD5, which is one chain of additions, and the
encoder of DEFLATE are not held up by copies: their kernels take as long as that.
${chromium}`;
writeFileSync(new URL("../../docs/benchmarks-js.md", import.meta.url), page);
