// How rows are drawn.  NULL is never 0: what is not known yet is not drawn.
import * as Plot from "@observablehq/plot";

// An element: attributes, on… for events, children
export function h(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {}))
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const count = (n) => n.toLocaleString("en-US");
export const percent = (x, digits = 1) => (x === null ? "–" : `${(100 * x).toFixed(digits)} %`);
const money = (x) => (Math.abs(x) >= 1e6 ? `${(x / 1e6).toFixed(2)} M` : Math.abs(x) >= 1e5 ? `${(x / 1e3).toFixed(0)} k` : count(Math.round(x)));
const short = (x) => (Math.abs(x) >= 1e6 ? `${+(x / 1e6).toFixed(1)} M` : Math.abs(x) >= 1e3 ? `${+(x / 1e3).toFixed(1)} k` : count(x));
const date = (text) => new Date(`${text}T00:00:00Z`);
const span = (seconds) => seconds === null ? "–" : seconds < 5400 ? `${(seconds / 60).toFixed(0)} min` : seconds < 129600 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86400).toFixed(1)} days`;
const dayMonth = (time) => time.toLocaleDateString("en-GB", {day: "numeric", month: "short", timeZone: "UTC"});
const month = (time) => time.toLocaleDateString("en-GB", {month: "short", year: "2-digit", timeZone: "UTC"});

const axis = {grid: true, label: null, tickSize: 0}, percentAxis = {...axis, tickFormat: (y) => `${+(100 * y).toFixed(1)} %`};
const colors = {main: "var(--c1)", second: "var(--c2)", third: "var(--c3)", good: "var(--good)", bad: "var(--bad)", quiet: "var(--quiet)"};

function chart(options, width, label) {
  const node = Plot.plot({width, height: 280, marginTop: 12, marginRight: 12, marginBottom: 32, marginLeft: 52,
    style: {fontSize: "12px", fontFamily: "inherit", background: "none", overflow: "visible"}, ...options});
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", label);
  return node;
}

// Some of the ticks, so that labels do not meet.
const some = (values, width, room) => values.filter((_, i) => (values.length - 1 - i) % Math.max(1, Math.ceil(values.length * room / width)) === 0);
const apart = (rows, step) => rows.filter((_, i) => i % Math.ceil(18 / step) === 0);
const timeBand = (values, width, format, room = 56) => ({type: "band", label: null, tickSize: 0, domain: values, ticks: some(values, width - 64, room), tickFormat: format, paddingInner: 0.2});

function figures(...items) {
  return h("div", {class: "figures"}, items.map(({label, value, note, tone}) =>
    h("div", {class: "figure"}, h("span", {class: "label"}, label), h("span", {class: "value"}, value), note ? h("span", {class: `delta ${tone ?? ""}`}, note) : null)));
}
function legend(items) {
  return h("div", {class: "legend"}, items.map(([name, color]) => h("span", {}, h("i", {style: `background:${color}`}), name)));
}
const stack = (...nodes) => h("div", {}, nodes);
const toned = (x) => (x > 0 ? "up" : x < 0 ? "down" : "");
const signed = (x, text) => `${x > 0 ? "+" : x < 0 ? "−" : "±"}${text}`;

export function changes([now, before], width, {within}) {
  const change = (a, b) => (b > 0 ? 100 * (a / b - 1) : null);
  return figures(...[
    ["Entered", count(now.entered), change(now.entered, before.entered), "%"],
    ["Active", count(now.active), change(now.active, before.active), "%"],
    [`Activated in ${within}`, percent(now.rate), now.rate === null || before.rate === null ? null : 100 * (now.rate - before.rate), "points"]
  ].map(([label, value, x, unit]) => ({label, value, tone: toned(x), note: x === null ? "nothing to compare with" : `${signed(x, Math.abs(x).toFixed(1))} ${unit}`})));
}
function mrrFigure(now, before, note) {
  const change = before > 0 ? 100 * (now / before - 1) : null;
  return {label: "MRR", value: money(now), tone: toned(change), note: change === null ? null : `${signed(change, Math.abs(change).toFixed(1))} % ${note}`};
}
export function today([{now, before, n}]) {
  return figures(mrrFigure(now, before, "in 30 days"), {label: "Accounts", value: count(n)});
}
export function mrr([row]) {
  return figures(mrrFigure(row.closing, row.opening, "this month so far"), {label: "Paying accounts", value: count(row.accounts_closing)},
    {label: "Per account", value: row.arpa === null ? "–" : row.arpa.toFixed(2)}, {label: "A year at this rate", value: money(12 * row.closing)});
}
export function rate([row], width, {within, goal}) {
  return figures({label: `${goal} in ${within}`, value: percent(row.rate), note: row.rate === null ? "not known yet" : `95 %: ${percent(row.rate_low)} to ${percent(row.rate_high)}`},
    {label: "Median time to value", value: span(row.p50_seconds)}, {label: "90 % of them by", value: span(row.p90_seconds)},
    {label: "Activated", value: count(row.converted), note: `of ${count(row.mature)} mature`});
}

// Bars around zero: columns that add, and columns that take away.
function around(rows, time, format, ups, downs, unfinished, width, label) {
  const times = rows.map((row) => date(row[time]));
  const parts = rows.flatMap((row) => [...ups.map(([column, name, color]) => ({name, color, y: row[column]})), ...downs.map(([column, name, color]) => ({name, color, y: row[column] === null ? null : -row[column]}))]
    .map((part) => ({...part, x: date(row[time]), open: unfinished(row)})).filter((part) => part.y));
  const open = rows.filter(unfinished).map((row) => date(row[time]));
  return stack(legend([...ups, ...downs].map(([, name, color]) => [name, color])),
    chart({x: timeBand(times, width, format), y: {...axis, tickFormat: short, ticks: 6, nice: true}, marks: [
      Plot.barY(parts.filter((part) => !part.open), {x: "x", y: "y", fill: "color", order: null, title: (d) => `${format(d.x)} ${d.name}: ${count(d.y)}`}),
      Plot.barY(parts.filter((part) => part.open), {x: "x", y: "y", fill: "color", fillOpacity: 0.18, stroke: "color", strokeDasharray: "3 2", order: null, title: (d) => `${format(d.x)} ${d.name}: ${count(d.y)}, unfinished`}),
      Plot.text(open.filter((x) => !parts.some((part) => +part.x === +x)), {x: (d) => d, y: 0, text: () => "not yet", rotate: -90, dx: 0, textAnchor: "start", dy: -6, fill: colors.quiet}),
      Plot.ruleY([0])
    ]}, width, label));
}
export function lifecycle(rows, width) {
  return around(rows, "week", dayMonth, [["retained", "retained", colors.quiet], ["new", "new", colors.main], ["resurrected", "resurrected", colors.third]],
    [["churned", "churned", colors.bad]], (row) => !row.mature, width, "active by week");
}
export function movements(rows, width) {
  return around(rows, "month", month, [["new", "new", colors.main], ["reactivation", "reactivation", colors.third], ["expansion", "expansion", colors.good]],
    [["contraction", "contraction", colors.second], ["churn", "churn", colors.bad]], (row) => row.provisional, width, "MRR movements");
}
export function days(rows, width) {
  const times = rows.map((row) => date(row.day)), tip = (row) => `${row.day}: ${count(row.entered)}${row.finished ? "" : ", unfinished"}`;
  return chart({x: timeBand(times, width, dayMonth), y: {...axis, tickFormat: short, zero: true}, marks: [
    Plot.barY(rows.filter((row) => row.finished), {x: (row) => date(row.day), y: "entered", fill: colors.main, title: tip}),
    Plot.barY(rows.filter((row) => !row.finished), {x: (row) => date(row.day), y: "entered", fill: colors.main, fillOpacity: 0.18, stroke: colors.main, strokeDasharray: "3 2", title: tip}),
    Plot.ruleY([0])
  ]}, width, "entrants by day");
}
export function people(rows) {
  return h("div", {class: "scroll"}, h("table", {}, h("thead", {}, h("tr", {}, ["Account", "Since", "What"].map((name) => h("th", {}, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, h("td", {}, h("b", {}, row.account)), h("td", {}, row.since.slice(0, 10)),
      h("td", {class: "wraps"}, h("span", {class: `tag ${row.why.startsWith("a ") ? "up" : "down"}`}, row.why), " ", h("span", {class: "quiet"}, row.detail)))))));
}
export function funnel(rows, width) {
  const most = Math.max(...rows.map((row) => row.entities), 1);
  return h("ol", {class: "funnel"}, rows.map((row, i) => h("li", {},
    h("span", {class: "step"}, row.event ?? "any event"),
    h("span", {class: "bar"}, h("i", {style: `width:${(100 * row.entities) / most}%`})),
    h("span", {class: "number"}, h("b", {}, count(row.entities)), row.rate_from_first === null ? "" : ` ${percent(row.rate_from_first)}`),
    h("span", {class: "took"}, i && row.p50_seconds_previous !== null ? `${percent(row.rate_from_previous)} of the step before, half of them in ${span(row.p50_seconds_previous)}` : ""))));
}
export function curve(rows, width) {
  const known = rows.filter((row) => row.rate !== null);
  return chart({x: {label: "days", labelAnchor: "right", labelArrow: "none"}, y: {...percentAxis, zero: true}, marks: [
    Plot.areaY(known, {x: "days", y1: "rate_low", y2: "rate_high", curve: "step-after", fill: colors.main, fillOpacity: 0.18}),
    Plot.lineY(known, {x: "days", y: "rate", curve: "step-after", stroke: colors.main, strokeWidth: 2.5}),
    Plot.ruleY([0])
  ]}, width, "share activated by day");
}
export function curves(rows, width) {
  const names = [...new Set(rows.map((row) => row.variant))], palette = [colors.quiet, colors.main, colors.second, colors.third, colors.good, colors.bad];
  const known = rows.filter((row) => row.rate !== null), tint = (row) => palette[names.indexOf(row.variant) % palette.length];
  return stack(legend(names.map((variant) => [variant, tint({variant})])), chart({x: {label: "days", labelAnchor: "right", labelArrow: "none"}, y: {...percentAxis, zero: true}, marks: [
    Plot.areaY(known, {x: "days", y1: "rate_low", y2: "rate_high", z: "variant", curve: "step-after", fill: tint, fillOpacity: 0.18}),
    Plot.lineY(known, {x: "days", y: "rate", z: "variant", curve: "step-after", stroke: tint, strokeWidth: 2.5}),
    Plot.ruleY([0])
  ], color: {type: "identity"}}, width, "share that met the goal by day, by variant"));
}
// A line whose unfinished part is dashed, with hollow points; no number, no point.
export function weeks(rows, width) {
  const x = (row) => date(row.week), known = rows.filter((row) => row.rate !== null), done = known.filter((row) => row.finished);
  const open = known.filter((row) => !row.finished), tail = open.length ? [...done.slice(-1), ...open] : [];
  const tip = (row) => `week of ${row.week}: ${percent(row.rate)} of ${count(row.mature)} mature, ${count(row.entered)} entered${row.finished ? "" : ", unfinished"}`;
  const empty = rows.filter((row) => row.rate === null), top = Math.max(...known.map((row) => row.rate_high), 0.01);
  return chart({x: {type: "utc", label: null, domain: [x(rows[0]), x(rows.at(-1))], ticks: some(rows.map(x), width - 64, 60), tickFormat: dayMonth, tickSize: 0, inset: 10}, y: {...percentAxis, domain: [0, top * 1.05]}, marks: [
    Plot.areaY(done, {x, y1: "rate_low", y2: "rate_high", fill: colors.main, fillOpacity: 0.15}),
    Plot.lineY(done, {x, y: "rate", stroke: colors.main, strokeWidth: 2.5}),
    Plot.lineY(tail, {x, y: "rate", stroke: colors.main, strokeWidth: 2, strokeDasharray: "4 4"}),
    Plot.ruleX(open, {x, y1: "rate_low", y2: "rate_high", stroke: colors.main, strokeOpacity: 0.4}),
    Plot.dot(done, {x, y: "rate", r: 4, fill: colors.main, title: tip}),
    Plot.dot(open, {x, y: "rate", r: 5, fill: "var(--card)", stroke: colors.main, strokeWidth: 2, title: tip}),
    Plot.text(apart(empty, width / rows.length), {x, y: 0, text: () => "not known yet", rotate: -90, textAnchor: "start", dy: -8, fill: colors.quiet}),
    Plot.ruleY([0])
  ]}, width, "activation by week of entry");
}
export const triangle = (column) => (rows) => {
  const periods = [...new Set(rows.map((row) => row.period))].sort((a, b) => a - b);
  const cohorts = new Map();
  for (const row of rows) cohorts.set(row.cohort, (cohorts.get(row.cohort) ?? new Map()).set(row.period, row));
  // Money is held against the 100 % that it began with, a share against the largest.
  const most = Math.max(...rows.map((row) => row[column] ?? 0), 0.01);
  const shade = column === "nrr" ? (value) => [value < 1 ? "--c2" : "--c1", Math.min(Math.abs(value - 1) / 0.3, 1) / 2] : (value) => ["--c1", value / most];
  const size = (cells) => [...cells.values()][0].entities ?? [...cells.values()][0].accounts;
  const line = ([cohort, cells]) => h("tr", {class: cohort === null ? "average" : ""}, h("th", {scope: "row"}, cohort ?? "all"), h("td", {class: "size"}, cohort === null ? "" : count(size(cells))),
    periods.map((period) => {
      const value = cells.get(period)?.[column] ?? null;
      if (value === null) return h("td", {class: "empty"});
      const [tint, share] = shade(value);
      return h("td", {class: `cell${share > 0.78 ? " strong" : share > 0.66 ? " strong-in-the-dark" : ""}`, style: `--tint:var(${tint});--share:${(share * 100).toFixed(1)}%`}, (100 * value).toFixed(value < 0.0995 ? 1 : 0));
    }));
  const lines = [...cohorts].sort(([a], [b]) => (a === null) - (b === null) || (a < b ? -1 : 1));
  return h("div", {class: "scroll"}, h("table", {class: "triangle"}, h("thead", {}, h("tr", {}, h("th", {}, "Cohort"), h("th", {}, "n"), periods.map((period) => h("th", {}, period)))), h("tbody", {}, lines.map(line))));
};
export function retained(rows, width) {
  const x = (row) => date(row.month), lines = [["nrr", "NRR", colors.main], ["grr", "GRR", colors.third]];
  const known = rows.filter((row) => row.nrr !== null);
  const last = known.at(-1), low = Math.min(...known.map((row) => row.grr), 0.9), high = Math.max(...known.map((row) => row.nrr), 1.05);
  return stack(legend(lines.map(([column, name, color]) => [last ? `${name} ${percent(last[column])} in ${month(x(last))}` : name, color])), chart({x: {type: "utc", label: null, domain: [x(rows[0]), x(rows.at(-1))], ticks: some(rows.map(x), width - 64, 56), tickFormat: month, tickSize: 0, inset: 12}, y: {...percentAxis, domain: [low - 0.02, high + 0.02]}, marks: [
    Plot.ruleY([1], {stroke: colors.quiet}),
    lines.map(([column, name, color]) => [Plot.lineY(known, {x, y: column, stroke: color, strokeWidth: 2.5}), Plot.dot(known, {x, y: column, fill: color, r: 4, title: (row) => `${row.month} ${name}: ${percent(row[column])}`})]),
    Plot.text(apart(rows.filter((row) => row.nrr === null && !row.mature), width / rows.length), {x, y: low - 0.02, text: () => "not known yet", rotate: -90, textAnchor: "start", dy: -8, fill: colors.quiet})
  ]}, width, "NRR and GRR"));
}
const p = (x) => (x === null ? "–" : x < 0.0001 ? "< 0.0001" : x.toFixed(4));
export function arms(rows, width) {
  const others = rows.filter((row) => row.difference !== null), points = (x) => `${x > 0 ? "+" : x < 0 ? "−" : ""}${Math.abs(100 * x).toFixed(1)}`;
  const table = h("div", {class: "scroll"}, h("table", {}, h("thead", {}, h("tr", {}, ["Variant", "Exposed", "Mature", "Rate", "95 % interval", "Points", "p", "p, at any look", "p, speed (log-rank)"].map((name) => h("th", {}, name)))),
    h("tbody", {}, rows.map((row, i) => h("tr", {}, h("td", {}, h("b", {}, row.variant), i ? "" : " (control)"), h("td", {}, count(row.exposed)), h("td", {}, count(row.mature)), h("td", {}, percent(row.rate)),
      h("td", {}, `${percent(row.rate_low)} to ${percent(row.rate_high)}`), h("td", {}, row.difference === null ? "" : points(row.difference)), h("td", {}, i ? p(row.p_value) : ""), h("td", {}, i ? p(row.always_p_value) : ""), h("td", {}, i ? p(row.logrank_p_value) : ""))))));
  const srm = rows[0].srm_p_value;
  const alarm = srm !== null && srm < 0.001 ? h("p", {class: "failure"}, `Units did not come to the variants as planned (p = ${p(srm)}): look at the assignment before at the result.`) : h("p", {class: "quiet"}, `Sample ratio as planned: p = ${p(srm)}; ${count(rows[0].in_several)} in several variants, left out.`);
  if (!others.length) return stack(table, alarm);
  return stack(table, alarm, chart({height: 60 + 46 * others.length, marginLeft: 90, marginRight: 24, x: {grid: true, label: "points, against the control", labelAnchor: "center", labelArrow: "none", tickFormat: (x) => points(x), nice: true, ticks: 5}, y: {type: "band", label: null, domain: others.map((row) => row.variant), tickSize: 0}, marginBottom: 40, marks: [
    Plot.ruleX([0], {stroke: "currentColor"}),
    Plot.ruleY(others, {y: "variant", x1: "always_low", x2: "always_high", stroke: colors.main, strokeOpacity: 0.3, strokeWidth: 4, title: () => "95 % at any look"}),
    Plot.ruleY(others, {y: "variant", x1: "difference_low", x2: "difference_high", stroke: colors.main, strokeWidth: 4, title: () => "95 %"}),
    Plot.dot(others, {y: "variant", x: "difference", r: 6, fill: colors.main})
  ]}, width, "difference to the control"), legend([["95 % interval", colors.main], ["95 %, however often one looks", "color-mix(in srgb, var(--c1) 30%, transparent)"]]));
}
export function moments(rows, width) {
  const name = (row) => `${row.event} × ${row.at_least}`, points = (x) => `${x > 0 ? "+" : x < 0 ? "−" : ""}${Math.abs(100 * x).toFixed(0)}`;
  const sure = (row) => row.q_value < 0.05 && row.odds_ratio > 1, time = (row) => row.within.replace(/^0?(\d+) days?$/, (_, n) => `${n} day${n === "1" ? "" : "s"}`);
  return stack(chart({height: 50 + 34 * rows.length, marginLeft: Math.min(150, width / 3), marginBottom: 40, x: {grid: true, label: "points more", labelAnchor: "center", labelArrow: "none", tickFormat: points, ticks: 6, nice: true}, y: {type: "band", label: null, domain: rows.map(name), tickSize: 0}, marks: [
    Plot.ruleX([0], {stroke: "currentColor"}),
    Plot.ruleY(rows, {y: name, x1: "difference_low", x2: "difference_high", stroke: (row) => (sure(row) ? colors.main : colors.quiet), strokeWidth: 3}),
    Plot.dot(rows, {y: name, x: "difference", r: 6, fill: (row) => (sure(row) ? colors.main : "var(--card)"), stroke: (row) => (sure(row) ? colors.main : colors.quiet), strokeWidth: 2})
  ], color: {type: "identity"}}, width, "what early actions foretell"),
  h("div", {class: "scroll apart"}, h("table", {}, h("thead", {}, h("tr", {}, ["Action", "In", "Did it", "Convert", "Others", "Odds, as busy", "q", "Holdout"].map((text) => h("th", {}, text)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, h("td", {}, h("b", {}, row.event), ` ≥ ${row.at_least}`), h("td", {}, time(row)), h("td", {}, percent(row.reach, 0)), h("td", {}, percent(row.rate_did)), h("td", {}, percent(row.rate_not)),
      h("td", {}, row.odds_ratio === null ? "–" : row.odds_ratio.toFixed(2)), h("td", {}, p(row.q_value)), h("td", {}, row.holdout_difference === null ? "" : points(row.holdout_difference))))))));
}
