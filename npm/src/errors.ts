/** Why there is no answer. The first seven are the statuses of the kernels' ABI. */
export type ErrorCode =
  | "not_found"
  | "output_too_small"
  | "malformed"
  | "checksum"
  | "unsupported"
  | "too_large"
  | "unauthentic"
  | "argument"
  | "unavailable"
  | "kernel";

/** The statuses, in the order of their numbers: -1, -2 and so on. */
const STATUSES: readonly ErrorCode[] = [
  "not_found",
  "output_too_small",
  "malformed",
  "checksum",
  "unsupported",
  "too_large",
  "unauthentic",
];

/** Words for what a status means: always the same, or by the numbers that a kernel gives besides, 0 for those not there. */
export type Words = string | { readonly [number: number]: Words };

/** What an operation says of what it refuses, by the status. `{}` stands for the place. */
export type Refusals = { readonly [status: number]: Words };

/** What is said where an operation has no words of its own. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  not_found: "nothing was found",
  output_too_small: "the result is longer than the output has room for",
  malformed: "the input is not valid in its format",
  checksum: "a checksum does not match",
  unsupported: "the input uses what is not supported",
  too_large: "the input is over a limit",
  unauthentic: "the message is not authentic",
};

/** What is wrong with a call or its input, and where. */
export class KilowatError extends Error {
  override readonly name = "KilowatError";
  /** What kind of error it is. */
  readonly code: ErrorCode;
  /** The byte of the input at which it shows, if it is about a place. */
  readonly offset: number | undefined;
  /** The operation that says so. */
  readonly operation: string | undefined;

  constructor(code: ErrorCode, words: string, offset?: number, operation?: string) {
    super(words);
    this.code = code;
    this.offset = offset;
    this.operation = operation;
  }

  /** The number that a kernel returns for it, or 0 where it is none of a kernel's. */
  get status(): number {
    return -1 - STATUSES.indexOf(this.code) || 0;
  }
}

/** That there is more than a kernel's memory can have. */
export class TooLong extends KilowatError {
  constructor(way?: string, operation?: string) {
    const words = "what the call works on takes 2 GiB or more, and kernels have less";
    super("too_large", way === undefined ? words : `${words}: take pieces, by ${way}`, undefined, operation);
  }
}

/**
 * The error that a kernel's status is.
 *
 * @param words - what is said of it
 * @param place - what stands for `{}` there
 * @param unit - how many bytes a place counts
 */
export function refusal(status: number, words?: string, place = 0, unit = 1): KilowatError {
  const code = STATUSES[-1 - status];
  if (code === undefined) {
    return new KilowatError("kernel", `a kernel returned ${status}, which has no meaning`);
  }
  if (words === undefined) return new KilowatError(code, WORDS[code] ?? code);
  const hasPlace = words.includes("{}");
  return new KilowatError(code, words.replace("{}", String(place)), hasPlace ? place * unit : undefined);
}

/** That an argument is none that the operation takes. */
export function argument(words: string): KilowatError {
  return new KilowatError("argument", words);
}
