// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const COLOURS = ["--refused", "--granted", "--shut", "--hung", "--opened"];
const OPENED = data.outcomes.indexOf("opened");
const HUNG = data.outcomes.indexOf("hung");
const COLUMNS = ["possible", "run", "struck", "refused", "granted", "shut_down", "hung", "opened"];
const CELL = 8;
const ACROSS = 40;

let shown = "shipped";
let chosen = null;

const at = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function colour(name) {
  // A canvas knows no variables; light-dark() is resolved by an element.
  const probe = element("i", { style: `color: var(${name})` });
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function palette() {
  const found = COLOURS.map(colour);
  return { outcomes: found, none: colour("--none") };
}

// The outcome that a square shows: an opening before all else, then what came most.
function leading(counts) {
  if (!counts) return -1;
  if (counts[OPENED]) return OPENED;
  let best = 0;
  counts.forEach((count, place) => { if (count > counts[best]) best = place; });
  return best;
}

function bar(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const made = element("span", { class: "bar", title: title(counts) });
  counts.forEach((count, place) => {
    if (count) {
      const width = `${(100 * count) / total}%`;
      made.append(element("i", { style: `width:${width};background:var(${COLOURS[place]})` }));
    }
  });
  return made;
}

function title(counts) {
  return data.outcomes.map((name, place) => `${name} ${number(counts[place])}`).join(", ");
}

// -- Figures and tables ------------------------------------------------------

const sum = (row, column) => row.single[column] + row.pairs[column] + row.twins[column];

function figure(value, text, bad = false) {
  return element("div", { class: bad ? "figure bad" : "figure" },
    element("b", {}, value), element("span", {}, text));
}

function figures() {
  const { shipped, control, sound } = data.counts;
  const openings = sum(shipped, "opened");
  at("what").textContent = `${shipped.image} · SHA-384 ${shipped.measurement.slice(0, 16)}… · ` +
    `seed ${data.counts.seed} · ${data.counts.sampled ? "a sample" : "every fault"}`;
  at("figures").append(
    figure(number(openings), "faults that opened the gate", openings > 0),
    figure(number(shipped.single.struck), `single faults, of ${number(shipped.single.possible)} possible`),
    figure(number(shipped.pairs.struck), `pairs of skips, of ${number(shipped.pairs.possible)} possible`),
    figure(number(shipped.twins.struck), `twins, of ${number(shipped.twins.possible)} possible`),
    figure(number(sum(control, "opened")), sound
      ? `openings of the naive control, in ${number(sum(control, "struck"))} faults`
      : "openings of the naive control: too few, this run means nothing", !sound));
  for (const each of shipped.openings) {
    at("openings").append(element("p", { class: "opening" },
      element("b", {}, each.scenario), ` ${each.model}: `, element("code", {}, each.function),
      ` at ${each.place}, ${each.text}: ${each.reason}`));
  }
}

function counts(caption, rows) {
  const head = element("tr", {}, element("th", {}, caption));
  COLUMNS.forEach((name) => head.append(element("th", {}, name.replace("_", " "))));
  const table = element("table", {}, element("thead", {}, head));
  for (const [name, row] of rows) {
    const line = element("tr", {}, element("td", {}, name));
    COLUMNS.forEach((column) => line.append(element("td",
      { class: `${column} ${row[column] ? "" : "zero"}` }, number(row[column]))));
    table.append(line);
  }
  return table;
}

function tables() {
  const campaigns = Object.entries(data.counts.shipped.campaigns).map(([name, row]) => {
    const both = {};
    COLUMNS.forEach((column) => { both[column] = sum(row, column); });
    return [`${name}: ${row.title}`, both];
  });
  at("campaigns").append(counts("campaign", campaigns));
  const titles = new Map(data.models);
  const models = Object.entries(data.counts.shipped.models)
    .map(([name, row]) => [titles.get(name), row]);
  at("models").append(counts("model", models));
}

// -- Map ---------------------------------------------------------------------

function paint(canvas, rows, colours) {
  const scale = window.devicePixelRatio || 1;
  const width = Math.min(rows.length, ACROSS) * CELL;
  const height = Math.ceil(rows.length / ACROSS) * CELL;
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.style.width = `${width}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  rows.forEach((row, place) => {
    const left = (place % ACROSS) * CELL;
    const top = Math.floor(place / ACROSS) * CELL;
    const first = leading(row[3]);
    pen.fillStyle = first < 0 ? colours.none : colours.outcomes[first];
    pen.fillRect(left, top, CELL - 1, CELL - 1);
    if (row[3] && row[3][HUNG] && first !== OPENED) {
      pen.fillStyle = colours.outcomes[HUNG];
      pen.fillRect(left + CELL - 4, top, 3, 3);
    }
  });
}

// What decides comes first, then what it parses; primitives and helpers last.
const PARTS = ["firmware/rom/", "firmware/naive/", "firmware/token/", "firmware/link/", "firmware/"];

function byPart([a], [b]) {
  const part = (file) => {
    const found = PARTS.findIndex((each) => file.startsWith(each));
    return found < 0 ? PARTS.length : found;
  };
  return part(a) - part(b) || a.localeCompare(b);
}

function map() {
  const wanted = at("filter").value.toLowerCase();
  const colours = palette();
  const place = at("map");
  place.replaceChildren();
  const files = new Map();
  for (const each of data.images[shown]) {
    if (!`${each.name} ${each.file}`.toLowerCase().includes(wanted)) continue;
    if (!files.has(each.file)) files.set(each.file, []);
    files.get(each.file).push(each);
  }
  for (const [file, functions] of [...files].sort(byPart)) {
    place.append(element("p", { class: "file" }, file || "of no source file"));
    for (const each of functions) {
      const canvas = element("canvas", { "aria-hidden": "true" });
      const button = element("button", { class: "function", type: "button" },
        element("em", {}, each.name.replace("mooring_", "")), canvas);
      if (chosen && chosen.name === each.name) button.setAttribute("aria-current", "true");
      button.addEventListener("click", (event) => choose(each, button, canvas, event));
      place.append(button);
      paint(canvas, each.rows, colours);
    }
  }
}

function legend() {
  data.outcomes.forEach((name, place) => at("legend").append(element("span", {},
    element("i", { style: `background:var(${COLOURS[place]})` }), name)));
  at("legend").append(element("span", {},
    element("i", { style: "background:var(--none)" }), "not struck"));
}

function choose(each, button, canvas, event) {
  document.querySelectorAll(".function[aria-current]").forEach((old) =>
    old.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
  chosen = each;
  code(each);
  if (event.target === canvas) {
    const column = Math.floor(event.offsetX / CELL);
    const row = Math.floor(event.offsetY / CELL);
    const line = at(`i${row * ACROSS + column}`);
    if (line) line.scrollIntoView({ block: "center" });
  }
}

// -- One function ------------------------------------------------------------

function code(each) {
  const total = data.outcomes.map((_, place) =>
    each.rows.reduce((sum, row) => sum + (row[3] ? row[3][place] : 0), 0));
  const struck = each.rows.filter((row) => row[3]).length;
  const table = element("table");
  let source = null;
  each.rows.forEach(([address, text, where, outcomes, models], place) => {
    if (where && where !== source) {
      source = where;
      const [file, line] = where.split(":");
      const content = (data.sources[file] || {})[line];
      table.append(element("tr", { class: "source" }, element("td", { colspan: "4" },
        `${where}  `, element("b", {}, content ? content.trim() : ""))));
    }
    const by = data.models.filter((_, bit) => models >> bit & 1).map(([name]) => name).join(" ");
    const sum = outcomes ? outcomes.reduce((all, count) => all + count, 0) : 0;
    table.append(element("tr", { id: `i${place}`, class: outcomes && outcomes[OPENED] ? "hit" : "" },
      element("td", { class: "n" }, address.toString(16)),
      element("td", {}, text),
      element("td", { class: "n", title: by }, sum ? number(sum) : ""),
      element("td", {}, outcomes ? bar(outcomes) : "")));
  });
  at("code").replaceChildren(
    element("h2", {}, each.name),
    element("p", { class: "sum" }, `${struck} of ${each.rows.length} instructions struck. `,
      struck ? title(total) : "No fault here: the campaigns do not come this way."),
    table);
}

// -- Switches ----------------------------------------------------------------

at("filter").addEventListener("input", map);
at("image").addEventListener("click", () => {
  shown = shown === "shipped" ? "control" : "shipped";
  const control = shown === "control";
  at("image").setAttribute("aria-pressed", String(control));
  at("image").textContent = control ? "Show the shipped image" : "Show the naive control";
  first();
});
at("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark" ||
    (document.documentElement.style.colorScheme === "" &&
      window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.style.colorScheme = dark ? "light" : "dark";
  map();
});

// What opened is shown first, else the function that decides.
function first() {
  const all = data.images[shown];
  chosen = all.find((each) => each.rows.some((row) => row[3] && row[3][OPENED])) ||
    all.find((each) => each.name.endsWith("decide_licence")) || all[0];
  map();
  if (chosen) code(chosen);
  const current = document.querySelector(".function[aria-current]");
  if (current) at("map").scrollTop = current.offsetTop - at("map").offsetTop - 40;
}

figures();
tables();
legend();
first();
