// Serves dist and answers /read/PAGE: the queries of queries/PAGE.sql, all in
// one snapshot, so that the tiles of a page agree: two connections share them
// out, of which the second sees what the first one's REPEATABLE READ sees.
//
// A browser chooses a page, two dates and a segment, nothing else; they are
// bound as parameters.  The transaction is read-only, a statement may take
// TIMEOUT, and only this machine can connect.  Other settings: see run.
import {createServer} from "node:http";
import {readFileSync, readdirSync} from "node:fs";
import {extname, join} from "node:path";
import {fileURLToPath} from "node:url";
import pg from "pg";

const here = fileURLToPath(new URL(".", import.meta.url));
const {env} = process;
const set = (name, otherwise) => env[name] || otherwise;

// The relations that queries read, by the names that they have in them.
const relations = {
  journeys: set("JOURNEYS", "journeys"),
  segments: set("SEGMENTS", "segments"),
  ledger: set("LEDGER", "ledger"),
  members: set("MEMBERS", "members"),
  exposures: set("EXPOSURES", "exposures"),
  outcomes: set("OUTCOMES", set("JOURNEYS", "journeys")),
  trials: set("TRIALS", set("JOURNEYS", "journeys"))
};
const start = set("START", "signup"), goal = set("GOAL", "create_project"), paid = set("PAID", "upgrade");
const array = (labels) => `{${labels.map((label) => `"${label.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
const settings = {
  start, goal, paid,
  steps: set("STEPS", array([start, goal, paid])),
  within: set("WITHIN", "14 days"),
  control: set("CONTROL", "control"),
  span: set("SPAN", "12"),
  zone: set("ZONE", "UTC")
};

// queries/PAGE.sql: each query stands under a line -- NAME.  Those of parts.sql
// are what other queries begin with, by their names.
const pages = {};
for (const file of readdirSync(join(here, "queries"))) {
  const texts = readFileSync(join(here, "queries", file), "utf8").split(/^-- (\w+)\n/m).slice(1);
  pages[file.replace(/\.sql$/, "")] = Object.fromEntries(
    texts.flatMap((name, i) => (i % 2 ? [] : [[name, texts[i + 1].trim()]])));
}
const {parts} = pages;
delete pages.parts;

const literal = pg.escapeLiteral;
function connections() {
  const pool = new pg.Pool({
    max: 4,
    application_name: "plg dashboard",
    idleTimeoutMillis: 600000,
    statement_timeout: Number(set("TIMEOUT", "30")) * 1000,
    options: "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c default_transaction_read_only=on"
  });
  pool.on("error", () => {});			// an idle connection that the server closed
  pool.on("connect", (client) => {
    client.notices = [];
    client.on("notice", ({message, hint}) => client.notices.push(hint ? `${message}. ${hint}` : message));
  });
  return pool;
}
// Who has a connection of the first pool gets one of the second without waiting.
const pools = [connections(), connections()];

// Each relation's name, quoted, and its column: the only one of a type of plg's.
async function columns(client) {
  const names = Object.entries(relations);
  const {rows} = await client.query(
    `SELECT r.name, c.oid::regclass::text AS relation, min(quote_ident(a.attname)) AS "column",
            EXISTS (SELECT FROM pg_class AS p WHERE p.relnamespace = c.relnamespace AND p.relname = c.relname || '_pieces') AS live,
            c.relkind = 'v' AS view
     FROM unnest($1::text[], $2::text[]) AS r (name, relation)
          JOIN pg_class AS c ON c.oid = to_regclass(r.relation)
          JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_type AS t ON t.oid = a.atttypid
     WHERE t.typnamespace = to_regnamespace('plg')
       AND t.typname = CASE r.name WHEN 'ledger' THEN 'ledger' ELSE 'journeys' END
       AND (r.name <> 'segments' OR has_table_privilege(c.oid, 'SELECT'))
     GROUP BY r.name, c.oid HAVING count(*) = 1`,
    [names.map(([name]) => name), names.map(([, relation]) => relation)]);
  return Object.fromEntries(rows.map((row) => [row.name, row]));
}

// The names that a text uses: relations, then parts, with what these use.
const names = [...Object.keys(relations), ...Object.keys(parts)];
function uses(text) {
  const own = names.filter((name) => new RegExp(`(?<![.\\w])${name}\\b`).test(text));
  const all = own.concat(own.flatMap((name) => (parts[name] ? uses(parts[name]) : [])));
  return names.filter((name) => all.includes(name));
}

