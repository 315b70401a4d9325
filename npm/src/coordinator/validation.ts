import { KilowatError } from "../errors.js";
import { javascriptParse } from "../generated/javascript.js";
import { jsonValidate } from "../generated/json.js";
import { by, host } from "./functions.js";

/** Whether a text is valid, and what is wrong with it. */
export interface ValidationResult {
  valid: boolean;
  /** At most one: what is behind an error cannot be told. */
  errors: { message: string; offset: number | undefined }[];
}

/** What is wrong with a text, unless nothing is. */
function refusalOf(check: () => void): KilowatError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof KilowatError && error.status !== 0) return error;
    throw error;
  }
}

const MODULE = 1;

export const functions = {
  validateJSON: by([jsonValidate], (json: string): boolean => refusalOf(() => jsonValidate(json)) === undefined),
  /** As a module. */
  validateJavaScript: by([javascriptParse], (code: string): ValidationResult => {
    const refusal = refusalOf(() => javascriptParse(code, MODULE));
    const errors = refusal === undefined ? [] : [{ message: refusal.message, offset: refusal.offset }];
    return { valid: errors.length === 0, errors };
  }),
  validateRegex: host((pattern: string): boolean => {
    try {
      return new RegExp(pattern) instanceof RegExp;
    } catch {
      return false;
    }
  }),
};
