// Serves the package and the tests to a browser, on a port of its own.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, normalize } from "node:path";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** What a page may run: with `strict`, no WebAssembly. */
const POLICIES = {
  open: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  strict: "default-src 'self'; script-src 'self'",
};

/** Starts it, and gives its address and what ends it. */
export async function serve() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const policy = POLICIES[pathname.slice(1)];
    if (policy !== undefined) {
      response.setHeader("content-type", "text/html");
      response.setHeader("content-security-policy", policy);
      response.end("<!doctype html><title>kilowat</title>");
      return;
    }
    const folders = { dist: "../../dist", wasm: "../../wasm", test: "..", data: "../../../tests/data" };
    const [folder, ...rest] = pathname.slice(1).split("/");
    const name = normalize(rest.join("/"));
    try {
      if (folders[folder] === undefined || name.startsWith("..")) throw new Error("no such file");
      const file = await readFile(new URL(`${folders[folder]}/${name}`, import.meta.url));
      response.setHeader("content-type", TYPES[extname(name)] ?? "text/plain");
      // A worker has the policy of its own script.
      const { referer = "" } = request.headers;
      response.setHeader("content-security-policy", POLICIES[referer.endsWith("/strict") ? "strict" : "open"]);
      response.end(file);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
