/** What is set for the whole program. */
export interface Settings {
  /** Whether kernels are asked at all; otherwise plain JavaScript answers, or what stands in for it. */
  wasm: boolean;
  /** A module's memory above this many bytes is given back after the call. */
  memoryLimit: number;
  /** What answers an operation where kernels do not, by the operation's name: usually another package. */
  standIns: Record<string, (...args: never[]) => unknown>;
}

interface Process {
  env?: Record<string, string | undefined>;
}

/** Whether the environment leaves kernels on. */
function isOn(): boolean {
  const host = (globalThis as { process?: Process }).process;
  return host?.env?.["KILOWAT_WASM"]?.toLowerCase() !== "off";
}

export const settings: Settings = {
  wasm: /* @__PURE__ */ isOn(),
  memoryLimit: 64 * 1024 * 1024,
  standIns: {},
};

/**
 * Changes settings, at once and for the whole program. Those that are left out stay as they are.
 *
 * @example
 * configure({ wasm: false }); // answer in plain JavaScript from now on
 */
export function configure(changes: Partial<Settings>): void {
  if (changes.wasm !== undefined) settings.wasm = changes.wasm;
  if (changes.memoryLimit !== undefined) settings.memoryLimit = changes.memoryLimit;
  Object.assign(settings.standIns, changes.standIns);
}
