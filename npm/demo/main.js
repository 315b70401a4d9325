// The page: takes a file, has a worker do the work, and shows what comes.
import sample from "../node_modules/acorn/dist/acorn.mjs?raw";

const at = (id) => document.getElementById(id);
const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

let worker;
let current;

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const count = new Intl.NumberFormat("en");

/** Begins with a file, and drops what was being done with another one. */
function begin(file) {
  current = file;
  worker?.terminate();
  worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data: [what, ...details] }) => SHOW[what](...details);
  worker.onerror = (event) => SHOW.failed(event.message ?? "the worker does not start");
  for (const id of ["digests", "compression", "facts"]) at(id).replaceChildren();
  at("name").textContent = file.name;
  at("about").textContent = size(file.size);
  at("status").textContent = "at work";
  at("status").classList.remove("bad");
  at("progress").value = 0;
  at("results").hidden = false;
  document.body.dataset.state = "working";
  worker.postMessage({ file, wasm: at("kernels").checked });
}

/** What the worker says, and where it is shown. */
const SHOW = {
  progress(share, doing) {
    at("progress").value = share;
    at("status").textContent = doing;
  },
  who(wasm, why) {
    const who = at("who");
    who.hidden = false;
    who.classList.toggle("plain", !wasm);
    who.textContent = wasm ? "WebAssembly answers" : "plain JavaScript answers";
    who.title = why ?? "";
  },
  digest({ name, hex, kernel, plain }) {
    const most = Math.max(kernel ?? 0, plain ?? 0);
    const bar = (rate, kind) =>
      rate === undefined
        ? []
        : [
            element("div", { className: `line ${kind}`, style: `width: ${(100 * rate) / most}%` }),
            element("b", {}, `${count.format(Math.round(rate))}`),
          ];
    const speeds = element("div", { className: "speeds" }, ...bar(kernel, "wasm"), ...bar(plain, "plain"));
    at("digests").append(
      element("tr", {}, element("td", {}, name), element("td", {}, element("code", {}, hex)), element("td", { className: "speed" }, speeds)),
    );
  },
  compressed({ name, from, to, milliseconds, missing }) {
    const tile = element("div", { className: "tile" }, element("h3", {}, name));
    if (missing !== undefined) {
      tile.append(element("div", { className: "figure" }, "—"), element("div", { className: "faint" }, missing));
    } else {
      const share = from === 0 ? 100 : (100 * to) / from;
      const part = element("div", { style: `width: ${Math.min(share, 100)}%` });
      tile.append(
        element("div", { className: "figure" }, `${share.toFixed(1)} %`),
        element("div", { className: "share" }, part),
        element("div", { className: "faint" }, `${size(to)}, in ${milliseconds.toFixed(1)} ms; read back and the same`),
      );
    }
    at("compression").append(tile);
  },
  fact(name, figure, more = "") {
    const text = typeof figure === "number" ? count.format(figure) : figure;
    at("facts").append(
      element("div", { className: "tile" },
        element("dt", {}, name),
        element("dd", { className: "figure" }, text),
        element("dd", { className: "faint" }, more)),
    );
  },
  done(milliseconds) {
    at("progress").value = 1;
    at("status").textContent = `done in ${milliseconds.toFixed(0)} ms`;
    document.body.dataset.state = "done";
  },
  failed(why) {
    at("status").textContent = why;
    at("status").classList.add("bad");
    document.body.dataset.state = "failed";
  },
};

at("choose").addEventListener("click", () => at("file").click());
at("file").addEventListener("change", ({ target }) => {
  if (target.files.length > 0) begin(target.files[0]);
});
at("sample").addEventListener("click", () => begin(new File([sample], "acorn.mjs")));
at("kernels").addEventListener("change", () => {
  if (current !== undefined) begin(current);
});

for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", type === "dragenter" || type === "dragover");
    const file = type === "drop" ? event.dataTransfer?.files[0] : undefined;
    if (file !== undefined) begin(file);
  });
}
