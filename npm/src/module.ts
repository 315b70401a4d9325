import { toBytes } from "./data.js";
import { fromBase64 } from "./encoding.js";
import type { Refusals } from "./errors.js";
import { Frame } from "./frame.js";
import { Resident, Span } from "./resident.js";
import { settings } from "./settings.js";
import type { Data, Loadable } from "./types.js";
import { unpack } from "./unpack.js";

/** What is known of a module of kernels. */
export interface Described {
  name: string;
  /** The binary: packed by LZMA, in base64, its length, and tables that are left out, with their places. */
  binary: { packed: string; length: number; tables: readonly (readonly [number, () => Uint8Array])[] };
  /** The digest of the text that it was made from. */
  sourceSha256: string;
  /** Whether its memory may hold secrets, and is zeroed after each call. */
  secret: boolean;
  /** Offsets and lengths of what the static region holds from the start. */
  data: readonly (readonly [number, number])[];
}

/** Which version of the ABI is understood here. */
export const ABI = 1;

/** Who answers the operations of a module, and why. */
export interface ModuleStatus {
  /** `wasm`: a kernel, from the next call at the latest; `off`: that is turned off; `failed`: it does not run here. */
  state: "wasm" | "ready" | "off" | "failed";
  /** Why it does not run here. */
  reason?: string;
  /** How much memory it holds, in bytes. */
  memory: number;
}

const asked = /* @__PURE__ */ new Set<KernelModule>();

/** Who answers, of each module that has been asked for. */
export function status(): Record<string, ModuleStatus> {
  return Object.fromEntries([...asked].map((module) => [module.name, module.status()]));
}

/** A module of kernels: compiled when it is first called, or before that where it is loaded. */
export class KernelModule implements Loadable {
  readonly name: string;
  readonly #described: Described;
  #compiled: WebAssembly.Module | undefined;
  #frame: Frame | undefined;
  #failure: string | undefined;
  /** What stays in memory, whichever instance has it. */
  readonly #spans = new Set<Span>();

  constructor(described: Described) {
    this.name = described.name;
    this.#described = described;
  }

  async load(url?: string | URL): Promise<void> {
    asked.add(this);
    if (this.#compiled !== undefined || !settings.wasm) return;
    try {
      const module =
        url === undefined
          ? await WebAssembly.compile(this.#binary())
          : await WebAssembly.compileStreaming(fetch(url));
      if (url !== undefined) this.#hold(module);
      this.#compiled = module;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = String(error);
    }
  }

  #binary(): Uint8Array<ArrayBuffer> {
    const { packed, length, tables } = this.#described.binary;
    const binary = unpack(fromBase64(packed), length);
    for (const [at, table] of tables) binary.set(table(), at);
    return binary;
  }

  /** Refuses a binary of another ABI, or of another text than the wrappers here were made for. */
  #hold(module: WebAssembly.Module): void {
    const [section] = WebAssembly.Module.customSections(module, "kilowat");
    const about = JSON.parse(new TextDecoder().decode(section ?? new ArrayBuffer(0)) || "{}") as {
      abi?: number;
      source_sha256?: string;
    };
    if (about.abi !== ABI || about.source_sha256 !== this.#described.sourceSha256) {
      throw new Error(`the binary is not that of ${this.name} which this package was made with`);
    }
  }

  status(): ModuleStatus {
    const memory = this.#frame?.view.length ?? 0;
    if (!settings.wasm) return { state: "off", memory };
    if (this.#failure !== undefined) return { state: "failed", reason: this.#failure, memory };
    return { state: this.#frame === undefined ? "ready" : "wasm", memory };
  }

  /** Why kernels do not answer. */
  get failure(): string {
    return settings.wasm ? (this.#failure ?? "it has failed") : "it is turned off";
  }

  upload(data: Data): Resident {
    const span = new Span(toBytes(data), this.#running());
    this.#spans.add(span);
    return new Resident(span, () => {
      this.#spans.delete(span);
      span.free();
    });
  }

  /** The memory to call in, unless this module does not run here. */
  frame(refusals: Refusals | undefined): Frame | undefined {
    const frame = settings.wasm ? (this.#frame ?? this.#running()) : undefined;
    if (frame !== undefined) frame.begin(refusals);
    return frame;
  }

  /** The memory of the instance, which is made where there is none. */
  #running(): Frame | undefined {
    if (!settings.wasm) return undefined;
    if (this.#frame === undefined) {
      asked.add(this);
      if (this.#failure !== undefined) return undefined;
      try {
        this.#compiled ??= new WebAssembly.Module(this.#binary());
        const { exports } = new WebAssembly.Instance(this.#compiled);
        const frame = new Frame(exports);
        for (const span of this.#spans) span.move(frame);
        this.#frame = frame;
      } catch (error) {
        this.#failure = String(error);
        return undefined;
      }
    }
    return this.#frame;
  }

  /** Ends a call: zeroes what may be secret, and gives back what is over the limit. */
  end(frame: Frame): void {
    if (this.#described.secret) this.#zero(frame);
    if (frame.view.length > settings.memoryLimit && !frame.isKept) this.drop();
  }

  #zero(frame: Frame): void {
    const { data } = this.#described;
    let from = 0;
    for (let at = 0; at < data.length; at++) {
      const [offset, length] = data[at]!;
      if (offset > from) frame.view.fill(0, from, offset);
      from = offset + length;
    }
    frame.zero(from);
  }

  /** Forgets the instance; the next call has a new one. */
  drop(): void {
    this.#frame = undefined;
  }
}
