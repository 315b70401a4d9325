// `npm run demo` serves the page while it is worked on, `npm run demo:build` builds it to demo/dist.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  // The package beside it, as those who install it have it.
  resolve: {
    alias: [
      { find: /^kilowat$/, replacement: `${dist}/index.js` },
      { find: /^kilowat\/(\w+)$/, replacement: `${dist}/$1.js` },
    ],
  },
  worker: { format: "es" },
  build: { outDir: "dist", emptyOutDir: true },
});
