// Two sides in turn, best of many batches, each answer checked before it is timed.

/** How long a batch takes at least, in milliseconds: well above what the clock resolves. */
const BATCH = 2;
const BATCHES = 24;
/** How long a side is called before it is timed, twice, in milliseconds, */
const WARM = 200;
/** and how long V8 has between the two to compile what it has seen to be hot, on its own threads. */
const PAUSE = 300;

/** Milliseconds: in Node of the processor, so that while it does other work does not count; elsewhere of the clock. */
function now() {
  if (globalThis.process?.cpuUsage === undefined) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** How long a call takes, in milliseconds. */
function batch(call, times) {
  const start = now();
  for (let time = 0; time < times; time++) call();
  return (now() - start) / times;
}

/** How many calls make a batch. Both sides are warm then. */
function timesOf(call) {
  for (let times = 1; ; times *= 2) {
    if (batch(call, times) * times >= BATCH) return times;
  }
}

/** How long a call of each side takes, in milliseconds. */
export async function contest(sides) {
  for (const round of [0, 1]) {
    for (const side of sides) {
      for (const start = performance.now(); performance.now() - start < WARM; ) side();
    }
    if (round === 0) await new Promise((wake) => setTimeout(wake, PAUSE));
  }
  const times = sides.map(timesOf);
  const best = sides.map(() => Infinity);
  for (let round = 0; round < BATCHES; round++) {
    sides.forEach((side, index) => {
      best[index] = Math.min(best[index], batch(side, times[index]));
    });
  }
  return best;
}

/** Bytes that are the same, or numbers, whichever package has made them. */
function same(one, other) {
  if (typeof one !== "object") return BigInt(one) === BigInt(other);
  return one.length === other.length && Array.prototype.every.call(one, (byte, at) => byte === other[at]);
}

/** The rows of a contest over an input of this size: a peer each. */
export async function rows(size, { name, ours, peers, decodes, facts, length = size }) {
  const entries = Object.entries(peers);
  for (const [peer, call] of entries) {
    const as = decodes ?? facts ?? ((answer) => answer);
    if (!same(as(ours()), as(call(), peer))) throw new Error(`${name} of ${size} bytes: ${peer} answers something else`);
  }
  const [mine, ...theirs] = await contest([ours, ...entries.map(([, call]) => call)]);
  const rate = (length / 1e3 / mine).toFixed(mine > 1 ? 0 : 1);
  return entries.map(([peer, call], index) => ({
    name,
    size,
    rate,
    peer,
    ratio: (theirs[index] / mine).toFixed(2),
    // Where answers differ in length, both are in the table.
    lengths: decodes === undefined ? "" : `${((100 * ours().length) / call().length).toFixed(1)} %`,
  }));
}
