// Run by bench/dashboard in the folder where examples/dashboard was built.
import {spawn} from "node:child_process";
import {readFileSync, writeFileSync} from "node:fs";
import {createInterface} from "node:readline";

const {EVENTS, ROUNDS = 60} = process.env;

// A page of twelve tiles that other pages have.
const tiles = {today: ["changes", "money", "lifecycle", "days"], activation: ["rate", "funnel", "curve", "weeks"], cohorts: ["paid", "retention"], revenue: ["movements", "retained"]};
writeFileSync("queries/bench.sql", Object.entries(tiles).flatMap(([page, names]) => {
  const parts = readFileSync(`queries/${page}.sql`, "utf8").split(/^-- (\w+)\n/m).slice(1);
  return names.map((name) => `-- ${name}\n${parts[parts.indexOf(name) + 1]}`);
}).join(""));
const server = spawn("node", ["server.js"], {env: {...process.env, PORT: "0"}, stdio: ["ignore", "pipe", "inherit"]});
const base = await new Promise((resolve) => createInterface({input: server.stdout}).once("line", resolve));
const read = async () => (await fetch(`${base}/read/bench`)).json();

// psql, and what it says up to a line of its own
function session(options) {
  const process_ = spawn("psql", ["-XqAt", "-v", "ON_ERROR_STOP=1"], {env: {...process.env, PGOPTIONS: options}, stdio: ["pipe", "pipe", "inherit"]});
  const lines = createInterface({input: process_.stdout});
  return {end: () => process_.stdin.end(), ask: (sql) => new Promise((resolve) => {
    const said = [];
    const hear = (line) => line === "--done--" ? (lines.off("line", hear), resolve(said)) : said.push(line);
    lines.on("line", hear);
    process_.stdin.write(`${sql}\n\\echo --done--\n`);
  })};
}
const psql = session("-c max_parallel_workers_per_gather=0 -c jit=off"), writer = session("-c synchronous_commit=off"), refresher = session("");

// A thousand events a second, packed every ten seconds.
let arrived = 0, going = true;
const writing = (async () => {
  for (const begun = Date.now(); going; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const n = Date.now() - begun - arrived;
    await writer.ask(`INSERT INTO events SELECT (random() * ${EVENTS} / 20)::bigint, clock_timestamp(), (ARRAY['create_project', 'login', 'comment', 'invite'])[1 + k % 4] FROM generate_series(1, ${n}) k;`);
    arrived += n;
  }
})();
const refreshing = setInterval(() => refresher.ask("SELECT plg.live_refresh('journeys');"), 10000);

const timed = async (work) => {
  const begun = performance.now(), answer = await work();
  return [performance.now() - begun, answer];
};
const pages = [], queries = [], single = {};
for (let round = -2; round < ROUNDS; round++) {
  const [page, answer] = await timed(read);
  const failed = answer.error ?? Object.values(answer.tiles).find((tile) => !tile.rows);
  if (failed) throw new Error(JSON.stringify(failed));
  const texts = Object.entries(answer.tiles);
  const [query, said] = await timed(() => psql.ask(`BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;\n\\timing on\n${texts.map(([name, tile]) => `\\echo tile ${name}\n${tile.sql};`).join("\n")}\n\\timing off\nCOMMIT;`));
  if (round < 0) continue;
  pages.push(page);
  queries.push(query);
  let name;
  for (const line of said) {
    if (line.startsWith("tile ")) name = line.slice(5);
    if (line.startsWith("Time: ")) (single[name] ??= []).push(parseFloat(line.slice(6)));
  }
}
going = false;
clearInterval(refreshing);
await writing;
const at = (list, share) => list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const ms = (list) => `p50 ${at(list, 0.5).toFixed(0).padStart(5)}   p95 ${at(list, 0.95).toFixed(0).padStart(5)} ms`;
console.log(`${EVENTS} events, ${arrived} more meanwhile; ${ROUNDS} rounds
a page of 12 tiles      ${ms(pages)}
the same in psql        ${ms(queries)}
ratio                   p50 ${(at(pages, 0.5) / at(queries, 0.5)).toFixed(2).padStart(5)}   p95 ${(at(pages, 0.95) / at(queries, 0.95)).toFixed(2).padStart(5)}
${Object.entries(single).map(([name, list]) => `  ${name.padEnd(22)}${ms(list)}`).join("\n")}`);
for (const one of [psql, writer, refresher]) one.end();
server.kill();
