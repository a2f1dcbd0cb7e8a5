// Opens every page of examples/dashboard in Chromium; run by
// examples/dashboard/run in its place, on the demo's data, with URL set.  The
// SQL that a tile shows is run by psql, and its rows are held against the page.
import {execFileSync, spawn} from "node:child_process";
import {request} from "node:http";
import {createInterface} from "node:readline";
import {browse, check} from "./browser.mjs";

const base = process.env.URL;

const psql = (sql) => execFileSync("psql", ["-XqAt", "-v", "ON_ERROR_STOP=1"], {input: sql, encoding: "utf8", env: {...process.env, PGTZ: "UTC"}}).trim();
const rows = (sql) => JSON.parse(psql(`SELECT coalesce(json_agg(t), '[]') FROM (${sql}\n) AS t`));
const count = (n) => n.toLocaleString("en-US"), percent = (x) => `${(100 * x).toFixed(1)} %`;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const sum = (list, column) => list.reduce((total, row) => total + row[column], 0);

const {tab, shots, outside, errors} = await browse((route, {hostname}) => hostname === "127.0.0.1" && route.continue());
const settled = (page) => page.waitForFunction(() => document.querySelector(".page")?.dataset.read > 0, null, {timeout: 120000});
async function open(page, path) {
  await page.goto(base + path);
  await settled(page);
}

const page = await tab();
const tile = (name) => page.locator(`[data-tile=${name}]`);
const texts = (name, selector) => tile(name).locator(selector).allTextContents();
const asked = async (name) => rows(await tile(name).locator("pre").textContent());

// Cells of a triangle: what is known stands there in %, what is not is an empty cell.
async function triangle(name, column) {
  const answer = await asked(name);
  const known = answer.filter((row) => row[column] !== null), cell = (x) => (100 * x).toFixed(x < 0.0995 ? 1 : 0);
  const lines = answer.filter((row) => row.cohort !== null).concat(answer.filter((row) => row.cohort === null));
  check(`${name}: its cells are those of SQL`, known.length > 0 && same(await texts(name, "td.cell"), lines.filter((row) => row[column] !== null).map((row) => cell(row[column]))));
  const empty = await texts(name, "td.empty");
  check(`${name}: empty cells stay empty`, empty.length > 0 && empty.length === answer.length - known.length && empty.every((text) => text === ""), empty.length);
}
const bars = (list, columns) => list.flatMap((row) => columns.map((column) => row[column])).filter((x) => x).length;

