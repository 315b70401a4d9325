// `node bench/page.mjs NODE [CHROMIUM]`: makes docs/benchmarks-js.md of the rows that run.mjs has written, and of those of
// chromium.mjs.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

const label = (size) => (size >= 1 << 20 ? `${size >> 20} MiB` : size >= 1024 ? `${size >> 10} KiB` : `${size} B`);

function table(file) {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  // What was measured again counts as it was the last time.
  const last = new Map(lines.map((line) => JSON.parse(line)).map((row) => [`${row.name} ${row.size} ${row.peer}`, row]));
  const rows = [...last.values()].sort((a, b) => a.size - b.size);
  const cells = rows.map(({ name, size, rate, peer, ratio, lengths }) =>
    `| ${name} | ${label(size)} | ${rate} | ${peer} | ${ratio} | ${lengths} |`);
  return `| operation | input | ours, MB/s | against | ratio | length |
|---|---|---|---|---|---|
${cells.join("\n")}
`;
}

const [, , inNode, inChromium] = process.argv;
const chromium = inChromium === undefined ? "" : `
## In Chromium

By \`npm run bench:chromium -- --rows=FILE\`, in a worker of a page of headless Chromium, whose V8 compiles WebAssembly well
from the start too. There is no clock of the processor: time is that of the wall.

${table(inChromium)}`;
const page = `# Benchmarks in JavaScript

Our operations against other packages and what Node has, by \`npm run bench -- --rows=FILE\` and
\`node bench/page.mjs FILE [FILE OF CHROMIUM]\` in \`npm/\`: all sides of an operation in one process, in turn, the best of 24 batches each,
every answer checked first; time is that of the processor. The input is JavaScript. The ratio is the other side's time over ours: above 1, ours is
ahead. The last column is the length of our answer, the other's being 100 %.

V8 compiles WebAssembly well from the start here (\`--no-liftoff\`). Otherwise it begins with quick code, and has its
optimizing compiler on threads of its own make up for that: how long that takes is the machine's other work.

Node ${process.versions.node} (V8 ${process.versions.v8}), ${cpus()[0].model}, ${cpus().length} processors with a load of ${loadavg()[1].toFixed(0)} from other
work, by which ratios move by a quarter and more.

${table(inNode)}${chromium}`;
writeFileSync(new URL("../../docs/benchmarks-js.md", import.meta.url), page);
