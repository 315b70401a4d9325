/** Every operation by its name, for what chooses operations at run time. It brings all kernels with it. */
export { operations } from "./generated/operations.js";
