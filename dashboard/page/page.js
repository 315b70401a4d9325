"use strict";
// The page of the swarm. What it shows comes as one event a second; nothing that comes is ever taken for HTML.
(() => {
  const KEPT = 600;
  const find = (id) => document.getElementById(id);
  const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

  // Elements: what is text stays text.
  const make = (tag, name, ...parts) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...parts);
    return element;
  };
  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const dress = (element, name) => {
    if (element.className !== name) element.className = name;
  };

  // Figures.
  const NUMBER = new Intl.NumberFormat("en");
  const whole = (value) => (isNumber(value) ? NUMBER.format(Math.round(value)) : "–");
  const digits = (value) => {
    if (!isNumber(value)) return "–";
    if (value === 0) return "0";
    return value >= 100 ? whole(value) : String(Number(value.toPrecision(3)));
  };
  const percent = (share) => {
    if (!isNumber(share)) return "–";
    const value = share * 100;
    return `${value !== 0 && value < 0.1 ? value.toPrecision(2) : value.toFixed(value === 100 || value === 0 ? 0 : 2)} %`;
  };
  const bytes = (value) => {
    if (!isNumber(value)) return "–";
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit += 1;
    }
    return `${digits(value)} ${units[unit]}`;
  };
  const nanos = (value) => {
    if (!isNumber(value)) return "–";
    if (value < 1e3) return `${digits(value)} ns`;
    if (value < 1e6) return `${digits(value / 1e3)} µs`;
    if (value < 1e9) return `${digits(value / 1e6)} ms`;
    return `${digits(value / 1e9)} s`;
  };
  const ago = (millis) => {
    const seconds = Math.max(0, Math.round(millis / 1000));
    if (seconds < 120) return `${seconds} s`;
    if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
    if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
    return `${Math.round(seconds / 86400)} days`;
  };
  const two = (number) => String(number).padStart(2, "0");
  const clock = (at, hasSeconds) => {
    const time = new Date(at * 1000);
    const minutes = `${two(time.getHours())}:${two(time.getMinutes())}`;
    const day = Date.now() / 1000 - at > 72000 ? `${time.getMonth() + 1}-${two(time.getDate())} ` : "";
    return day + (hasSeconds ? `${minutes}:${two(time.getSeconds())}` : minutes);
  };
  const date = (millis) => new Date(millis).toISOString().slice(0, 10);

  // Tables: cells are changed where they stand, so that what is read or selected stays.
  const fill = (table, rows, words) => {
    const body = table.tBodies[0];
    const width = table.tHead.rows[0].cells.length;
    const wanted = rows.length ? rows : [[words]];
    while (body.rows.length > wanted.length) body.deleteRow(-1);
    wanted.forEach((cells, index) => {
      const row = body.rows[index] ?? body.insertRow();
      while (row.cells.length > cells.length) row.deleteCell(-1);
      cells.forEach((cell, column) => {
        const place = row.cells[column] ?? row.insertCell();
        const { text, name } = typeof cell === "string" ? { text: cell, name: "" } : cell;
        place.colSpan = rows.length ? 1 : width;
        write(place, text);
        dress(place, rows.length ? name : "none");
      });
    });
  };
  const plain = (text) => ({ text, name: "text" });

  // Tiles.
  const tiles = new Map();
  const tile = (id, title) => {
    const badge = make("span", "badge");
    const figure = make("dd", "figure");
    const more = make("dd", "more");
    const box = make("div", "tile", make("dt", "", make("span", "", title), badge), figure, more);
    box.id = `tile-${id}`;
    find("tiles").append(box);
    tiles.set(id, { box, badge, figure, more });
  };
  const show = (id, state, figure, more, words) => {
    const parts = tiles.get(id);
    const names = { good: "met", bad: "missed", warn: "look", grey: "not measured", plain: "" };
    dress(parts.box, `tile ${state}`);
    dress(parts.badge, `badge ${state}`);
    write(parts.badge, words ?? names[state]);
    parts.badge.hidden = !(words ?? names[state]);
    write(parts.figure, figure);
    write(parts.more, more);
  };
  for (const [id, title] of [
    ["speedup", "Overall speedup"], ["wasm", "WebAssembly’s share"], ["errors", "Error rate"],
    ["memory", "Memory"], ["hooks", "Post-edit hook"], ["step", "Step that costs most"], ["messages", "Messages"],
    ["outbox", "Outbox"], ["workers", "Workers"],
    ["tasks", "Tasks"], ["coverage", "Coverage"], ["documentation", "Documentation"],
  ]) tile(id, title);

  const judged = (isMet) => (isMet ? "good" : "bad");
  const gaugeTile = (sample, id, unit) => {
    const gauge = sample.report.gauges.find((one) => one.name === id);
    const goal = sample.targets.find((one) => one.gauge === id).least;
    const target = `target ${goal}${unit}`;
    if (!gauge) return show(id, "grey", "not measured here", target);
    const mean = sample.report.gauges.find((one) => one.name === `${id}.mean`);
    const means = mean ? `plain mean ${digits(mean.value)}${unit}; ` : "";
    const from = `${means}${target}; ${date(gauge.at)}, ${gauge.source}`;
    if (sample.at - gauge.at > 7 * 86400e3) {
      return show(id, "grey", `${digits(gauge.value)}${unit}`, from, "out of date");
    }
    return show(id, judged(gauge.value >= goal), `${digits(gauge.value)}${unit}`, from);
  };
  const rate = (sample, ...names) => names.reduce((sum, name) => sum + (sample.point.rates[name] ?? 0), 0);

  const renderTiles = (sample) => {
    const { report, process, at } = sample;
    gaugeTile(sample, "speedup", "×");
    gaugeTile(sample, "coverage", " %");
    gaugeTile(sample, "documentation", " %");

    const tiers = report.tiers;
    const calls = `${whole(tiers.wasm)} of ${whole(tiers.wasm + tiers.native)} calls in 5 min; target 95 %`;
    if (isNumber(tiers.wasm_share)) show("wasm", judged(tiers.wasm_share >= 0.95), percent(tiers.wasm_share), calls);
    else show("wasm", "grey", "no call yet", "target 95 %");

    const count = (n, errors) => (n ? percent(errors / n) : "none yet");
    const hooks = report.hooks.reduce((sum, hook) => [sum[0] + hook.n, sum[1] + hook.errors], [0, 0]);
    const settled = report.counts["messages.settled"] ?? { n: 0, errors: 0 };
    const apart = `hooks ${count(...hooks)}, deliveries ${count(settled.n, settled.errors)}; target 0.1 %`;
    if (isNumber(tiers.error_rate)) show("errors", judged(tiers.error_rate < 0.001), percent(tiers.error_rate), apart);
    else show("errors", "grey", "no call yet", apart);

    const there = report.workers.filter((worker) => worker.is_there);
    const workers = there.reduce((sum, worker) => sum + (worker.resident ?? 0), 0);
    const resident = workers + (process.resident ?? 0);
    const instances = there.reduce((sum, worker) => sum + (worker.instances ?? 0), process.instances);
    show("memory", judged(resident < 2 ** 30), bytes(resident),
      `workers and this page; kernels ${bytes(instances)}, database ${bytes(report.database.bytes + report.database.journal_bytes)}; target 1 GiB`);

    const hook = report.hooks.find((one) => one.name === "post-edit");
    const faults = report.counts["hooks.faults"]?.errors ?? 0;
    const wrong = `${hook?.errors ? `, ${whole(hook.errors)} failed` : ""}${faults ? `, ${whole(faults)} answers were not given` : ""}`;
    if (hook) show("hooks", { good: "good", fair: "warn", slow: "bad", critical: "bad" }[hook.grade] ?? "plain",
      nanos(hook.p95), `p95 of ${whole(hook.n)} in 5 min${wrong}; target 3 ms`, hook.grade);
    else show("hooks", faults ? "bad" : "grey", "not run lately", `p95${wrong}; target 3 ms`, faults ? "look" : undefined);
    const step = report.steps.find((one) => one.hook === "post-edit");
    if (step) show("step", "plain", step.step, `of post-edit: ${percent(step.share)} of its time, ${nanos(step.mean)} in the mean`);
    else show("step", "grey", "not run lately", "of post-edit");

    const channels = report.channels;
    const sum = (name) => channels.reduce((total, channel) => total + channel[name], 0);
    const waited = channels.reduce((most, channel) => Math.max(most, channel.waited ?? 0), 0);
    show("messages", sum("dead") ? "warn" : "plain", `${digits(rate(sample, "messages.settled"))}/s`,
      `${digits(rate(sample, "messages.sent"))}/s sent; ${whole(sum("ready"))} wait${waited >= 1000 ? `, up to ${ago(waited)}` : ""}, ${whole(sum("taken"))} taken, ${whole(sum("dead"))} dead`,
      sum("dead") ? "dead letters" : "");
    const { sends, bytes: length, oldest } = report.outbox;
    const age = oldest === null ? 0 : at - oldest;
    if (sends) show("outbox", age > 60e3 ? "bad" : "warn", whole(sends), `sent, and wait for the Redis, up to ${ago(age)}; ${bytes(length)}`, "no Redis");
    else show("outbox", "plain", "0", "nothing waits for a Redis");
    const busy = there.reduce((total, worker) => total + (worker.running ?? 0), 0);
    const slots = there.reduce((total, worker) => total + (worker.slots ?? 0), 0);
    show("workers", there.length ? "plain" : "grey", there.length ? whole(there.length) : "none is there",
      there.length ? `${whole(busy)} of ${whole(slots)} slots busy` : "seen in the last 15 s", "");
    show("tasks", "plain", whole(report.tasks.held + report.tasks.waiting),
      `${whole(report.tasks.held)} held, ${whole(report.tasks.waiting)} wait`);
  };

  // Alerts.
  let mayChange = false;
  let shownAlerts = "";
  const acknowledge = async (alert, button) => {
    button.disabled = true;
    const answer = await fetch("/api/v1/alerts/acknowledge", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ rule: alert.rule, subject: alert.subject }),
    }).catch(() => null);
    if (!answer?.ok) {
      button.disabled = false;
      write(button, "not done: try again");
    }
  };
  const renderAlerts = (alerts, at) => {
    const list = find("alerts");
    const firing = alerts.filter((alert) => alert.state === "firing");
    write(find("alerts-count"), firing.length ? `${firing.length} firing` : "none firing");
    document.title = firing.length ? `(${firing.length}) kilowat: the swarm` : "kilowat: the swarm";
    find("alerts-hint").hidden = mayChange || !firing.some((alert) => alert.acknowledged === null);
    const key = JSON.stringify([mayChange, alerts.map((alert) => [alert.rule, alert.subject, alert.state, alert.since, alert.acknowledged])]);
    if (key !== shownAlerts) {
      shownAlerts = key;
      const focused = document.activeElement?.dataset?.key;
      list.replaceChildren(...alerts.map((alert) => {
        const isKnown = alert.acknowledged !== null;
        const badge = make("span", `badge ${{ firing: isKnown ? "warn" : "bad", pending: "warn", resolved: "good" }[alert.state]}`, alert.state);
        const item = make("li", `${alert.state}${isKnown ? " known" : ""}`, badge, make("span", "what"), make("span", "when"));
        if (alert.state === "firing" && !isKnown) {
          const button = make("button", "", "Acknowledge");
          button.type = "button";
          button.disabled = !mayChange;
          button.dataset.key = `${alert.rule} ${alert.subject}`;
          button.setAttribute("aria-label", `Acknowledge: ${alert.text}`);
          button.addEventListener("click", () => acknowledge(alert, button));
          item.append(button);
        } else if (isKnown) item.append(make("span", "badge", "acknowledged"));
        return item;
      }));
      if (!alerts.length) list.append(make("li", "resolved", make("span", "what", "Nothing is wrong.")));
      if (focused) [...list.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
    }
    alerts.forEach((alert, index) => {
      write(list.children[index].querySelector(".what"), alert.text);
      write(list.children[index].querySelector(".when"), `for ${ago(at - alert.since)}`);
    });
  };

  // Kernels: what is switched off is switched off in all processes, so that it takes two clicks.
  let shownSwitches = "";
  let asked = null;
  const processesOf = (count) => `${whole(count)} process${count === 1 ? "" : "es"}`;
  const roll = async (system, wasm) => {
    asked = null;
    write(find("switched"), `${system}: switching kernels ${wasm ? "on" : "off"}`);
    const answer = await fetch("/api/v1/rollback", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ system, wasm }),
    }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    const words = answer?.ok
      ? said.done
        ? `kernels are ${wasm ? "on" : "off"} in ${processesOf(said.processes.length)}, after ${digits(said.seconds)} s`
        : said.pending.length
          ? `${processesOf(said.pending.length)} did not say in time that kernels are ${wasm ? "on" : "off"}: ${said.pending.join(", ")}`
          : "kernels still answer where native code should"
      : `not done: ${said?.error ?? "no answer"}`;
    write(find("switched"), `${system}: ${words}`);
  };
  const renderKernels = ({ systems, processes, count, problem }, at) => {
    find("kernels-hint").hidden = mayChange;
    find("kernels-problem").hidden = !problem;
    write(find("kernels-problem"), problem ?? "");
    const key = JSON.stringify([mayChange, asked, systems]);
    if (key !== shownSwitches) {
      shownSwitches = key;
      const focused = document.activeElement?.dataset?.key;
      find("switches").replaceChildren(...systems.map(({ system, wasm }) => {
        const item = make("li", "", make("span", "", system), make("span", `badge ${wasm ? "good" : "warn"}`, wasm ? "on" : "off"));
        const offer = (words, title, act) => {
          const button = make("button", "", words);
          button.type = "button";
          button.disabled = !mayChange;
          button.dataset.key = `${system} ${words}`;
          button.setAttribute("aria-label", title);
          button.addEventListener("click", () => {
            act();
            renderKernels({ systems, processes, count, problem }, at);
          });
          item.append(button);
        };
        const next = wasm ? "off" : "on";
        if (asked === system) {
          item.append(make("span", "sure", `${next} in all processes?`));
          offer("Yes", `Yes: switch the kernels of ${system} ${next}`, () => roll(system, !wasm));
          offer("No", `No: leave the kernels of ${system} as they are`, () => { asked = null; });
        } else offer(`Switch ${next}`, `Switch the kernels of ${system} ${next}`, () => { asked = system; });
        return item;
      }));
      const buttons = [...find("switches").querySelectorAll("button")];
      if (focused) (buttons.find((button) => button.dataset.key === focused)
        ?? buttons.find((button) => button.dataset.key.startsWith(`${focused.split(" ")[0]} `)))?.focus();
    }
    fill(find("processes"), processes.map((one) => [
      one.problem ? `${one.name}: ${one.problem}` : one.name, String(one.pid), `${ago(at - one.since)} ago`, one.memory.answers ?? "nobody", one.messages.answers ?? "nobody", one.hooks.answers ?? "nobody",
    ]), "No process has the swarm open.");
    const more = count - processes.length;
    write(find("processes").caption, `Processes that have the swarm open, and which tier has answered there last${more > 0 ? `; ${whole(more)} more are not shown` : ""}`);
  };

  // Charts.
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = new Map();
  class Chart {
    constructor(id, labels, unit) {
      Object.assign(this, { place: find(id), labels, unit, plot: null, data: [[], ...labels.map(() => [])] });
      new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.place);
      charts.set(id, this);
    }
    size() {
      return { width: Math.max(220, this.place.clientWidth), height: 190 };
    }
    draw() {
      if (this.plot) {
        this.plot.setData(this.data);
      } else {
        const axis = { stroke: colour("--faint"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { stroke: colour("--rule"), width: 1 }, font: "11px system-ui, sans-serif" };
        const line = (label, index) => ({
          label, stroke: colour(`--line-${index % 6 + 1}`), width: 1.6, spanGaps: false, points: { show: (plot) => plot.data[0].length < 3 },
          // Without a cursor the legend says what is now.
          value: (plot, value, series, place) => {
            const shown = place === null ? plot.data[series].at(-1) : value;
            return isNumber(shown) ? `${digits(shown)}${this.unit}` : "–";
          },
        });
        this.plot = new uPlot({
          ...this.size(),
          series: [{ label: "at", value: (_, at) => (isNumber(at) ? clock(at, true) : "now") }, ...this.labels.map(line)],
          axes: [{ ...axis, space: 76, values: (_, ats) => ats.map((at) => clock(at, (ats.at(-1) - ats[0]) < 300)) }, { ...axis, size: 56, values: (_, values) => values.map((value) => digits(value)) }],
          scales: { y: { range: (_, least, most) => [0, isNumber(most) && most > 0 ? most * 1.08 : 1] } },
          cursor: { points: { size: 6 } },
        }, this.data, this.place);
      }
      const last = this.labels.map((label, index) => `${label} ${digits(this.data[index + 1].at(-1) ?? NaN)}${this.unit}`);
      this.place.setAttribute("aria-label", this.data[0].length ? `Now: ${last.join(", ")}` : "Nothing to draw yet");
      this.place.dataset.points = String(this.data[0].length);
    }
    again(labels = this.labels) {
      this.plot?.destroy();
      Object.assign(this, { plot: null, labels });
    }
  }
  const line = (...names) => (point) => names.map((name) => point.rates[name] ?? 0);
  const series = [
    [new Chart("chart-messages", ["sent", "settled"], "/s"), line("messages.sent", "messages.settled")],
    [new Chart("chart-backlog", ["ready", "taken", "dead"], ""), (point) => [point.ready, point.taken, point.dead]],
    [new Chart("chart-memory", ["reads", "writes"], "/s"), line("memory.read", "memory.write")],
    [new Chart("chart-hooks", [], " ms"), null],
  ];
  let points = [];
  const drawAll = () => {
    if (document.hidden) return;
    const hooks = [...new Set(points.slice(-60).flatMap((point) => Object.keys(point.p95)))].sort().slice(0, 6);
    const last = series[3][0];
    if (hooks.join() !== last.labels.join()) last.again(hooks);
    series[3][1] = (point) => hooks.map((hook) => (hook in point.p95 ? point.p95[hook] / 1e6 : null));
    for (const [chart, values] of series) {
      const rows = points.map(values);
      chart.data = [points.map((point) => point.at / 1000), ...chart.labels.map((_, index) => rows.map((row) => row[index]))];
      chart.draw();
    }
  };
  const history = new Chart("chart-history", ["p50", "p95", "p99"], " ms");
  const drawHistory = async () => {
    const hook = find("history-hook").value;
    if (!hook || document.hidden) return;
    const minutes = find("history-minutes").value;
    const answer = await fetch(`/api/v1/history?hook=${encodeURIComponent(hook)}&minutes=${minutes}`).catch(() => null);
    if (!answer?.ok) return;
    const found = (await answer.json()).minutes;
    const millis = (value) => (value === null ? null : value / 1e6);
    history.data = [found.map((one) => one.at / 1000), ...["p50", "p95", "p99"].map((name) => found.map((one) => millis(one[name])))];
    history.draw();
  };
  const offerHooks = (hooks) => {
    const select = find("history-hook");
    const names = hooks.map((hook) => hook.name);
    if (names.join() === [...select.options].map((option) => option.value).join()) return;
    const chosen = select.value;
    select.replaceChildren(...names.map((name) => make("option", "", name)));
    if (names.includes(chosen)) select.value = chosen;
    drawHistory();
  };
  find("history-hook").addEventListener("change", drawHistory);
  find("history-minutes").addEventListener("change", drawHistory);
  setInterval(drawHistory, 15000);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const chart of charts.values()) {
      chart.again();
      chart.draw();
    }
  });
  document.addEventListener("visibilitychange", () => { drawAll(); drawHistory(); });

  // All else.
  const trend = ({ is, ratio }) => ({ "too-few": "too few", steady: "steady", faster: `${digits(ratio)}× faster`, slower: `${digits(ratio)}× slower` })[is];
  const render = (sample) => {
    const { report, process, at } = sample;
    const unknown = report?.redis?.problem;
    const problem = sample.error ? `The swarm cannot be read: ${sample.error}`
      : unknown ? `What the Redis has is not known: ${unknown}` : "";
    find("error").hidden = !problem;
    write(find("error"), problem);
    write(find("place"), process.folder);
    write(find("process"), `kilowat ${process.version}; this page for ${ago(at - process.started)}, ${bytes(process.resident)}, kernels ${bytes(process.instances)} of ${bytes(process.limit)}`);
    renderAlerts(sample.alerts, at);
    renderKernels(sample.rollback, at);
    if (!report) return;
    renderTiles(sample);
    offerHooks(report.hooks);
    const advice = report.recommendations.map((one) =>
      `${one.hook} is ${one.grade}: its step ${one.step} takes ${percent(one.share)} of the time, ${nanos(one.mean)} in the mean.`);
    const list = find("advice");
    if (advice.join() !== [...list.children].map((item) => item.textContent).join()) {
      list.replaceChildren(...advice.map((text) => make("li", "", text)));
    }
    fill(find("hooks"), report.hooks.map((hook) => [
      hook.name, whole(hook.n), whole(hook.errors), nanos(hook.p50), nanos(hook.p95), nanos(hook.p99), nanos(hook.max),
      hook.budget ? `${hook.grade}, ${nanos(hook.budget[0])}` : "–", trend(hook.trend),
    ]), "No hook has run in the last five minutes.");
    fill(find("channels"), report.channels.map((channel) => [
      channel.is_local ? `${channel.channel} (this machine)` : channel.channel, channel.kind, whole(channel.ready), whole(channel.taken), whole(channel.delayed), whole(channel.dead),
      channel.waited === null ? "–" : ago(channel.waited), whole(channel.workers), percent(channel.held / Math.max(1, channel.limit)),
    ]), "There is no channel yet.");
    fill(find("workers"), report.workers.map((worker) => [
      worker.name, worker.is_there ? worker.status : "gone", plain(worker.channels.join(", ")),
      `${whole(worker.running)} of ${whole(worker.slots)}`, bytes(worker.resident), `${ago(at - worker.seen)} ago`,
    ]), "No worker is there.");
  };

  // The stream. A browser comes back by itself after most failures, but not after an answer that is none.
  const state = (name, words) => {
    dress(find("link"), `link ${name}`);
    write(find("link"), words);
  };
  let heard = performance.now();
  let source;
  const ask = async (path) => {
    const answer = await fetch(path).catch(() => null);
    return answer?.ok ? answer.json().catch(() => null) : null;
  };
  const connect = () => {
    source = new EventSource("/api/v1/stream");
    source.addEventListener("open", async () => {
      mayChange = (await ask("/api/v1/session"))?.known === true;
      const known = await ask("/api/v1/history");
      if (!known) return;
      const from = known.at(-1)?.at ?? 0;
      points = [...known, ...points.filter((point) => point.at > from)].slice(-KEPT);
      drawAll();
    });
    source.addEventListener("message", ({ data }) => {
      const sample = JSON.parse(data);
      heard = performance.now();
      state("good", "live");
      if (sample.point.at > (points.at(-1)?.at ?? 0)) points = [...points, sample.point].slice(-KEPT);
      render(sample);
      drawAll();
    });
    source.addEventListener("error", () => {
      state("bad", "no connection");
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(connect, 2000);
    });
  };
  setInterval(() => {
    const silent = performance.now() - heard;
    if (silent > 4000) state("bad", `no news for ${ago(silent)}`);
  }, 1000);
  connect();
})();
