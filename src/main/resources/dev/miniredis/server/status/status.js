// Asks once a second for status.json and draws what has changed. Counters become rates here, buckets percentiles, so that
// the server has nothing to do for a page that nobody looks at.
"use strict";

const KEPT_SECONDS = 300;
const SHOWN_SECONDS = 60; // at least; more when there is more
const POLL_MILLIS = 1000;
const PATIENCE_MILLIS = 5000;
const PERCENTILE_SECONDS = 10; // of how long a time a percentile is told
const WIDTH = 300;
const HEIGHT = 88;

const samples = []; // the oldest first: {at, status, figures}
const element = id => document.getElementById(id);

// ---- What a figure looks like.

const whole = value => Math.round(value).toLocaleString("en");

function scaled(value, step, units) {
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= step && unit < units.length - 1) {
    size /= step;
    unit++;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return size.toFixed(digits) + units[unit];
}

const bytes = value => scaled(value, 1024, ["\u00a0B", "\u00a0KiB", "\u00a0MiB", "\u00a0GiB", "\u00a0TiB"]);
const count = value => value < 10000 ? whole(value) : scaled(value, 1000, ["", "\u00a0k", "\u00a0M", "\u00a0G"]);

function millis(seconds) {
  const value = seconds * 1000;
  return (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2)) + "\u00a0ms";
}

function duration(seconds) {
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = Math.max(0, parts.findIndex(([size]) => seconds >= size));
  const from = seconds < 1 ? 3 : first;
  let left = Math.floor(seconds);
  return parts.slice(from, from + 2).map(([size, unit]) => {
    const part = Math.floor(left / size);
    left -= part * size;
    return part + "\u00a0" + unit;
  }).filter((text, i) => i === 0 || !text.startsWith("0")).join(" ");
}

const took = seconds => seconds < 1 ? millis(seconds) : duration(seconds);

// ---- What is read from samples.

const value = read => (now) => read(now.figures);

const rate = read => (now, before) => {
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  const grown = before ? read(now.figures) - read(before.figures) : -1;
  return seconds > 0 && grown >= 0 ? grown / seconds : null; // it shrinks when the server was started anew
};

/** Of the syncs of the last seconds; the upper bound of the bucket that it falls into. Those beyond all are told in words. */
const percentile = percent => now => {
  const old = samples.find(sample => sample.status.log && sample.at >= now.at - PERCENTILE_SECONDS * 1000);
  const after = now.status.log.syncs;
  const before = old === now ? null : old.status.log.syncs;
  if (!before) {
    return null;
  }
  const counts = after.counts.map((seen, i) => seen - (before.counts[i] || 0));
  const total = counts[counts.length - 1];
  return total > 0 ? after.seconds[counts.findIndex(seen => seen >= total * percent / 100)] : null;
};

const CHARTS = [
  {title: "Operations a second", show: count, series: [["commands", rate(f => f.commands_processed_total)]]},
  {title: "Sync to disk", show: millis, series: [["median", percentile(50)], ["99th percentile", percentile(99)]]},
  {title: "Memory", show: bytes, step: 1024, series: [["keys and values", value(f => f.memory_used_bytes)]]},
  {title: "Keys", show: count, series: [["all databases", value(f => f.keys)]]},
  {title: "Clients", show: whole,
    series: [["connected", value(f => f.connected_clients)], ["waiting for the disk", value(f => f.gate_waiting_clients)]]},
  {title: "Network", show: v => bytes(v) + "/s", step: 1024,
    series: [["in", rate(f => f.network_input_bytes_total)], ["out", rate(f => f.network_output_bytes_total)]]},
];

// ---- Charts.

function make(tag, className, parent, text) {
  const made = tag === "svg" || parent instanceof SVGElement
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  made.setAttribute("class", className);
  if (text) {
    made.textContent = text;
  }
  parent.append(made);
  return made;
}

