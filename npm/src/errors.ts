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

/** The error that a kernel's status is. */
export function refusal(status: number, words?: string, offset?: number): KilowatError {
  const code = STATUSES[-1 - status];
  if (code === undefined) {
    return new KilowatError("kernel", `a kernel returned ${status}, which has no meaning`);
  }
  if (words === undefined) return new KilowatError(code, WORDS[code] ?? code, offset);
  return new KilowatError(code, offset === undefined ? words : `at byte ${offset}: ${words}`, offset);
}

/** That an argument is none that the operation takes. */
export function argument(words: string): KilowatError {
  return new KilowatError("argument", words);
}
