// BullMQ: jobs are added in batches by one thread, and worked off by another.
//
//     node bullmq.mjs SOCKET COUNT BATCH LENGTH
//
// It prints the seconds from the first job to the end of the last, each of which has come once.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker as Thread, isMainThread, parentPort } from 'node:worker_threads';

const require = createRequire(join(process.cwd(), 'package.json'));
const { Queue, Worker } = require('bullmq');
const [socket, ...numbers] = process.argv.slice(2);
const [count, batch, length] = numbers.map(Number);
const connection = { path: socket, maxRetriesPerRequest: null };

if (isMainThread) {
  const thread = new Thread(new URL(import.meta.url), { argv: process.argv.slice(2) });
  const told = () => new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  await told();
  const ended = told();
  const queue = new Queue('bench', { connection });
  await queue.waitUntilReady();
  const text = 'x'.repeat(length);
  const began = performance.now();
  for (let first = 0; first < count; first += batch) {
    const jobs = [];
    for (let number = first; number < Math.min(first + batch, count); number++) {
      const data = { number, text: text.slice(String(number).length + 22) };
      jobs.push({ name: 'bench', data, opts: { removeOnComplete: true } });
    }
    await queue.addBulk(jobs);
  }
  const seen = await ended;
  const seconds = (performance.now() - began) / 1000;
  if (seen !== count) throw new Error(`${seen} of ${count} have come`);
  console.log(seconds);
  process.exit();
} else {
  const seen = new Set();
  let calls = 0;
  const worker = new Worker('bench', async (job) => {
    calls++;
    seen.add(job.data.number);
  }, { connection, concurrency: batch });
  let done = 0;
  worker.on('completed', () => {
    done++;
    if (done === count) parentPort.postMessage(calls === count ? seen.size : -1);
  });
  await worker.waitUntilReady();
  parentPort.postMessage('ready');
}
