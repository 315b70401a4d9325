// `npm run bench:chromium -- [SIZES] [--only=NAME,…] [--rows=FILE]`: the same contests in a worker of a page in headless
// Chromium.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { executablePath } from "../test/browser/chromium.mjs";
import { only, sizes, tell } from "./arguments.mjs";
import { packed, program, source } from "./host_node.mjs";

const require = createRequire(import.meta.url);

/** What the package for Node asks of Node: its binary, and a decoder of UTF-8. */
const NODE = {
  fs: "module.exports = { readFileSync: () => globalThis.lz4Binary };",
  path: "module.exports = { join: () => '' };",
  util: "module.exports = { TextDecoder };",
};

const shims = {
  name: "node",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(fs|path|util)$/ }, ({ path }) => ({ path, namespace: "node" }));
    onLoad({ filter: /.*/, namespace: "node" }, ({ path }) => ({ contents: NODE[path] }));
  },
};

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("in_page.mjs", import.meta.url))],
  bundle: true,
  format: "esm",
  define: { __dirname: "''" },
  plugins: [shims],
  write: false,
  logLevel: "error",
});

function answer(path) {
  const [, what, size] = path.split("/");
  switch (what) {
    case "":
      return ["text/html", "<!doctype html><title>bench</title>"];
    case "worker.js":
      return ["text/javascript", outputFiles[0].contents];
    case "source":
      return ["application/octet-stream", source];
    case "program":
      return ["text/plain", program];
    case "gzip":
    case "brotli":
      return ["application/octet-stream", packed(Number(size))[what]];
    case "brotli.wasm":
      return ["application/wasm", readFileSync(require.resolve("brotli-wasm").replace("index.node.js", "pkg.web/brotli_wasm_bg.wasm"))];
    case "lz4.wasm":
      return ["application/wasm", readFileSync(require.resolve("lz4-wasm-nodejs").replace(".js", "_bg.wasm"))];
    default:
      return undefined;
  }
}

const server = createServer((request, response) => {
  const found = answer(request.url);
  if (found === undefined) return response.writeHead(404).end();
  // A page of one origin has a clock of 5 microseconds, others one of 100.
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-embedder-policy", "require-corp");
  response.setHeader("content-type", found[0]);
  response.end(found[1]);
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
// As in Node: V8 compiles WebAssembly well from the start.
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--js-flags=--no-liftoff"] });
try {
  const page = await browser.newPage();
  await page.exposeFunction("tell", tell);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const agent = await page.evaluate(
    ({ sizes, only }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data: { rows, done, error } }) => {
          if (rows !== undefined) globalThis.tell(rows);
          else if (error !== undefined) reject(new Error(error));
          else resolve(done);
        };
        worker.postMessage({ sizes, only });
      }),
    { sizes, only },
  );
  console.error(agent);
} finally {
  await browser.close();
  server.close();
}
