// Two sides in turn, best of many batches, each answer checked before it is timed.

/** How long a batch takes at least, in milliseconds: well above what the clock resolves. */
const BATCH = 2;
const BATCHES = 24;
/** How long a side is called before it is timed, twice, in milliseconds, */
const WARM = 200;
/** and how long V8 has between the two to compile what it has seen to be hot, on its own threads. */
const PAUSE = 300;

/** How long a call takes of the processor, in milliseconds: while it does other work does not count. */
function batch(call, times) {
  const start = process.cpuUsage();
  for (let time = 0; time < times; time++) call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / times;
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

/** Bytes that are the same, whichever package has made them. */
export function same(one, other) {
  if (typeof one !== "object") return BigInt(one) === BigInt(other);
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) === 0;
}
