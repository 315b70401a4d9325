/**
 * A coordinator of modules by name, for programs that were written for one: each call is answered by a kernel, or by what
 * is registered for it, and says by which. Modules are fetched and compiled when they are first asked for.
 */
import { KilowatError } from "./errors.js";
import { ABI, status } from "./module.js";
import { detectCapabilities, type Capabilities } from "./coordinator/capabilities.js";
import { FallbackStrategyManager } from "./coordinator/fallbacks.js";
import { run, type Described } from "./coordinator/functions.js";
import { functionOf, load, type Library, type ModuleName } from "./coordinator/library.js";
import { WASMPerformanceMonitor } from "./coordinator/monitor.js";

export { FallbackStrategyManager, type Fallback } from "./coordinator/fallbacks.js";
export { WASMPerformanceMonitor, type Execution, type PerformanceReport } from "./coordinator/monitor.js";
export type { Capabilities } from "./coordinator/capabilities.js";
export type { Library, ModuleName } from "./coordinator/library.js";
export type { Envelope } from "./coordinator/string_ops.js";
export type { ValidationResult } from "./coordinator/validation.js";

/** What a coordinator is made with. */
export interface CoordinatorOptions {
  /** Whether kernels are asked at all; they are where nothing is said. */
  enabled?: boolean;
}

/** The answer of a call, and who has given it. */
export interface Outcome<R> {
  result: R;
  /** Whether kernels have answered. */
  accelerated: boolean;
  method: "wasm" | "javascript";
  /** How long it took, in milliseconds, the module's loading included. */
  duration: number;
}

/** A module's functions, as methods that are called at once, and by name. */
export type WASMModule<M extends ModuleName = ModuleName> = Library[M] & {
  /** Calls a function by its name. */
  execute(operation: string, ...args: unknown[]): Promise<unknown>;
};

/** The modules that are loaded before they are needed. */
const FIRST = ["stringOps", "astParser", "memoryOps"] as const;

interface Loaded {
  functions: Record<string, Described>;
  methods: WASMModule;
}

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Result<F> = F extends (...args: never[]) => infer R ? R : never;

/** Loads modules, calls their functions by name, and counts who answers. */
export class WASMRuntimeCoordinator {
  readonly performanceMonitor = new WASMPerformanceMonitor();
  readonly fallbackStrategies = new FallbackStrategyManager();
  readonly enabledByDefault: boolean;
  /** Whether `initialize` has found that kernels run here. */
  initialized = false;
  readonly #loaded = new Map<string, Promise<Loaded>>();
  #initialization: Promise<boolean> | undefined;

  constructor(options: CoordinatorOptions = {}) {
    this.enabledByDefault = options.enabled !== false;
  }

  /** Loads the modules that are needed most. Says whether kernels answer; calls are answered in either case. */
  initialize(): Promise<boolean> {
    this.#initialization ??= this.#initialize();
    return this.#initialization;
  }

  async #initialize(): Promise<boolean> {
    if (!this.enabledByDefault) return false;
    const kernels = (await Promise.all(FIRST.map((name) => this.#load(name)))).flatMap(modulesOf);
    const states = status();
    this.initialized = kernels.every((name) => ["wasm", "ready"].includes(states[name]?.state ?? "failed"));
    return this.initialized;
  }

  /** Calls a function of a module. What the input deserves is an error; where kernels do not run, something else answers. */
  async execute<M extends ModuleName, F extends keyof Library[M]>(
    moduleName: M,
    operation: F,
    ...args: Arguments<Library[M][F]>
  ): Promise<Outcome<Result<Library[M][F]>>>;
  async execute(moduleName: string, operation: string, ...args: unknown[]): Promise<Outcome<unknown>>;
  async execute(moduleName: string, operation: string, ...args: unknown[]): Promise<Outcome<unknown>> {
    const start = performance.now();
    const { result, accelerated } = await this.#answer(moduleName, operation, args);
    const method = accelerated ? "wasm" : "javascript";
    const duration = performance.now() - start;
    this.performanceMonitor.record({ module: moduleName, operation, time: duration, method });
    return { result, accelerated, method, duration };
  }

  async #answer(moduleName: string, operation: string, args: unknown[]): Promise<{ result: unknown; accelerated: boolean }> {
    const fallback = async (): Promise<{ result: unknown; accelerated: false }> => ({
      result: await this.fallbackStrategies.get(moduleName, operation)(...args),
      accelerated: false,
    });
    // A function that this package does not have may still have been registered.
    if (!this.enabledByDefault) return fallback();
    if (this.fallbackStrategies.has(moduleName, operation) && !(await this.#has(moduleName, operation))) return fallback();
    const { functions } = await this.#load(moduleName);
    try {
      return run(functionOf(moduleName, functions, operation), args);
    } catch (error) {
      const isOff = error instanceof KilowatError && error.code === "unavailable";
      if (isOff && this.fallbackStrategies.has(moduleName, operation)) return fallback();
      throw error;
    }
  }

  async #has(moduleName: string, operation: string): Promise<boolean> {
    try {
      return Object.hasOwn((await this.#load(moduleName)).functions, operation);
    } catch {
      return false;
    }
  }

  /** The functions of a module, which is loaded where it is not. */
  getModule<M extends ModuleName>(moduleName: M): Promise<WASMModule<M>>;
  getModule(moduleName: string): Promise<WASMModule>;
  async getModule(moduleName: string): Promise<WASMModule> {
    return (await this.#load(moduleName)).methods;
  }

  /** The same. */
  loadModule<M extends ModuleName>(moduleName: M): Promise<WASMModule<M>>;
  loadModule(moduleName: string): Promise<WASMModule>;
  loadModule(moduleName: string): Promise<WASMModule> {
    return this.getModule(moduleName);
  }

  #load(moduleName: string): Promise<Loaded> {
    let loaded = this.#loaded.get(moduleName);
    if (loaded === undefined) {
      loaded = loadAll(moduleName);
      this.#loaded.set(moduleName, loaded);
      // What could not be fetched is tried again.
      loaded.catch(() => this.#loaded.delete(moduleName));
    }
    return loaded;
  }

  /** What this host can run. */
  async detectCapabilities(): Promise<Capabilities> {
    return detectCapabilities(ABI);
  }
}

/** The names of the kernels' modules that functions are answered by. */
function modulesOf({ functions }: Loaded): string[] {
  return Object.values(functions).flatMap(({ kernels }) => kernels.map(({ module }) => module.name));
}

async function loadAll(moduleName: string): Promise<Loaded> {
  const functions = await load(moduleName);
  const kernels = new Set(Object.values(functions).flatMap(({ kernels }) => kernels.map(({ module }) => module)));
  await Promise.all([...kernels].map((kernel) => kernel.load()));
  const calls = Object.entries(functions).map(([name, { call }]) => [name, call] as const);
  const methods = {
    ...Object.fromEntries(calls),
    execute: async (operation: string, ...args: unknown[]) => run(functionOf(moduleName, functions, operation), args).result,
  };
  return { functions, methods: methods as WASMModule };
}
