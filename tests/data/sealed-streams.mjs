// Makes sealed-streams.json: sealed streams (docs/sealed-stream.md) by the cryptography of Node, another author's.
//
//   node tests/data/sealed-streams.mjs > tests/data/sealed-streams.json
import { createCipheriv, createHash, hkdfSync } from 'node:crypto';

const CHUNK = 65536;

const content = (length) =>
  Buffer.from(Array.from({ length }, (_, place) => (place * 7 + Math.floor(place / 251)) % 256));

const seal = (key, salt, text) => {
  const fields = Buffer.concat([Buffer.from('kwseal'), Buffer.from([1, 0]), salt]);
  const info = Buffer.concat([Buffer.from('kilowat sealed stream'), fields]);
  const both = Buffer.from(hkdfSync('sha256', key, salt, info, 64));
  const parts = [fields, both.subarray(32)];
  const chunks = Math.max(1, Math.ceil(text.length / CHUNK));
  for (let number = 0; number < chunks; number++) {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(BigInt(number), 3);
    nonce[11] = number + 1 === chunks ? 1 : 0;
    const cipher = createCipheriv('chacha20-poly1305', both.subarray(0, 32), nonce, { authTagLength: 16 });
    parts.push(cipher.update(text.subarray(number * CHUNK, (number + 1) * CHUNK)), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(parts);
};

const vectors = [0, 1, 100, 65535, 65536, 65537, 131072, 200000].map((length, number) => {
  const digest = (name) => createHash('sha256').update(`${name} ${number}`).digest();
  const [key, salt] = [digest('key'), digest('salt')];
  const stream = seal(key, salt, content(length));
  return {
    key: key.toString('hex'),
    salt: salt.toString('hex'),
    length,
    sha256: createHash('sha256').update(stream).digest('hex'),
    ...(length <= 100 ? { stream: stream.toString('hex') } : {}),
  };
});
console.log(JSON.stringify(vectors, null, 2));