function build(chart, index) {
  const card = make("section", "card", element("charts"));
  card.id = "chart-" + index;
  const title = make("h2", "", card, chart.title);
  title.id = "chart-title-" + index;
  card.setAttribute("aria-labelledby", title.id);
  const values = make("div", "values", card);
  chart.values = chart.series.map(([name], i) => {
    const box = make("div", "value" + (i ? " second" : ""), values);
    const text = document.createTextNode("–");
    box.append(text);
    make("small", "", box, name);
    return text;
  });
  const plot = make("div", "plot", card);
  chart.svg = make("svg", "", plot);
  chart.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  chart.svg.setAttribute("preserveAspectRatio", "none");
  chart.svg.setAttribute("role", "img");
  for (const y of [0, 0.5, 1]) {
    const line = make("line", "grid", chart.svg);
    Object.entries({x1: 0, x2: WIDTH, y1: y * HEIGHT, y2: y * HEIGHT}).forEach(([k, v]) => line.setAttribute(k, v));
  }
  chart.area = make("path", "area", chart.svg);
  chart.lines = chart.series.map((_, i) => make("path", "line" + (i ? " second" : ""), chart.svg));
  chart.top = make("span", "top", plot);
  const times = make("div", "times", card);
  chart.since = make("span", "", times);
  make("span", "", times, "now");
  chart.points = chart.series.map(() => []);
}

/** The next round figure, so that the scale stays for a while; of bytes, one that is round in KiB or MiB. */
function roundUp(largest, step) {
  const unit = step ** Math.floor(Math.log(largest) / Math.log(step));
  const power = unit * 10 ** Math.floor(Math.log10(largest / unit));
  return [1, 2, 3, 5, 10].map(times => times * power).find(round => round >= largest);
}

/** How long a time fills the width. */
function shownSeconds(points, now) {
  const all = points.length ? (now - points[0].at) / 1000 : 0;
  return Math.min(KEPT_SECONDS, Math.max(SHOWN_SECONDS, all));
}

function path(points, x, top) {
  let drawn = "";
  let open = false;
  for (const point of points) {
    if (point.value === null) {
      open = false;
      continue;
    }
    drawn += `${open ? "L" : "M"}${x(point.at).toFixed(1)} ${(HEIGHT - point.value / top * HEIGHT).toFixed(1)}`;
    open = true;
  }
  return drawn;
}

function draw(chart, now) {
  const all = chart.points.flat().filter(point => point.value !== null);
  const largest = Math.max(0, ...all.map(point => point.value));
  const top = largest > 0 ? roundUp(largest * 1.05, chart.step || 1000) : 1;
  const seconds = shownSeconds(chart.points[0], now);
  const x = at => WIDTH - (now - at) / 1000 * WIDTH / seconds;
  chart.since.textContent = duration(Math.round(seconds / 10) * 10) + " ago";
  chart.top.textContent = largest > 0 ? chart.show(top) : "";
  chart.points.forEach((points, i) => chart.lines[i].setAttribute("d", path(points, x, top)));
  const first = chart.points[0].filter(point => point.value !== null);
  chart.area.setAttribute("d", first.length < 2 ? ""
    : `${path(first, x, top)}L${x(first[first.length - 1].at)} ${HEIGHT}L${x(first[0].at)} ${HEIGHT}Z`);
  const latest = chart.points.map(points => points[points.length - 1]);
  const texts = latest.map(point => point && point.value !== null ? chart.show(point.value) : "–");
  texts.forEach((text, i) => { chart.values[i].nodeValue = text; });
  chart.svg.setAttribute("aria-label",
    chart.series.map(([name], i) => `${chart.title}, ${name}: ${texts[i]} now`).join("; "));
}

function extend(chart, now, before) {
  chart.series.forEach(([, read], i) => {
    const points = chart.points[i];
    points.push({at: now.at, value: now.figures ? read(now, before) : null});
    while (points[0].at < now.at - KEPT_SECONDS * 1000) {
      points.shift();
    }
  });
  draw(chart, now.at);
}

// ---- Words.

function facts(id, rows) {
  const list = element(id);
  rows.forEach(([name, text, className], i) => {
    const term = list.children[2 * i] || list.appendChild(document.createElement("dt"));
    const figure = list.children[2 * i + 1] || list.appendChild(document.createElement("dd"));
    term.textContent = name;
    figure.textContent = text;
    figure.className = className || "";
  });
  while (list.children.length > 2 * rows.length) {
    list.lastChild.remove();
  }
}