// What a name stands for, and whether it takes long to make.  A relation has one
// row; if it has more, the sub-select is an error and not several answers.  A live
// value cannot have more, and a sub-select would put its pieces together.
function meaning(name, found, segment) {
  if (parts[name]) return {sql: parts[name], made: true};
  const {relation, column, live, view} = found[name];
  const value = live ? `SELECT ${column} AS j FROM ${relation}` : `SELECT (SELECT ${column} FROM ${relation}) AS ${name === "ledger" ? "l" : "j"}`;
  return segment === null || relation !== found.journeys?.relation ? {sql: value, made: view && !live, live} : {made: true, sql: `
  SELECT s.journeys AS j
  FROM (${value}) AS w,
       plg.split(w.j, (SELECT ${found.segments.column} FROM ${found.segments.relation}), start => :'start') AS s
  WHERE s.segment = :'segment'`};
}
const beginning = (texts, found, segment) => `WITH ${uses(texts.join("\n")).map((name) => {
  const {sql, live} = meaning(name, found, segment);
  return `${name} AS ${live ? "NOT " : ""}MATERIALIZED (${sql})`;
}).join(",\n     ")}\n`;

// Tiles that share what takes long to make are read by one statement, which makes it once.
function statements(tiles, found, segment) {
  const groups = [];
  for (const [name, text] of tiles) {
    const made = uses(text).filter((one) => meaning(one, found, segment).made);
    const mine = {tiles: [[name, text]], made};
    for (const other of groups.filter((one) => one.made.some((part) => made.includes(part)))) {
      groups.splice(groups.indexOf(other), 1);
      mine.tiles.unshift(...other.tiles);
      mine.made.push(...other.made);
    }
    groups.push(mine);
  }
  return groups.map((group) => group.tiles);
}

// :'name' becomes $1, $2, ... to run it, and a literal to show it
function bound(text, values) {
  const names = [];
  const run = text.replace(/:'(\w+)'/g, (_, name) => `$${names.includes(name) ? names.indexOf(name) + 1 : names.push(name)}`);
  const shown = text.replace(/:'(\w+)'/g, (_, name) => (values[name] === null ? "NULL" : literal(values[name])));
  return {run, shown, values: names.map((name) => values[name])};
}

// The answers of a statement's tiles; where it fails they are asked one by one.
async function ask(client, tiles, found, values) {
  const {run, values: parameters} = bound(`${beginning(tiles.map(([, text]) => text), found, values.segment)}SELECT ${
    tiles.map(([name, text]) => `(SELECT coalesce(json_agg(t), '[]') FROM (${text}) AS t)::text AS "${name}"`).join(",\n")}`, values);
  const shown = ([, text]) => bound(beginning([text], found, values.segment) + text, values).shown;
  client.notices.length = 0;
  await client.query("SAVEPOINT tiles");
  try {
    const {rows: [row]} = await client.query(run, parameters);
    await client.query("RELEASE tiles"); // and with the statement's end comes what plg has noticed
    const notices = [...new Set(client.notices)];
    return Object.fromEntries(tiles.map((tile) => [tile[0], {sql: shown(tile), rows: row[tile[0]], notices}]));
  } catch (error) {
    await client.query("ROLLBACK TO tiles");
    if (tiles.length === 1) return {[tiles[0][0]]: {sql: shown(tiles[0]), error: told(error)}};
    const answers = {};
    for (const tile of tiles) Object.assign(answers, await ask(client, [tile], found, values));
    return answers;
  }
}

const told = ({message, hint, code}) => ({message, code, hint: hint ?? (code === "42501" ? "What the pages read, their role must be granted: GRANT SELECT ON … TO …" : undefined)});

