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

// What something took, by the clock and of the processors by the backends that did it, in ms.
const used = (pids) => pids.reduce((sum, pid) => sum + Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]), 0);
async function timed(pids, work, into) {
  const before = used(pids), begun = performance.now(), answer = await work();
  into.push({clock: performance.now() - begun, cpu: (used(pids) - before) / 1e6});
  return answer;
}
await read();
const mine = await psql.ask("SELECT pg_backend_pid();"), theirs = await refresher.ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'plg dashboard';");
const pages = [], queries = [], single = {};
for (let round = 0; round < ROUNDS; round++) {
  const answer = await timed(theirs, read, pages);
  const failed = answer.error ?? Object.values(answer.tiles).find((tile) => !tile.rows);
  if (failed) throw new Error(JSON.stringify(failed));
  await timed(mine, async () => {
    await psql.ask("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;");
    for (const [name, tile] of Object.entries(answer.tiles)) await timed(mine, () => psql.ask(`${tile.sql};`), single[name] ??= []);
    await psql.ask("COMMIT;");
  }, queries);
}
going = false;
clearInterval(refreshing);
await writing;

const at = (list, what, share) => list.map((one) => one[what]).sort((a, b) => a - b)[Math.floor((list.length - 1) * share + 0.5)];
const line = (name, list) => console.log(name.padEnd(24), ...["clock", "cpu"].flatMap((what) => [0.5, 0.95].map((share) => at(list, what, share).toFixed(0).padStart(9))));
console.log(`${EVENTS} events and ${arrived} that arrived meanwhile, ${ROUNDS} rounds; ms
${"".padEnd(24)} clock p50       p95   CPU p50       p95`);
line("a page of 12 tiles", pages);
line("the same in psql", queries);
console.log("ratio".padEnd(24), ...["clock", "cpu"].flatMap((what) => [0.5, 0.95].map((share) => (at(pages, what, share) / at(queries, what, share)).toFixed(2).padStart(9))));
for (const [name, list] of Object.entries(single)) line(`  ${name}`, list);
for (const one of [psql, writer, refresher]) one.end();
server.kill();
