// A page: pickers, tiles, and a re-read every few seconds.
import {h} from "./charts.js";
import {pages} from "./pages.js";

const every = 5000;

const choice = () => Object.fromEntries(new URLSearchParams(location.search));
const day = (time) => new Date(time).toISOString().slice(0, 10);

// A range of the picker, counted back from as_of.
const ranges = [["All time", null], ["Last 30 days", 30], ["Last 90 days", 90], ["Last 365 days", 365]];

function pickers(has, change) {
  const since = h("input", {type: "date", "aria-label": "from", onchange: () => change({since: since.value})});
  const until = h("input", {type: "date", "aria-label": "to", onchange: () => change({until: until.value})});
  const range = h("select", {"aria-label": "who entered", onchange: () => {
    const days = range.value && Number(range.value);
    change({since: days ? day(Date.parse(range.dataset.asOf) - days * 864e5) : "", until: ""});
  }}, ranges.map(([name, days]) => h("option", {value: days ?? ""}, days ? name : has.all ?? name)), h("option", {value: "custom", hidden: ""}, "Chosen dates"));
  const segment = h("select", {"aria-label": "segment", onchange: () => change({segment: segment.value})});
  const segments = h("label", {}, "Segment", segment);
  const node = h("form", {class: "pickers", onsubmit: (event) => event.preventDefault()},
    has.entered ? h("label", {}, has.entered, range) : null, has.entered ? h("label", {class: "dates"}, since, "–", until) : null,
    has.segment ? segments : null);
  return {node, show({as_of, segments: all}) {
    const chosen = choice();
    range.dataset.asOf = as_of;
    since.value = chosen.since ?? "";
    until.value = chosen.until ?? "";
    const preset = ranges.find(([, days]) => (days ? day(Date.parse(as_of) - days * 864e5) : undefined) === chosen.since && !chosen.until);
    range.value = preset ? preset[1] ?? "" : "custom";
    const names = ["", ...all];
    if (names.join("\n") !== [...segment.options].map((option) => option.value).join("\n"))
      segment.replaceChildren(...names.map((name) => h("option", {value: name}, name || "Everybody")));
    segment.value = chosen.segment ?? "";
    segments.hidden = !all.length;
  }};
}

function failure({message, hint}) {
  return h("div", {class: "failure", role: "alert"}, h("p", {}, message), hint ? h("p", {class: "hint"}, `Hint: ${hint}`) : null);
}

function missing({missing: name, type}) {
  return h("p", {class: "none"}, "To see this, make a view ", h("code", {}, name), " with one column of type ", h("code", {}, type),
    ", or say which has it: ", h("code", {}, `${name.toUpperCase()}=…`), ".");
}

function card(tile) {
  const body = h("div", {class: "body"}), note = h("p", {class: "note"}), sql = h("code"), details = h("details", {}, h("summary", {}, "SQL"), h("pre", {}, sql));
  const node = h("section", {class: `card ${tile.size ?? ""}`, "data-tile": tile.query},
    h("h2", {}, tile.title), tile.question ? h("p", {class: "question"}, tile.question) : null, body,
    h("footer", {}, note, details));
  let last, rows, context;
  function draw() {
    if (rows) body.replaceChildren(rows.length ? tile.draw(rows, body.clientWidth, context) : h("p", {class: "none"}, tile.empty ?? "Nothing yet."));
  }
  new ResizeObserver(() => body.clientWidth !== body.drawn && ((body.drawn = body.clientWidth), draw())).observe(body);
  return {node, show(answer, all) {
    const key = JSON.stringify([answer, all.as_of.slice(0, 16)]);
    if (key === last) return;
    last = key;
    context = all.settings;
    rows = answer.rows === undefined ? null : JSON.parse(answer.rows);
    node.classList.toggle("failed", !!answer.error);
    details.hidden = !answer.sql;
    sql.textContent = answer.sql ?? "";
    note.replaceChildren(...(rows ? [h("span", {class: "n"}, tile.n(rows, context)), h("span", {}, `as of ${all.as_of.slice(0, 16)} UTC`),
      ...answer.notices.map((text) => h("span", {class: "notice"}, text))] : []));
    if (answer.error) body.replaceChildren(failure(answer.error));
    else if (answer.missing) body.replaceChildren(missing(answer));
    else draw();
  }};
}

export function page(name) {
  const {title, lead, has, tiles} = pages[name];
  const cards = Object.fromEntries(tiles.map((tile) => [tile.query, card(tile)]));
  const state = h("p", {class: "state"}, "Reading …"), broken = h("div");
  const picked = pickers(has, (changes) => {
    const next = Object.entries({...choice(), ...changes}).filter(([, value]) => value);
    history.replaceState(null, "", `${location.pathname}${next.length ? `?${new URLSearchParams(next)}` : ""}`);
    read();
  });
  const root = h("div", {class: "page", "data-page": name},
    h("header", {}, h("div", {}, h("h1", {}, title), h("p", {class: "lead"}, lead)), picked.node), state, broken,
    h("div", {class: "cards"}, tiles.map((tile) => cards[tile.query].node)));
  document.querySelector("nav [aria-current]")?.scrollIntoView({inline: "center", block: "nearest"});
  let turn = 0, timer;
  // One at a time, the next some seconds after the last has come.
  async function read() {
    clearTimeout(timer);
    const mine = ++turn, question = location.search;
    let answer;
    try {
      answer = await (await fetch(`/read/${name}${question}`)).json();
    } catch {
      answer = {error: {message: "The dashboard's server does not answer.", hint: "make dashboard starts it"}};
    }
    if (mine !== turn) return;
    broken.replaceChildren(answer.error ? failure(answer.error) : "");
    if (!answer.error) {
      picked.show(answer);
      for (const tile of tiles) cards[tile.query].show(answer.tiles[tile.query], answer);
    }
    state.textContent = answer.error ? "" : `As of ${answer.as_of.slice(0, 16)} UTC · read ${new Date().toLocaleTimeString("en-GB")} in one snapshot`;
    root.dataset.read = Number(root.dataset.read ?? 0) + 1;
    timer = setTimeout(function again() {
      if (document.hidden) timer = setTimeout(again, every);
      else if (root.isConnected) read();
    }, every);
  }
  read();
  return root;
}
