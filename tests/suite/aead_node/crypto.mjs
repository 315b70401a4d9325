// Seals and opens with Node's own `crypto`, which is OpenSSL.
//
// In: JSON on standard input, a list of { cipher, key, nonce, aad, text, sealed }, bytes as lists of numbers.
// Out: JSON on standard output, for each { sealed, opened }: what Node makes of the text, and what it finds in `sealed`,
// `null` where that is not authentic.
import { createCipheriv, createDecipheriv } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";

const TAG = 16;

function setUp(create, { cipher, key, nonce, aad }) {
  const one = create(cipher, Buffer.from(key), Buffer.from(nonce), { authTagLength: TAG });
  return one.setAAD(Buffer.from(aad));
}

function seal(message) {
  const cipher = setUp(createCipheriv, message);
  return Buffer.concat([cipher.update(Buffer.from(message.text)), cipher.final(), cipher.getAuthTag()]);
}

function open(message) {
  const sealed = Buffer.from(message.sealed);
  const decipher = setUp(createDecipheriv, message).setAuthTag(sealed.subarray(-TAG));
  const text = decipher.update(sealed.subarray(0, -TAG));
  try {
    return [...text, ...decipher.final()];
  } catch {
    return null;
  }
}

const messages = JSON.parse(readFileSync(0, "utf8"));
const results = messages.map((message) => ({ sealed: [...seal(message)], opened: open(message) }));
const output = Buffer.from(JSON.stringify(results));
for (let at = 0; at < output.length; ) {
  at += writeSync(1, output, at);
}
