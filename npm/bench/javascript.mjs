// `node --no-liftoff bench/javascript.mjs FOLDER`: the tree of programs, beside the parsers that the folder has in its
// node_modules, a copy of tests/javascript-packages after `npm ci --ignore-scripts`. Of these acorn is there; more by
// `npm install --no-save meriyah @babel/parser es-module-lexer oxc-parser` in the folder. All sides of a program run in
// one process, and nothing is made of our tree, which is read as it stands. es-module-lexer finds imports and exports
// alone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { javascriptParse } from "kilowat/javascript";
import { contest } from "./timing.mjs";

const folder = process.argv[2] ?? process.env.KILOWAT_NPM;
if (folder === undefined) throw new Error("name a folder that has packages in node_modules");
const require = createRequire(`${folder}/`);
const GOALS = ["script", "module", "commonjs"];

/** Programs, and what each is parsed as. */
const PROGRAMS = [
  ["react/cjs/react.development.js", "commonjs"],
  ["react-dom/cjs/react-dom-client.development.js", "commonjs"],
  ["antd/dist/antd.min.js", "script"],
  ["three/build/three.core.js", "module"],
];

/** The package, or nothing where the folder has it not, which is said. */
async function load(name) {
  try {
    return await import(pathToFileURL(require.resolve(name)));
  } catch (error) {
    console.log(`left out: ${name}: ${error.code ?? error.message}`);
    return undefined;
  }
}

const [acorn, meriyah, babel, lexer, oxc] = await Promise.all(
  ["acorn", "meriyah", "@babel/parser", "es-module-lexer", "oxc-parser"].map(load),
);
await lexer?.init;

const PEERS = {
  acorn: acorn && ((text, goal) => acorn.parse(text, { ecmaVersion: 2025, sourceType: goal, allowHashBang: true })),
  meriyah: meriyah && ((text, goal) => meriyah.parse(text, { sourceType: goal, next: true, webcompat: true, ranges: true })),
  "@babel/parser": babel && ((text, goal) => babel.parse(text, { sourceType: goal, attachComment: false })),
  "oxc-parser": oxc && ((text, goal) => oxc.parseSync("a.js", text, { sourceType: goal, lang: "js" }).program),
  "es-module-lexer": lexer && ((text) => lexer.parse(text)),
};

for (const [name, goal] of PROGRAMS) {
  const text = readFileSync(require.resolve(`${folder}/node_modules/${name}`), "utf8");
  const bytes = Buffer.from(text);
  // As the library does: enough for most programs.
  const room = 10 * bytes.length + 65536;
  const ours = () => javascriptParse(bytes, GOALS.indexOf(goal), room);
  if (ours().length < 64) throw new Error(`${name} has no tree`);
  const peers = Object.entries(PEERS).filter(([peer, parse]) => {
    // It reads what it takes for a module, and nothing else.
    return parse !== undefined && (peer !== "es-module-lexer" || goal === "module");
  });
  const [mine, ...theirs] = await contest([ours, ...peers.map(([, parse]) => () => parse(text, goal))]);
  const rate = (bytes.length / 1e3 / mine).toFixed(0);
  console.log(`${name}  ${bytes.length} bytes  ${rate} MB/s  ${mine.toFixed(2)} ms`);
  peers.forEach(([peer], index) => console.log(`    ${peer}  ${(theirs[index] / mine).toFixed(2)} x`));
}
