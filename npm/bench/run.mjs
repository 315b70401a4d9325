// `npm run bench -- [SIZES] [--only=NAME,…] [--rows=FILE]`: our operations against other packages, all sides of an
// operation in one process. With `--rows`, what was measured is added to a file, of which page.mjs makes a page.
import { isWanted, only, sizes, tell } from "./arguments.mjs";
import { contests } from "./contests.mjs";
import { host, packed, source } from "./host_node.mjs";
import { rows } from "./timing.mjs";

for (const size of sizes) {
  for (const contest of contests(size, source, packed(size), host)) {
    if (isWanted(contest.name, only)) tell(await rows(size, contest));
  }
}