const tests = {
  "/": async () => {
    const [week, before] = await asked("changes");
    check("changes: figures are those of SQL", same(await texts("changes", ".value"), [count(week.entered), count(week.active), percent(week.rate)]));
    const truth = rows(`SELECT (SELECT count(*) FROM users WHERE at >= '2026-06-07' AND at < '2026-06-14') AS entered,
      (SELECT count(DISTINCT entity) FROM (TABLE events UNION ALL SELECT entity, at, 'signup' FROM users) e WHERE at >= '2026-06-07' AND at < '2026-06-14') AS active,
      (SELECT count(DISTINCT e.entity)::float8 / count(DISTINCT u.entity)
       FROM users u LEFT JOIN events e ON e.entity = u.entity AND e.event = 'create_project' AND e.at >= u.at AND e.at <= u.at + interval '14 days'
       WHERE u.at >= '2026-05-24' AND u.at < '2026-05-31') AS rate`)[0];
    check("changes: and those of whole days in plain SQL", week.entered === truth.entered && week.active === truth.active && Math.abs(week.rate - truth.rate) < 1e-8 && before.entered > 0 && before.rate > 0, [week, truth]);
    const lifecycle = await asked("lifecycle");
    check("lifecycle: the last whole bar says how many are active, as the figure does", lifecycle.at(-2).mature && lifecycle.at(-2).active === week.active);
    check("lifecycle: a bar for each number", await tile("lifecycle").locator("svg rect").count() === bars(lifecycle, ["new", "retained", "resurrected", "churned"]));
    check("lifecycle: the unfinished week is hollow, and nobody has left in it", lifecycle.at(-1).mature === false && lifecycle.at(-1).churned === null && await tile("lifecycle").locator("[stroke-dasharray='3 2'] rect").count() === bars(lifecycle.slice(-1), ["new", "retained", "resurrected"]));
    check("days: a bar for each day, that of today hollow", await tile("days").locator("svg rect").count() === (await asked("days")).length && await tile("days").locator("[stroke-dasharray='3 2'] rect").count() === 1);
    check("people: the accounts that have news", same((await texts("people", "td b")).sort(), ["201", "202", "203", "204", "205"]));
    check("money: MRR is that of SQL", (await texts("money", ".value"))[1] === count((await asked("money"))[0].n));
  },
  "/activation": async () => {
    const [rate] = await asked("rate");
    const figures = await texts("rate", ".value");
    check("rate: it is that of SQL", figures[0] === percent(rate.rate) && figures[3] === count(rate.converted), figures);
    check("rate: it says of how many, and when", /n = [\d,]+ mature of [\d,]+ who entered/.test(await tile("rate").locator(".n").textContent()) && (await texts("rate", ".note span"))[1] === "as of 2026-06-14 18:00 UTC");
    const funnel = await asked("funnel");
    check("funnel: counts and rates are those of SQL", same(await texts("funnel", ".number"), funnel.map((row) => `${count(row.entities)} ${percent(row.rate_from_first)}`)));
    const weeks = await asked("weeks"), open = weeks.filter((row) => row.rate !== null && !row.finished), unknown = weeks.filter((row) => row.rate === null);
    check("weeks: a point for each rate", await tile("weeks").locator("svg circle").count() === weeks.length - unknown.length);
    check("weeks: unfinished ones are hollow, the line to them dashed", open.length > 0 && await tile("weeks").locator("g[fill='var(--card)'] circle").count() === open.length && await tile("weeks").locator("[stroke-dasharray='4 4']").count() === 1);
    check("weeks: what is not known yet has no point", unknown.length > 0 && (await texts("weeks", "svg text >> text=not known yet")).length === unknown.length);
    check("curve: a line and its band", await tile("curve").locator("svg path").count() >= 2);
    check("and all weeks are all entrants", sum(weeks, "entered") === rate.entered);
  },
  "/cohorts": async () => {
    await triangle("paid", "rate");
    await triangle("retention", "rate");
  },
  "/revenue": async () => {
    await triangle("cohorts", "nrr");
    const movements = await asked("movements");
    check("movements: a bar for each", await tile("movements").locator("svg rect").count() === bars(movements, ["new", "reactivation", "expansion", "contraction", "churn"]));
    const zero = Number(await tile("movements").locator("g[aria-label=rule] line").last().getAttribute("y1"));
    const below = await tile("movements").locator("svg rect").evaluateAll((list, y) => list.filter((one) => Number(one.getAttribute("y")) >= y - 1).length, zero);
    check("movements: losses are below zero, nothing else", below === bars(movements, ["contraction", "churn"]), below);
    const known = (await asked("retained")).filter((row) => row.nrr !== null);
    check("retained: two points for each window that is over", known.length > 0 && await tile("retained").locator("svg circle").count() === 2 * known.length);
    check("retained: the last ones in words", same((await texts("retained", ".legend span")).map((text) => text.match(/[\d.]+ %/)[0]), [known.at(-1).nrr, known.at(-1).grr].map(percent)));
    check("mrr: it is that of SQL", (await texts("mrr", ".value"))[1] === count((await asked("mrr"))[0].accounts_closing));
  },
  "/experiments": async () => {
    const arms = await asked("arms");
    check("arms: rates are those of SQL", arms.length === 2 && same(await texts("arms", "tbody td:nth-child(4)"), arms.map((row) => percent(row.rate))));
    check("arms: a point for each variant but the control", await tile("arms").locator("svg circle").count() === 1);
    check("curves: a line and a band for each variant", await tile("curves").locator("svg path").count() >= 4);
  },
  "/aha": async () => {
    const moments = await asked("moments");
    check("moments: a row and a point for each", same(await texts("moments", "td b"), moments.map((row) => row.event)) && await tile("moments").locator("svg circle").count() === moments.length);
    check("moments: filled are those that being busy does not explain", await tile("moments").locator("svg circle[fill='var(--c1)']").count() === moments.filter((row) => row.q_value < 0.05 && row.odds_ratio > 1).length);
  }
};

for (const [path, test] of Object.entries(tests)) {
  await open(page, path);
  check(`${path}: no tile fails`, await page.locator(".failure[role=alert], .none").count() === 0, await page.locator(".failure, .none").allTextContents());
  await page.setViewportSize({width: 390, height: 900});
  check(`${path}: a phone need not be moved sideways`, await page.evaluate(() => document.documentElement.scrollWidth) === 390);
  await page.setViewportSize({width: 1280, height: 900});
  // Tiles that are read together answer what each alone does.
  const {tiles} = await (await fetch(`${base}/read${path === "/" ? "/today" : path}`)).json();
  const other = Object.keys(tiles).filter((name) => !same(JSON.parse(tiles[name].rows), rows(tiles[name].sql)));
  check(`${path}: the SQL that each tile shows gives its rows`, other.length === 0, other);
  try {
    await test();
  } catch (error) {
    check(`${path}: can be looked at`, false, error.message);
  }
}

// Pickers
await open(page, "/activation?since=2026-03-01&until=2026-03-31");
const [march] = await asked("rate");
check("the date range chooses who entered", march.entered === Number(psql("SELECT count(*) FROM users WHERE at >= '2026-03-01 00:00+00' AND at < '2026-04-01 00:00+00'")) && (await texts("rate", ".value"))[0] === percent(march.rate));
await page.getByLabel("segment").selectOption("ads");
await page.waitForFunction(() => document.querySelector("[data-tile=rate] pre").textContent.includes("'ads'"));
const [ads] = await asked("rate");
check("and the segment, too", ads.entered === Number(psql("SELECT count(*) FROM users JOIN channels USING (entity) WHERE users.at >= '2026-03-01 00:00+00' AND users.at < '2026-04-01 00:00+00' AND channel = 'ads'")) && (await texts("rate", ".value"))[0] === percent(ads.rate));

