// Debian's Chromium: where it is, and whether tests are left out.
import { existsSync } from "node:fs";

export const executablePath = process.env.KILOWAT_CHROMIUM ?? "/usr/bin/chromium";
export const missing = !existsSync(executablePath);
if (missing && process.env.KILOWAT_REQUIRE_TOOLS) {
  throw new Error(`KILOWAT_REQUIRE_TOOLS is set, and there is no ${executablePath}`);
}
/** Of each test that needs it. */
export const options = { skip: missing && `left out: ${executablePath} (package chromium) is not installed` };
