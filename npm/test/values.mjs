// Values of `tests/data/vectors.json` in JavaScript, and back.

export function fromHex(text) {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Numbers that are not finite are texts there. */
function number(value) {
  return typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value;
}

/** An argument. Integers that a double cannot hold are texts there. */
export function argument(value) {
  const [[kind, inner]] = Object.entries(value);
  switch (kind) {
    case "bytes":
      return fromHex(inner);
    case "bytes_list":
      return inner.map(fromHex);
    case "integer":
      return typeof inner === "string" ? BigInt(inner) : inner;
    case "number":
      return number(inner);
    case "numbers":
      return inner.map(number);
    case "bool":
      return inner;
    default:
      throw new Error(`an argument of type ${kind}`);
  }
}

function camel(name) {
  return name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

const integer = (value) => BigInt(value).toString();
const double = (value) => (Object.is(value, -0) ? "-0" : String(value));

/** An expected answer, in a form that can be compared. */
export function expected(value) {
  if (value === "nothing") return "nothing";
  const [[kind, inner]] = Object.entries(value);
  switch (kind) {
    case "bytes":
      return inner;
    case "bytes_list":
      return inner;
    case "integer":
      return integer(inner);
    case "integers":
      return inner.map(integer);
    case "number":
      return double(number(inner));
    case "numbers":
      return inner.map((value) => double(number(value)));
    case "bool":
      return inner;
    case "order":
      return { less: "-1", equal: "0", greater: "1" }[inner];
    case "map":
      return Object.fromEntries(Object.entries(inner).map(([name, field]) => [camel(name), expected(field)]).sort());
    default:
      throw new Error(`an answer of type ${kind}`);
  }
}

/** An answer, in the same form. */
export function actual(answer) {
  if (answer === undefined) return "nothing";
  if (answer instanceof Uint8Array) return toHex(answer);
  if (answer instanceof Uint32Array || answer instanceof BigUint64Array) return Array.from(answer, integer);
  if (answer instanceof Float64Array) return Array.from(answer, double);
  if (Array.isArray(answer)) return answer.map(actual);
  if (typeof answer === "bigint") return answer.toString();
  if (typeof answer === "number") return double(answer);
  if (typeof answer === "object") {
    return Object.fromEntries(Object.entries(answer).map(([name, field]) => [name, actual(field)]).sort());
  }
  return answer;
}
