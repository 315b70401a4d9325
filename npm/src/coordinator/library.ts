import { argument } from "../errors.js";
import type { Described } from "./functions.js";

/** The modules, each of which is fetched when it is first asked for. */
const LOADERS = {
  stringOps: async () => (await import("./string_ops.js")).functions,
  astParser: async () => (await import("./ast_parser.js")).functions,
  memoryOps: async () => (await import("./memory_ops.js")).functions,
  crypto: async () => (await import("./crypto.js")).functions,
  compression: async () => (await import("./compression.js")).functions,
  validation: async () => (await import("./validation.js")).functions,
};

type Loaders = typeof LOADERS;

/** The name of a module. */
export type ModuleName = keyof Loaders;

/** The functions of each module. */
export type Library = {
  [M in ModuleName]: { [F in keyof Awaited<ReturnType<Loaders[M]>>]: Called<Awaited<ReturnType<Loaders[M]>>[F]> };
};

type Called<D> = D extends { call: infer F } ? F : never;

/** The functions of a module, with what answers them. */
export async function load(name: string): Promise<Record<string, Described>> {
  if (!Object.hasOwn(LOADERS, name)) {
    throw argument(`there is no module \`${name}\`: there are ${Object.keys(LOADERS).join(", ")}`);
  }
  return LOADERS[name as ModuleName]();
}

/** The function of that name. */
export function functionOf(module: string, functions: Record<string, Described>, name: string): Described {
  if (!Object.hasOwn(functions, name)) {
    throw argument(`\`${module}\` has no \`${name}\`: it has ${Object.keys(functions).join(", ")}`);
  }
  return functions[name]!;
}
