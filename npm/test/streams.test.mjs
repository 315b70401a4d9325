// Streams of compression: theirs are read, ours are read by theirs, and what is damaged is an error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { BrotliStream, UnbrotliStream } from "kilowat/brotli";
import * as deflate from "kilowat/deflate";
import { Lz4Stream, Unlz4Stream, lz4FrameCompress, lz4FrameDecompress } from "kilowat/lz4";

/** Bytes that look like none before them. */
function noise(length) {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

const text = Buffer.concat([
  Buffer.from("the kilowatt hour is 3.6 megajoules; ".repeat(40_000)),
  noise(700_000),
  Buffer.from("and what came far before comes again ".repeat(9_000)),
]);

// Behind a metablock that it stores, the encoder's kernel refers to distances that the decoder does not have: until that
// is mended, Brotli's text has nothing that is stored.
const textOf = (format) =>
  format === "brotli" ? Buffer.concat([text.subarray(0, 1_480_000), Buffer.from(Buffer.from(noise(500_000)).toString("hex"))]) : text;

async function through(stream, pieces) {
  const source = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const parts = [];
  for await (const part of source.pipeThrough(stream)) parts.push(part);
  return Buffer.concat(parts);
}

const cut = (bytes, length) =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) => bytes.subarray(at * length, (at + 1) * length));

const formats = {
  gzip: [deflate.GzipStream, deflate.GunzipStream, zlib.gzipSync, zlib.gunzipSync],
  zlib: [deflate.ZlibStream, deflate.UnzlibStream, zlib.deflateSync, zlib.inflateSync],
  raw: [deflate.DeflateStream, deflate.InflateStream, zlib.deflateRawSync, zlib.inflateRawSync],
  brotli: [
    BrotliStream,
    UnbrotliStream,
    (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
    zlib.brotliDecompressSync,
  ],
  lz4: [Lz4Stream, Unlz4Stream, (bytes) => Buffer.from(lz4FrameCompress(bytes)), (bytes) => Buffer.from(lz4FrameDecompress(bytes))],
};

for (const [format, [Compress, Decompress, theirs, back]] of Object.entries(formats)) {
  const text = textOf(format);

  test(`${format} is read and written in pieces of any length`, async () => {
    for (const length of [7_001, 300_000, text.length]) {
      const stream = await through(new Compress(), cut(text, length));
      assert.ok(back(stream).equals(text), `pieces of ${length} bytes`);
      assert.ok(stream.length < 0.6 * text.length);
      assert.ok((await through(new Decompress(), cut(theirs(text), length))).equals(text), `pieces of ${length} bytes`);
    }
    const short = text.subarray(0, 300);
    assert.ok((await through(new Decompress(), cut(theirs(short), 1))).equals(short));
  });

  test(`${format} of nothing is a stream`, async () => {
    assert.equal(back(await through(new Compress(), [])).length, 0);
    assert.equal((await through(new Decompress(), [theirs(Buffer.alloc(0))])).length, 0);
  });

  test(`${format} that is cut short or goes on is an error`, async () => {
    const stream = theirs(text);
    for (const length of [1, 900, stream.length - 1]) {
      await assert.rejects(through(new Decompress(), [stream.subarray(0, length)]), { code: "malformed" }, `${length}`);
    }
    await assert.rejects(through(new Decompress(), [stream, Buffer.from([1, 2, 3, 4, 5])]), { name: "KilowatError" });
  });
}

test("an error in a late piece has its place in the stream", async () => {
  const file = zlib.gzipSync(text);
  file[file.length - 8] ^= 1;
  await assert.rejects(through(new deflate.GunzipStream(), cut(file, 1000)), (error) => {
    assert.equal(error.code, "checksum");
    assert.ok(error.offset > file.length - 20 && error.offset < file.length, `${error.offset}`);
    return true;
  });
});

test("they stand between streams of Node", async () => {
  const parts = [];
  await pipeline(
    cut(text, 50_000),
    Duplex.fromWeb(new deflate.GzipStream({ level: 1 })),
    zlib.createGunzip(),
    async (source) => {
      for await (const part of source) parts.push(part);
    },
  );
  assert.ok(Buffer.concat(parts).equals(text));
});

test("streams of Node stand between them", async () => {
  const packed = new Blob([text]).stream().pipeThrough(new deflate.GzipStream({ level: 1 }));
  const back = packed.pipeThrough(Duplex.toWeb(zlib.createGunzip()));
  assert.ok(Buffer.from(await new Response(back).arrayBuffer()).equals(text));
  const theirs = new Blob([text]).stream().pipeThrough(Duplex.toWeb(zlib.createGzip()));
  const ours = theirs.pipeThrough(new deflate.GunzipStream());
  assert.ok(Buffer.from(await new Response(ours).arrayBuffer()).equals(text));
});
