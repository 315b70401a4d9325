/**
 * What all families share: loading, settings, who answers, and what has been counted. The operations are in entries
 * of their own, such as `kilowat/hash`.
 */
import type { Resident } from "./resident.js";
import type { Data, Loadable } from "./types.js";

export { KilowatError, type ErrorCode } from "./errors.js";
export { status, type ModuleStatus } from "./module.js";
export { report, resetReport, type Counts, type Report } from "./monitor.js";
export { Resident } from "./resident.js";
export { configure, type Settings } from "./settings.js";
export type { BytesOperation, Data, Loadable, Operation, Order } from "./types.js";

/**
 * Compiles what operations need, without blocking the thread; afterwards they are called at once. Without it they are
 * compiled by the first call.
 *
 * @param operations - the operations that will be called
 * @param from - the folder that has the `.wasm` files, to be compiled while they come; without it, what the package
 *   embeds is compiled
 *
 * @example
 * import { init } from "kilowat";
 * import { sha256 } from "kilowat/hash";
 * await init([sha256], "/assets/wasm/");
 */
export async function init(
  operations: readonly { readonly module: Loadable }[],
  from?: string | URL,
): Promise<void> {
  const modules = new Set(operations.map(({ module }) => module));
  const base = from === undefined ? undefined : String(from).replace(/\/?$/, "/");
  await Promise.all(
    [...modules].map((module) => module.load(base === undefined ? undefined : `${base}${module.name}.wasm`)),
  );
}

/**
 * Puts bytes into the memory of the kernels that have an operation. All operations of the same module find them there,
 * and copy nothing; others copy them as they copy any bytes. They stay until `free`, or the end of a block with `using`.
 *
 * @example
 * import { upload } from "kilowat";
 * import { search, searchAll } from "kilowat/search";
 * using text = upload(longText, search);
 * search(text, "one");
 * searchAll(text, "two");
 */
export function upload(data: Data, operation: { readonly module: Loadable }): Resident {
  return operation.module.upload(data);
}