const took = new Map();
async function read(page, since, until, segment) {
  const clients = [];
  let broken;
  async function begin(pool, snapshot) {
    const client = await pool.connect();
    clients.push(client);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    if (snapshot) await client.query(`SET TRANSACTION SNAPSHOT ${literal(snapshot)}`);
    return client;
  }
  try {
    const client = await begin(pools[0]);
    const found = await columns(client);
    const {rows: [times]} = await client.query(
      `SELECT t::text AS as_of, n.entered::text,
              coalesce(date_trunc('month', $2::date), month - interval '11 months')::date::text AS since,
              (date_trunc('month', coalesce($3::date, month::date)) + interval '1 month')::date::text AS until
       FROM CAST(coalesce($1::timestamptz, now()) AS timestamptz) AS t,
            date_trunc('month', t AT TIME ZONE $4) AS month,
            LATERAL (SELECT CASE WHEN coalesce($2, $3) IS NOT NULL THEN
              tstzrange($2::date::timestamp AT TIME ZONE $4, ($3::date + 1)::timestamp AT TIME ZONE $4) END AS entered) AS n`,
      [env.AS_OF || null, since, until, settings.zone]);
    if (segment !== null && !found.segments) throw new Error("there are no segments");
    await begin(pools[1], (await client.query("SELECT pg_export_snapshot() AS snapshot")).rows[0].snapshot);
    // Workers would be started for the branch of a live value that reads its tables, and find it switched off.
    if (found.journeys?.live) await Promise.all(clients.map((one) => one.query("SET LOCAL max_parallel_workers_per_gather = 0")));
    const values = {...settings, ...times, segment};
    const tiles = {}, there = [];
    for (const [name, text] of Object.entries(pages[page])) {
      const missing = uses(text).find((one) => relations[one] && !found[one]);
      if (missing) tiles[name] = {missing, type: missing === "ledger" ? "plg.ledger" : "plg.journeys"};
      else there.push([name, text]);
    }
    // What took longest the last time is asked first, so that both end together.
    const key = (group) => JSON.stringify([page, segment, group.map(([name]) => name)]);
    const left = statements(there, found, segment).sort((a, b) => (took.get(key(b)) ?? b.length) - (took.get(key(a)) ?? a.length));
    await Promise.all(clients.map(async (one) => {
      for (let group; (group = left.shift());) {
        const begun = performance.now();
        Object.assign(tiles, await ask(one, group, found, values));
        took.set(key(group), performance.now() - begun);
      }
    }));
    const choices = "SELECT v.event FROM segments, plg.event_summary(j) AS v ORDER BY v.entities DESC LIMIT 50";
    const cut = Object.values(pages[page]).some((text) => uses(text).some((name) => found[name]?.relation === found.journeys?.relation));
    const segments = cut && found.segments ? (await client.query(beginning([choices], found, null) + choices)).rows.map((row) => row.event) : [];
    await Promise.all(clients.map((one) => one.query("COMMIT")));
    return {as_of: times.as_of, settings, segments, tiles};
  } catch (error) {
    broken = error;
    throw error;
  } finally {
    for (const client of clients) client.release(broken);
  }
}

// The same question asked twice at once is read once.
const running = new Map();
function shared(key, ask) {
  if (!running.has(key)) running.set(key, ask().finally(() => running.delete(key)));
  return running.get(key);
}

const types = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"};
const files = new Map();
for (const entry of readdirSync(join(here, "dist"), {recursive: true, withFileTypes: true})) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  files.set("/" + path.slice(join(here, "dist").length + 1), path);
}

const server = createServer(async (request, response) => {
  const answer = (status, type, body) => response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`, "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
  }).end(body);
  // A name that somebody else's DNS leads here is not ours.
  if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? "")) return answer(403, "text/plain", "this host is not served\n");
  if (request.method !== "GET") return answer(405, "text/plain", "only GET\n");
  const url = new URL(request.url, "http://localhost");
  const page = url.pathname.match(/^\/read\/(\w+)$/)?.[1];
  if (page !== undefined && Object.hasOwn(pages, page)) {
    const [since, until, segment] = ["since", "until", "segment"].map((name) => url.searchParams.get(name) || null);
    const day = /^[1-9]\d{3}-\d\d-\d\d$/;
    if ((since && !day.test(since)) || (until && !day.test(until))) return answer(400, "application/json", '{"error":{"message":"a date is written as 2026-03-31"}}');
    try {
      const result = await shared(JSON.stringify([page, since, until, segment]), () => read(page, since, until, segment));
      return answer(200, "application/json", JSON.stringify(result));
    } catch (error) {
      return answer(503, "application/json", JSON.stringify({error: told(error)}));
    }
  }
  const file = [url.pathname, `${url.pathname}.html`, `${url.pathname}index.html`].find((path) => files.has(path));
  if (!file) return url.pathname === "/favicon.ico" ? response.writeHead(204).end() : answer(404, "text/plain", "there is no such page\n");
  answer(200, types[extname(file)] ?? "application/octet-stream", readFileSync(files.get(file)));
});

try {
  const {rows: [{there, database}]} = await pools[0].query("SELECT to_regnamespace('plg') IS NOT NULL AS there, current_database() AS database");
  if (!there) throw Object.assign(new Error(`there is no plg in database ${database}`), {hint: "CREATE EXTENSION plg; PGDATABASE names another database"});
} catch (error) {
  console.error(`error: ${error.message}\nhint: ${error.hint ?? "which database is read is said by PGHOST, PGPORT, PGDATABASE and PGUSER, as for psql"}`);
  process.exit(1);
}
server.listen(Number(set("PORT", "3000")), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
server.on("error", (error) => {
  console.error(`error: ${error.message}\nhint: another port is chosen by PORT=3001`);
  process.exit(1);
});
