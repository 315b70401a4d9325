// What both commands take: `[SIZES] [--only=NAME,…] [--rows=FILE]`.
import { appendFileSync } from "node:fs";

const option = (name) => process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1];
const given = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument)).map(Number);

export const sizes = given.length > 0 ? given : [1024, 1 << 20];
export const only = option("only")?.split(",");
const file = option("rows");

/** Prints rows, and adds them to the file. */
export function tell(rows) {
  for (const row of rows) {
    const { name, size, rate, peer, ratio, lengths } = row;
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
    console.log([name, size, `${rate} MB/s`, peer, `${ratio} x`, lengths].join("  "));
  }
}

/** Whether a contest was asked for. */
export function isWanted(name, parts) {
  return parts === undefined || parts.some((part) => name.includes(part));
}
