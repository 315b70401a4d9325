import type { Resident } from "./resident.js";

/** Bytes that a call reads. A string is taken as its UTF-8. */
export type Data = string | Uint8Array | ArrayBuffer | ArrayBufferView | Resident;

/** How two values are ordered: the first is less, equal or greater. */
export type Order = -1 | 0 | 1;

/** An operation: a function that also says what it is. */
export interface Operation<R, A extends unknown[]> {
  (...args: A): R;
  /** Its name, as `kilowat ops` lists it. */
  readonly operation: string;
  /** Which module of kernels has it. */
  readonly module: Loadable;
  /** Whether plain JavaScript can answer it too. */
  readonly hasPlain: boolean;
}

/** An operation that gives bytes, or their text. */
export interface BytesOperation<A extends unknown[]> extends Operation<Uint8Array, A> {
  /** The answer in hexadecimal digits. */
  hex(...args: A): string;
  /** The answer in base64. */
  base64(...args: A): string;
}

/** What can be made ready before it is needed. */
export interface Loadable {
  readonly name: string;
  /**
   * Compiles the module, unless that has been done.
   *
   * @param url - where the binary is, to be compiled while it comes; otherwise the embedded one is taken
   */
  load(url?: string | URL): Promise<void>;
  /** Puts bytes into the module's memory. */
  upload(data: Data): Resident;
}
