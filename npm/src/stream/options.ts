/** How to compress. */
export interface DeflateOptions {
  /** 0 (stored) to 12 (smallest); 6 where nothing is said. */
  level?: number;
}

export const LEVEL = 6;
