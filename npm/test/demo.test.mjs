// The demo page, built and clicked through in headless Chromium. `KILOWAT_GENERATE=1` takes its screenshot anew.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { executablePath, options, missing } from "./browser/chromium.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

let browser, server;

before(async () => {
  if (missing) return;
  execFileSync("npm", ["run", "demo:build"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  server = createServer((request, response) => {
    const file = join(root, "demo/dist", new URL(request.url, "http://localhost").pathname.replace(/\/$/, "/index.html"));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader("content-type", TYPES[extname(file)] ?? "text/plain");
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** The page, whose errors are those of the test. */
async function open(settings = {}) {
  const page = await browser.newPage({ viewport: { width: 1040, height: 900 }, ...settings });
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const done = async () => {
    await page.waitForSelector("body[data-state=done], body[data-state=failed]", { timeout: 60_000 });
    assert.deepEqual(errors, []);
    assert.match(await page.locator("#status").textContent(), /^done in \d+ ms$/);
  };
  const facts = () => page.locator("#facts .tile").allInnerTexts();
  return { page, done, facts };
}

test("a sample is hashed, compressed and parsed, by kernels and without", options, async () => {
  const { page, done, facts } = await open();
  await page.getByRole("button", { name: "Take the sample" }).click();
  await done();
  assert.equal(await page.locator("#who").textContent(), "WebAssembly answers");
  const digests = await page.locator("#digests code").allTextContents();
  assert.equal(digests.length, 6);
  assert.match(digests[0], /^[0-9a-f]{64}$/);
  assert.equal(await page.locator("#digests .line.wasm").count(), 6);
  assert.equal(await page.locator("#digests .line.plain").count(), 6);
  const shares = await page.locator("#compression .figure").allTextContents();
  assert.equal(shares.length, 3);
  for (const share of shares) assert.ok(parseFloat(share) > 5 && parseFloat(share) < 60, share);
  assert.ok((await facts()).some((fact) => /JavaScript\s+[\d,]{5,}\s+nodes of ESTree/.test(fact)), `${await facts()}`);
  if (process.env.KILOWAT_GENERATE) {
    await page.evaluate(() => document.activeElement.blur());
    await page.screenshot({ path: join(root, "demo/demo.png"), fullPage: true });
  }

  await page.getByRole("checkbox", { name: "answer by WebAssembly" }).uncheck();
  await page.waitForSelector("body[data-state=working]");
  await done();
  assert.equal(await page.locator("#who").textContent(), "plain JavaScript answers");
  assert.deepEqual(await page.locator("#digests code").allTextContents(), digests);
  assert.equal(await page.locator("#digests .line.wasm").count(), 0);
  await page.close();
});

test("files are dropped and chosen, and what is wrong with them has a place", options, async () => {
  const { page, done, facts } = await open({ colorScheme: "dark" });
  const transfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['{"a": [1, 2,]}'], "dropped.json"));
    return transfer;
  });
  await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
  await done();
  assert.equal(await page.locator("#name").textContent(), "dropped.json");
  assert.ok((await facts()).some((fact) => /JSON\s+no\s+at byte 12: expected a value/.test(fact)), `${await facts()}`);

  const bytes = Buffer.from([0x66, 0xff, 0x00]);
  await page.setInputFiles("#file", { name: "bytes.bin", mimeType: "", buffer: bytes });
  await page.waitForSelector("body[data-state=working]");
  await done();
  assert.equal(await page.locator("#digests code").first().textContent(), createHash("sha256").update(bytes).digest("hex"));
  assert.ok((await facts()).some((fact) => /UTF-8\s+no\s+the bytes from 1 on/.test(fact)), `${await facts()}`);

  await page.setInputFiles("#file", { name: "empty", mimeType: "", buffer: Buffer.alloc(0) });
  await page.waitForSelector("body[data-state=working]");
  await done();
  await page.close();
});

test("the keyboard reaches everything, and narrow pages do not scroll sideways", options, async () => {
  const { page, done } = await open({ viewport: { width: 360, height: 700 } });
  const focused = () => page.evaluate(() => document.activeElement.id);
  const reached = [];
  for (let press = 0; press < 3; press++) {
    await page.keyboard.press("Tab");
    reached.push(await focused());
  }
  assert.deepEqual(reached, ["choose", "sample", "kernels"]);
  await page.locator("#sample").focus();
  await page.keyboard.press("Enter");
  await done();
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(inner <= outer, `${inner} of ${outer}`);
  await page.close();
});
