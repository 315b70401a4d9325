// `npm run bench [-- SIZES]`: our operations against other packages, in one run. Prints a table in Markdown.
//
// With `--write`, docs/benchmarks-js.md is written.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { contests } from "./contests.mjs";
import { contest, same } from "./timing.mjs";

const write = process.argv.includes("--write");
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
const sizes = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument)).map(Number);

const rows = [];
for (const size of sizes.length > 0 ? sizes : [1024, 1 << 20]) {
  for (const { name, ours, peers, decodes } of contests(size)) {
    if (only !== undefined && !name.includes(only)) continue;
    for (const [peer, call] of Object.entries(peers)) {
      const [one, other] = [decodes ? decodes(ours()) : ours(), decodes ? decodes(call(), peer) : call()];
      if (!same(one, other)) throw new Error(`${name} of ${size} bytes: ${peer} answers something else`);
    }
    const entries = Object.entries(peers);
    const [mine, ...theirs] = contest([ours, ...entries.map(([, call]) => call)]);
    const rate = (size / 1e3 / mine).toFixed(mine > 1 ? 0 : 1);
    entries.forEach(([peer], index) => {
      const ratio = (theirs[index] / mine).toFixed(2);
      // Where answers differ in length, both are in the table.
      const lengths = decodes === undefined ? "" : `${((100 * ours().length) / peers[peer]().length).toFixed(1)} %`;
      rows.push({ name, size, rate, peer, ratio, lengths });
      console.log([name, size, `${rate} MB/s`, peer, `${ratio} x`, lengths].join("  "));
    });
  }
}

const label = (size) => (size >= 1 << 20 ? `${size >> 20} MiB` : size >= 1024 ? `${size >> 10} KiB` : `${size} B`);
const table = rows.map(({ name, size, rate, peer, ratio, lengths }) =>
  `| ${name} | ${label(size)} | ${rate} | ${peer} | ${ratio} | ${lengths} |`);
const page = `# Benchmarks in JavaScript

Our operations against other packages and what Node has, by \`npm run bench -- --write\` in \`npm/\`: all sides in one
process, in turn, the best of 24 batches each, every answer checked first. The input is JavaScript. The ratio is the
other side's time over ours: above 1, ours is ahead. The last column is the length of our answer, the other's being
100 %.

Node ${process.versions.node} (V8 ${process.versions.v8}), ${cpus()[0].model}.

| operation | input | ours, MB/s | against | ratio | length |
|---|---|---|---|---|---|
${table.join("\n")}
`;
if (write) writeFileSync(new URL("../../docs/benchmarks-js.md", import.meta.url), page);
