// plg from Node.js by postgres.js (npm: postgres): record an event, read one user's
// milestones and the account's state by prepared statements, show plg's hint.
import postgres from 'postgres';

const sql = postgres({ host: process.env.PGHOST, max: 1 });   // and PGDATABASE and so on

// A template is a prepared statement, what is between ${ } its parameters.
const record = (account, user, event) => sql`
  INSERT INTO activity (account, user_id, at, event) VALUES (${account}, ${user}, now(), ${event})`;
const milestones = (user, within) => sql`
  SELECT reached, reached[2] - reached[1] AS took
  FROM (SELECT plg.milestones(${within}, at, event = 'signup', event = 'create_project', event = 'upgrade') AS reached
        FROM activity WHERE user_id = ${user}) m`;
const account = (name, members, within) => sql`
  SELECT events, spells, spells @> now() AS qualified, mrr
  FROM (SELECT count(*) AS events, plg.qualified(${members}, ${within}, at, user_id) AS spells FROM activity WHERE account = ${name}) a,
       (SELECT plg.mrr(plg.ledger(account, mrr, during), now()) AS mrr FROM subscriptions WHERE account = ${name}) s`;

await record('acme', 1, 'invite');

const [user] = await milestones(1, '7 days');
// of a NULL in an array postgres.js makes an Invalid Date, which is not above 0
console.log(`user 1 reached ${user.reached.filter((at) => at > 0).length} of 3 steps`);

const [acme] = await account('acme', 3, '30 days');
console.log(`acme is ${acme.qualified ? '' : 'not '}qualified, with ${acme.events} events, and pays ${acme.mrr}`);

// A duration that plg refuses, from a form for instance: SQLSTATE and hint are made to be shown.
try {
  await milestones(1, '1 month');
} catch (error) {
  if (!/^(22|0A)/.test(error.code)) throw error;   // data exceptions, and what is not supported
  console.log(`${error.message}\n${error.hint}`);
}

// What the types are here.
const kind = (value) => Array.isArray(value) ? `array of ${kind(value[0])}` : Object(value).constructor.name;
const columns = { bigint: acme.events, numeric: acme.mrr, 'timestamptz[]': user.reached, tstzmultirange: acme.spells, interval: user.took };
for (const [type, value] of Object.entries(columns)) console.log(`${type}: ${kind(value)}`);
await sql.end();
