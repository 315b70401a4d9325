// The work on a file, on a thread of its own: digests in pieces, compression through streams, and what the text is.
import { KilowatError, configure, init, status } from "kilowat";
import { BrotliStream, UnbrotliStream } from "kilowat/brotli";
import { GunzipStream, GzipStream } from "kilowat/deflate";
import * as hash from "kilowat/hash";
import { parse } from "kilowat/javascript";
import { jsonValidate } from "kilowat/json";
import { Lz4Stream, Unlz4Stream } from "kilowat/lz4";
import { lines, utf8Count, utf8Validate } from "kilowat/text";

const PIECE = 1 << 20;
/** So much is hashed in plain JavaScript, which takes longer. */
const MOST_PLAIN = 4 << 20;
/** Longer text is not parsed. */
const MOST_PARSED = 32 << 20;

const hex = (value, digits) => value.toString(16).padStart(digits, "0");
const HASHES = [
  { name: "SHA-256", whole: hash.sha256, make: hash.createSHA256 },
  { name: "SHA-512", whole: hash.sha512, make: hash.createSHA512 },
  { name: "BLAKE3", whole: hash.blake3, make: hash.createBLAKE3 },
  { name: "XXH3", whole: hash.xxh3_64, make: hash.createXXH3, text: (value) => hex(value, 16) },
  { name: "MD5", whole: hash.md5, make: hash.createMD5 },
  { name: "CRC-32", whole: hash.crc32, make: () => new CRC(), text: (value) => hex(value, 8) },
];
const FORMATS = [
  { name: "gzip, level 6", pack: () => new GzipStream(), unpack: () => new GunzipStream() },
  { name: "Brotli, quality 5", pack: () => new BrotliStream(), unpack: () => new UnbrotliStream() },
  { name: "LZ4", pack: () => new Lz4Stream(), unpack: () => new Unlz4Stream() },
];
const STEPS = 2 * HASHES.length + FORMATS.length + 1;

/** A checksum in pieces, as hashes come. */
class CRC {
  #sum = 0;
  update(piece) {
    this.#sum = hash.crc32Update(this.#sum, piece);
    return this;
  }
  digest() {
    return this.#sum;
  }
}

const say = (...what) => postMessage(what);
const isOff = (error) => error instanceof KilowatError && error.code === "unavailable";

/** How many megabytes a second, with the warm-up that a first call has left behind. */
function rate(length, call) {
  const start = performance.now();
  let times = 0;
  do {
    call();
    times++;
  } while (performance.now() - start < 60 && times < 1000);
  return (length * times) / 1e3 / (performance.now() - start);
}

function inPieces(make, bytes, progress) {
  const hasher = make();
  for (let from = 0; from < bytes.length; from += PIECE) {
    hasher.update(bytes.subarray(from, from + PIECE));
    progress(from / bytes.length);
  }
  return hasher.digest();
}

/** Bytes through streams, collected. A response would do the same, and not say what is wrong. */
async function through(bytes, ...streams) {
  let stream = new Blob([bytes]).stream();
  for (const each of streams) stream = stream.pipeThrough(each);
  const pieces = [];
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(pieces).arrayBuffer());
    pieces.push(value);
  }
}

function digests(bytes, wasm, step) {
  HASHES.forEach(({ name, whole, make, text = (digest) => Array.from(digest, (byte) => hex(byte, 2)).join("") }, index) => {
    const progress = (share) => say("progress", (2 * index + share) / STEPS, name);
    configure({ wasm });
    const digest = inPieces(make, bytes, progress);
    const measured = bytes.subarray(0, MOST_PLAIN);
    const kernel = wasm && bytes.length > 0 ? rate(measured.length, () => whole(measured)) : undefined;
    say("progress", (2 * index + 1) / STEPS, `${name} in plain JavaScript`);
    configure({ wasm: false });
    const expected = whole(measured);
    const plain = bytes.length > 0 ? rate(measured.length, () => whole(measured)) : undefined;
    configure({ wasm });
    if (text(whole(measured)) !== text(expected)) throw new Error(`${name} differs in plain JavaScript`);
    say("digest", { name, hex: text(digest), kernel, plain });
  });
  return 2 * HASHES.length;
}

async function compression(bytes, before) {
  for (const [index, { name, pack, unpack }] of FORMATS.entries()) {
    say("progress", (before + index) / STEPS, name);
    try {
      const start = performance.now();
      const packed = await through(bytes, pack());
      const milliseconds = performance.now() - start;
      const back = await through(packed, unpack());
      if (hash.xxh3_64(back) !== hash.xxh3_64(bytes)) throw new Error(`${name} does not give back what it was given`);
      say("compressed", { name, from: bytes.length, to: packed.length, milliseconds });
    } catch (error) {
      if (!isOff(error)) throw error;
      say("compressed", { name, missing: "has no form in plain JavaScript here" });
    }
  }
}

/** What a check says of a text: nothing, what is wrong, or that it cannot be asked. */
function refusalOf(check) {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof KilowatError) return error;
    throw error;
  }
}

function nodesOf(tree) {
  let nodes = 0;
  const open = [tree];
  while (open.length > 0) {
    const value = open.pop();
    if (value === null || typeof value !== "object") continue;
    if (typeof value.type === "string" && typeof value.start === "number") nodes++;
    for (const field of Array.isArray(value) ? value : Object.values(value)) open.push(field);
  }
  return nodes;
}

function facts(bytes) {
  const utf8 = refusalOf(() => utf8Validate(bytes));
  if (utf8 !== undefined && !isOff(utf8)) {
    say("fact", "UTF-8", "no", utf8.message);
    return;
  }
  say("fact", "characters", utf8Count(bytes), `in ${lines(bytes, false, 0).count} lines of UTF-8`);
  if (bytes.length > MOST_PARSED) return;
  const json = refusalOf(() => jsonValidate(bytes));
  say("fact", "JSON", json === undefined ? "valid" : isOff(json) ? "—" : "no", json === undefined ? "" : isOff(json) ? "needs WebAssembly" : json.message);
  let tree;
  let start = performance.now();
  const javascript = refusalOf(() => {
    tree = parse(bytes);
  });
  const milliseconds = performance.now() - start;
  if (javascript === undefined) {
    say("fact", "JavaScript", nodesOf(tree), `nodes of ESTree and ${tree.comments.length} comments, in ${milliseconds.toFixed(1)} ms`);
  } else {
    say("fact", "JavaScript", isOff(javascript) ? "—" : "no", isOff(javascript) ? "needs WebAssembly" : javascript.message);
  }
}

self.onmessage = async ({ data: { file, wasm } }) => {
  const start = performance.now();
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    await init(HASHES.map(({ whole }) => whole));
    const failed = Object.values(status()).find(({ state }) => state === "failed");
    say("who", wasm && failed === undefined, failed?.reason);
    const before = digests(bytes, wasm && failed === undefined);
    await compression(bytes, before);
    say("progress", (STEPS - 1) / STEPS, "text");
    facts(bytes);
    say("done", performance.now() - start);
  } catch (error) {
    say("failed", String(error?.message ?? error));
  }
};
