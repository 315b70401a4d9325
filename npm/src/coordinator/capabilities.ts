/** What a host can run. */
export interface Capabilities {
  wasmSupported: boolean;
  simdSupported: boolean;
  /** Shared memory. Kernels need none. */
  threadsSupported: boolean;
  bulkMemorySupported: boolean;
  /** The version of the kernels' ABI, where they run. */
  version: number | null;
}

/** A module with this section of types, and one function of the first type with this body. */
function withBody(types: readonly number[], memory: readonly number[], body: readonly number[]): Uint8Array<ArrayBuffer> {
  const code = [10, body.length + 4, 1, body.length + 2, 0, ...body, 11];
  return Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...types, 3, 2, 1, 0, ...memory, ...code]);
}

const ONE_PAGE = [5, 3, 1, 0, 1];
const SHARED_PAGE = [5, 4, 1, 3, 1, 1];
const NOTHING = [1, 4, 1, 96, 0, 0];
const VECTOR = [1, 5, 1, 96, 0, 1, 123];
/** A vector of sixteen zeros, whose bytes are counted. */
const SPLAT = [65, 0, 253, 15, 253, 98];
/** A fill of no bytes. */
const FILL = [65, 0, 65, 0, 65, 0, 252, 11, 0];

/** What this host can run. */
export function detectCapabilities(abi: number): Capabilities {
  const wasmSupported = typeof WebAssembly === "object";
  const runs = (binary: Uint8Array<ArrayBuffer>): boolean => wasmSupported && WebAssembly.validate(binary);
  const simdSupported = runs(withBody(VECTOR, [], SPLAT));
  const bulkMemorySupported = runs(withBody(NOTHING, ONE_PAGE, FILL));
  return {
    wasmSupported,
    simdSupported,
    threadsSupported: typeof SharedArrayBuffer === "function" && runs(withBody(NOTHING, SHARED_PAGE, [])),
    bulkMemorySupported,
    version: simdSupported && bulkMemorySupported ? abi : null,
  };
}
