// `npm run bench -- [SIZES] [--only=NAME,…] [--rows=FILE]`: our operations against other packages, all sides of an
// operation in one process. With `--rows`, what was measured is added to a file, of which page.mjs makes a page.
import { appendFileSync } from "node:fs";
import { contests } from "./contests.mjs";
import { contest, same } from "./timing.mjs";

const option = (name) => process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1];
const only = option("only")?.split(",");
const file = option("rows");
const sizes = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument)).map(Number);

for (const size of sizes.length > 0 ? sizes : [1024, 1 << 20]) {
  for (const { name, ours, peers, decodes } of contests(size)) {
    if (only !== undefined && !only.some((part) => name.includes(part))) continue;
    for (const [peer, call] of Object.entries(peers)) {
      const [one, other] = [decodes ? decodes(ours()) : ours(), decodes ? decodes(call(), peer) : call()];
      if (!same(one, other)) throw new Error(`${name} of ${size} bytes: ${peer} answers something else`);
    }
    const entries = Object.entries(peers);
    const [mine, ...theirs] = await contest([ours, ...entries.map(([, call]) => call)]);
    const rate = (size / 1e3 / mine).toFixed(mine > 1 ? 0 : 1);
    entries.forEach(([peer], index) => {
      const ratio = (theirs[index] / mine).toFixed(2);
      // Where answers differ in length, both are in the table.
      const lengths = decodes === undefined ? "" : `${((100 * ours().length) / peers[peer]().length).toFixed(1)} %`;
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, size, rate, peer, ratio, lengths })}\n`);
      console.log([name, size, `${rate} MB/s`, peer, `${ratio} x`, lengths].join("  "));
    });
  }
}