// What is served to whom
const status = (path, options) => new Promise((resolve) => request(base + path, options, (response) => (response.resume(), resolve(response.statusCode))).end());
check("only GET", await status("/read/activation", {method: "POST"}) === 405);
check("only this machine's names", await status("/read/activation", {headers: {host: "example.com"}}) === 403);
check("only dates", await status("/read/activation?since=now()") === 400);
check("only named pages", await status("/read/pg_catalog") === 404 && await status("/read/constructor") === 404 && await status("/../server.js") === 404);
const quoted = await (await fetch(`${base}/read/activation?segment=${encodeURIComponent("x' OR true --")}`)).json();
check("a segment is a value, whatever it says", Object.values(quoted.tiles).every((one) => one.rows === "[]"), quoted.error);

// Live, and tiles that agree while rows arrive
await open(page, "/activation");
const [before] = await asked("rate");
let agree = true;
for (let n = 1; n <= 10; n++) {
  const writing = new Promise((resolve) => spawn("psql", ["-XqAt", "-c", `INSERT INTO users SELECT 9000000 + ${n} * 100 + k, '2026-03-01' FROM generate_series(1, 20) k`]).on("close", resolve));
  const {tiles} = await (await fetch(`${base}/read/activation`)).json();
  agree &&= JSON.parse(tiles.rate.rows)[0].entered === sum(JSON.parse(tiles.weeks.rows), "entered");
  await writing;
}
check("tiles agree while rows arrive", agree);
const shown = await page.waitForFunction((n) => document.querySelector("[data-tile=rate] .n").textContent.includes(n), `${count(before.entered + 200)} who`, {timeout: 60000}).catch(() => null);
check("an open page shows the rows that have arrived", shown !== null, await texts("rate", ".n"));
psql("DELETE FROM users WHERE entity > 9000000");

await shots(Object.keys(tests).map((path) => path.slice(1) || "today"), (shot, name) => open(shot, name === "today" ? "/" : `/${name}`));

check("no error in the console", errors.length === 0, errors);

// Other servers of the same pages: address, stop()
async function serve(env) {
  const child = spawn("node", ["server.js"], {env: {...process.env, PORT: "0", ...env}});
  process.on("exit", () => child.kill());
  return {address: await new Promise((resolve) => createInterface({input: child.stdout}).once("line", resolve)), stop: () => child.kill()};
}
const tilesOf = async ({address}, name) => (await (await fetch(`${address}/read/${name}`)).json()).tiles;

// A query that fails
const failing = await serve({WITHIN: "1 month", LEDGER: "nowhere"});
await page.goto(`${failing.address}/activation`);
await settled(page);
const failed = (await texts("rate", ".failure"))[0] ?? "";
check("a failing query shows plg's message and hint", /month/.test(failed) && /Hint: .*days/.test(failed), failed);
await page.goto(`${failing.address}/`);
await settled(page);
check("what was to be read together with it is drawn", await tile("changes").locator(".failure").count() === 1 && await tile("lifecycle").locator("svg rect").count() > 0);
await page.goto(`${failing.address}/revenue`);
await settled(page);
check("what is not there is asked for", /LEDGER=/.test((await texts("mrr", ".none"))[0] ?? ""));
failing.stop();

// A role that may read some views and nothing else, by the live value and by a view over the rows
const role = `board${process.pid}`;
psql(`CREATE ROLE ${role} LOGIN;
  CREATE VIEW plain AS SELECT plg.journeys(entity, at, event) AS j FROM (TABLE events UNION ALL SELECT entity, at, 'signup' FROM users) AS e;
  GRANT SELECT ON journeys, plain, ledger TO ${role}`);
const [live, plain] = await Promise.all(["journeys", "plain"].map((name) => serve({PGUSER: role, JOURNEYS: name, STEPS: "{signup,create_projct}"})));
const differ = [], denied = [];
for (const name of ["today", "activation", "cohorts", "revenue"]) {
  const [one, other] = [await tilesOf(live, name), await tilesOf(plain, name)];
  for (const each of Object.keys(one)) {
    if (one[each].error) denied.push(`${each}: ${one[each].error.message}: ${one[each].error.hint}`);
    else if (one[each].rows !== other[each].rows || one[each].rows === "[]") differ.push(each);
  }
}
check("an ordinary role reads the same from a live value and from a view", differ.length === 0, differ);
check("what it may not read says what to grant", denied.length === 1 && /^people: permission denied for view members: .*GRANT SELECT/.test(denied[0]), denied);
check("and a segment picker is not among them", (await (await fetch(`${live.address}/read/activation`)).json()).segments.length === 0);
await page.goto(`${live.address}/activation`);
await settled(page);
check("a label that nobody has is noticed", /no event is named "create_projct".*create_project/.test((await texts("funnel", ".notice"))[0] ?? ""), await texts("funnel", ".note"));
live.stop();
plain.stop();
psql(`DROP VIEW plain; DROP OWNED BY ${role}; DROP ROLE ${role}`);

check("nothing was asked of anybody else", outside.length === 0, outside);
process.exit(0);
