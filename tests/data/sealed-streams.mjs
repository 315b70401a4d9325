// Makes sealed-streams.json: sealed streams (docs/sealed-stream.md) by the cryptography of Node, another author's.
//
//   node tests/data/sealed-streams.mjs > tests/data/sealed-streams.json
import { createCipheriv, createHash, hkdfSync, pbkdf2Sync } from 'node:crypto';

const CHUNK = 65536;

const content = (length) =>
  Buffer.from(Array.from({ length }, (_, place) => (place * 7 + Math.floor(place / 251)) % 256));

// With a key, or with a passphrase and iterations.
const seal = ({ key, passphrase, iterations }, salt, text) => {
  const fields = [Buffer.from('kwseal'), Buffer.from([1, passphrase ? 1 : 0]), salt];
  if (passphrase) {
    key = pbkdf2Sync(passphrase, salt, iterations, 32, 'sha256');
    const number = Buffer.alloc(4);
    number.writeUInt32LE(iterations);
    fields.push(number);
  }
  return sealed(key, salt, Buffer.concat(fields), text);
};

const sealed = (key, salt, fields, text) => {
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

const digest = (name, number) => createHash('sha256').update(`${name} ${number}`).digest();

const vector = (secret, salt, length) => {
  const stream = seal(secret, salt, content(length));
  return {
    ...secret,
    ...(secret.key ? { key: secret.key.toString('hex') } : {}),
    salt: salt.toString('hex'),
    length,
    sha256: createHash('sha256').update(stream).digest('hex'),
    ...(length <= 100 ? { stream: stream.toString('hex') } : {}),
  };
};

const vectors = [
  ...[0, 1, 100, 65535, 65536, 65537, 131072, 200000].map((length, number) =>
    vector({ key: digest('key', number) }, digest('salt', number), length),
  ),
  ...[[1, 0], [1000, 100], [4321, 70000]].map(([iterations, length], number) =>
    vector({ passphrase: 'correct horse battery staple', iterations }, digest('other salt', number), length),
  ),
];
console.log(JSON.stringify(vectors, null, 2));