function logFacts(log, f) {
  const rows = [["Promise", log.description]];
  if (log.kept) {
    rows.push(
      ["Can be written", log.problem ? "no" : "yes", log.problem ? "bad" : ""],
      ["Last entry", whole(f.log_last_lsn)],
      ["On disk up to", whole(f.log_synced_lsn)],
      ["Size", bytes(f.log_size_bytes) + (f.log_base_bytes ? `, of which base ${bytes(f.log_base_bytes)}` : "")],
      ["Syncs over a second", whole(f.log_delayed_syncs_total), f.log_delayed_syncs_total ? "busy" : ""],
      ["Compaction", f.compaction_running ? "running" : f.compaction_last_failed ? "failed" : f.compactions_total
        ? `${f.compactions_total}, the last took ${took(f.compaction_last_duration_seconds)}` : "none yet",
      f.compaction_last_failed ? "bad" : ""]);
  }
  if (f.disk_size_bytes) {
    rows.push(["Disk", `${bytes(f.disk_free_bytes)} of ${bytes(f.disk_size_bytes)} free`,
      f.disk_free_bytes < f.disk_size_bytes / 10 ? "busy" : ""]);
  }
  return rows;
}

function dataFacts(f) {
  const looked = f.keyspace_hits_total + f.keyspace_misses_total;
  return [
    ["Keys that expire", whole(f.keys_expiring)],
    ["Keys found", looked ? `${(100 * f.keyspace_hits_total / looked).toFixed(1)} % of ${count(looked)}` : "–"],
    ["Expired", whole(f.expired_keys_total)],
    ["Evicted", whole(f.evicted_keys_total), f.evicted_keys_total ? "busy" : ""],
    ["Memory limit", `${bytes(f.memory_limit_bytes)}, ${(100 * f.memory_used_bytes / f.memory_limit_bytes).toFixed(1)} % used`,
      f.memory_used_bytes > 0.9 * f.memory_limit_bytes ? "busy" : ""],
    ["Most memory so far", bytes(f.memory_peak_bytes)],
    ["Blocked clients", whole(f.blocked_clients)],
    ["Clients at most", whole(f.max_clients)],
  ];
}

const STATES = {
  starting: ["Starting", "busy"], replaying: ["Loading", "busy"], ready: ["Ready", "good"], failed: ["Failed", "bad"],
  stopping: ["Stopping", "busy"],
};

function showState(status, f) {
  const problem = status.log && status.log.problem;
  const loading = f && f.replay_running;
  const percent = loading && f.replay_size_bytes ? 100 * f.replay_loaded_bytes / f.replay_size_bytes : 0;
  const [text, className] = status.state === "ready" && problem ? ["Writes refused", "bad"] : STATES[status.state];
  const shown = loading ? `${text} ${percent.toFixed(0)} %` : text;
  if (element("state").textContent !== shown) {
    element("state").textContent = shown;
  }
  element("state").className = "state " + className;
  element("version").textContent = status.version;
  element("uptime").textContent = "up " + duration(f ? f.uptime_seconds : 0);
  element("alarm").hidden = !problem;
  if (problem) {
    element("alarm").textContent = `The log cannot be written, so writes are refused: ${problem}.`;
  }
  element("replay").hidden = !loading;
  if (loading) {
    element("replay-bar").value = percent;
    element("replay-text").textContent = `${bytes(f.replay_loaded_bytes)} of ${bytes(f.replay_size_bytes)}, about `
      + `${duration(f.replay_eta_seconds)} to go. Clients are answered LOADING until then.`;
  }
  document.title = (shown === "Ready" ? "" : shown + " · ") + "Mini Redis";
}

/** Metrics without the prefix of their names. */
function withoutPrefix(figures) {
  return figures && Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name.replace("mini_redis_", ""), figure]));
}

function show(status) {
  const now = {at: Date.now(), status, figures: withoutPrefix(status.figures)};
  const before = samples.findLast(sample => sample.figures);
  samples.push(now);
  while (samples[0].at < now.at - 2 * PERCENTILE_SECONDS * 1000) {
    samples.shift();
  }
  document.body.classList.remove("stale");
  showState(status, now.figures);
  CHARTS.forEach(chart => extend(chart, now, before));
  if (now.figures) {
    facts("log", logFacts(status.log, now.figures));
    facts("data", dataFacts(now.figures));
  }
}

function lost() {
  document.body.classList.add("stale");
  element("state").textContent = "No answer";
  element("state").className = "state bad";
  document.title = "No answer · Mini Redis";
}

async function poll() {
  const began = Date.now();
  try {
    const answer = await fetch("status.json", {cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MILLIS)});
    if (!answer.ok) {
      throw new Error(answer.statusText);
    }
    show(await answer.json());
  } catch (failure) {
    lost();
  }
  setTimeout(poll, Math.max(0, POLL_MILLIS - (Date.now() - began)));
}

CHARTS.forEach(build);
poll();
