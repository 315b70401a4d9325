// Run by another host than Node, such as Bun or Deno: all vectors, streams, hashes in pieces, a resident buffer and the
// coordinator; prints what came of it.
import { readFileSync } from "node:fs";
import { report, status, upload } from "kilowat";
import { operations } from "kilowat/all";
import { WASMRuntimeCoordinator } from "kilowat/coordinator";
import { GunzipStream, GzipStream } from "kilowat/deflate";
import { createSHA256, sha256 } from "kilowat/hash";
import { difference } from "./vectors.mjs";

const vectors = JSON.parse(readFileSync(new URL("../../tests/data/vectors.json", import.meta.url), "utf8"));
const differences = vectors.map((vector) => difference(operations, vector)).filter((found) => found !== undefined);
const { wasm, failures } = report();
const states = [...new Set(Object.values(status()).map(({ state }) => state))];

const text = "the kilowatt hour is 3.6 megajoules; ".repeat(10_000);
const back = new Blob([text]).stream().pipeThrough(new GzipStream()).pipeThrough(new GunzipStream());
const streams = (await new Response(back).text()) === text;
const pieces = createSHA256().update(text.slice(0, 999)).update(text.slice(999)).hex() === sha256.hex(text);
const resident = upload(text, sha256);
const isResident = sha256.hex(resident) === sha256.hex(text);
resident.free();
const coordinator = new WASMRuntimeCoordinator();
const initialized = await coordinator.initialize();
const { result } = await coordinator.execute("astParser", "parseJavaScript", "let a;");
const program = result.type;

console.log(JSON.stringify({
  vectors: vectors.length, wasm, failures, states, differences: differences.slice(0, 5), streams, pieces, isResident, initialized, program,
}));
