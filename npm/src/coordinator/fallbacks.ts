import { settings } from "../settings.js";
import { functionOf, load } from "./library.js";

/** What answers a function where kernels do not. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Fallback = (...args: any[]) => unknown;

/** The functions that have a form in plain JavaScript here. For others a package can be registered. */
const PLAIN: Record<string, readonly string[]> = {
  stringOps: ["fastHash", "fastCompare", "fastSearch", "fastReplace", "fastJSONStringify", "createEnvelope"],
  astParser: ["parseJSON"],
  memoryOps: ["fastCopy", "fastCompare", "fastSerialize", "fastDeserialize"],
  crypto: ["hashSHA256", "hashMD5"],
  validation: ["validateRegex"],
};

/** Calls a function of a module, and lets no kernel answer. */
async function inPlainJavaScript(module: string, name: string, args: readonly unknown[]): Promise<unknown> {
  const { call } = functionOf(module, await load(module), name);
  // Calls do not wait for anything, so that nobody else sees the setting.
  const { wasm } = settings;
  settings.wasm = false;
  try {
    return call(...args);
  } finally {
    settings.wasm = wasm;
  }
}

function isJSON(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Who answers each function where kernels do not. */
export class FallbackStrategyManager {
  readonly strategies = new Map<string, Fallback>();

  constructor() {
    for (const [module, names] of Object.entries(PLAIN)) {
      for (const name of names) {
        this.register(module, name, (...args) => inPlainJavaScript(module, name, args));
      }
    }
    this.register("validation", "validateJSON", isJSON);
  }

  /** From now on this answers, with what the function is called with; it may give a promise. */
  register(module: string, operation: string, fallback: Fallback): void {
    this.strategies.set(`${module}:${operation}`, fallback);
  }

  /** Whether anything answers. */
  has(module: string, operation: string): boolean {
    return this.strategies.has(`${module}:${operation}`);
  }

  /** What answers. Where there is nothing, that is an error. */
  get(module: string, operation: string): Fallback {
    const fallback = this.strategies.get(`${module}:${operation}`);
    if (fallback === undefined) {
      throw new Error(`No fallback for ${module}.${operation}: register one, such as a package that answers it`);
    }
    return fallback;
  }
}
