// The same vectors in Bun and Deno, where they are installed: on the PATH, or by npm in the folder KILOWAT_HOSTS; then
// they must not be missing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const HOSTS = { bun: ["run"], deno: ["run", "--allow-read", "--allow-env", "--no-prompt"] };

const installed = process.env.KILOWAT_HOSTS;
const folders = [...(installed === undefined ? [] : [join(installed, "node_modules/.bin")]), ...(process.env.PATH ?? "").split(delimiter)];

for (const [host, options] of Object.entries(HOSTS)) {
  const file = folders.map((folder) => join(folder, host)).find((path) => existsSync(path));
  if (file === undefined && installed !== undefined) throw new Error(`KILOWAT_HOSTS is set, and has no ${host}`);
  const skip = file === undefined && `left out: ${host} is not installed (npm install ${host} in a folder, which KILOWAT_HOSTS names)`;
  test(`in ${host}`, { skip }, () => {
    const program = fileURLToPath(new URL("in_host.mjs", import.meta.url));
    const { status, stdout, stderr } = spawnSync(file, [...options, program], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const { vectors, ...answer } = JSON.parse(stdout);
    assert.ok(vectors > 1000);
    assert.deepEqual(answer, {
      wasm: vectors,
      failures: 0,
      states: ["wasm"],
      differences: [],
      streams: true,
      pieces: true,
      isResident: true,
      initialized: true,
      program: "Program",
    });
  });
}
