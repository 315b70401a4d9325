// The contests in a worker of a page, which chromium.mjs has bundled.
import init, * as brotli from "../node_modules/brotli-wasm/pkg.web/brotli_wasm.js";
import { rows } from "./timing.mjs";

async function bytes(path) {
  return new Uint8Array(await (await fetch(path)).arrayBuffer());
}

self.onmessage = async ({ data: { sizes, only } }) => {
  try {
    // It waits for others, and a message that came meanwhile would be lost.
    const { contests } = await import("./contests.mjs");
    await init(await bytes("/brotli.wasm"));
    // The package for Node reads its binary when it is loaded.
    globalThis.lz4Binary = await bytes("/lz4.wasm");
    const lz4 = (await import("lz4-wasm-nodejs")).default;
    const source = await bytes("/source");
    const program = await (await fetch("/program")).text();
    for (const size of sizes) {
      const packed = { gzip: await bytes(`/gzip/${size}`), brotli: await bytes(`/brotli/${size}`) };
      for (const contest of contests(size, source, packed, { lz4, brotli, program })) {
        if (only === undefined || only.some((part) => contest.name.includes(part))) postMessage({ rows: await rows(size, contest) });
      }
    }
    postMessage({ done: navigator.userAgent });
  } catch (error) {
    postMessage({ error: `${error?.message ?? error}\n${error?.stack}` });
  }
};
