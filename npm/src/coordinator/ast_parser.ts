import { toBytes } from "../data.js";
import { KilowatError } from "../errors.js";
import { javascriptParse } from "../generated/javascript.js";
import { jsonValidate } from "../generated/json.js";
import { parse, type ParseOptions, type Program } from "../estree/parse.js";
import { by, host } from "./functions.js";

/** The value of a JSON text. Where it has none, the error says what is wrong with it, and where. */
function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      jsonValidate(text);
    } catch (refusal) {
      if (refusal instanceof KilowatError && refusal.code !== "unavailable") throw refusal;
    }
    throw error;
  }
}

export const functions = {
  /** The ESTree of a module, or of what `sourceType` says. */
  parseJavaScript: by(
    [javascriptParse],
    (code: string | Uint8Array, options?: ParseOptions): Program => parse(toText(code), options),
  ),
  parseJSON: host(parseJSON),
};

function toText(code: string | Uint8Array): string {
  return typeof code === "string" ? code : new TextDecoder("utf-8", { ignoreBOM: true }).decode(toBytes(code));
}
