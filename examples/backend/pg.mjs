// plg from Node.js by node-postgres (npm: pg): record an event, read one user's
// milestones and the account's state by prepared statements, show plg's hint.
import pg from 'pg';

const db = new pg.Client();                     // PGHOST, PGDATABASE and so on
await db.connect();
await db.query("SET intervalstyle TO 'postgres'");

// A statement with a name is prepared on its first use, and reused on this connection.
const record = {
  name: 'record',
  text: 'INSERT INTO activity (account, user_id, at, event) VALUES ($1, $2, now(), $3)',
};
const milestones = {
  name: 'milestones',
  text: `SELECT reached, reached[2] - reached[1] AS took
         FROM (SELECT plg.milestones($2, at, event = 'signup', event = 'create_project', event = 'upgrade') AS reached
               FROM activity WHERE user_id = $1) m`,
};
const account = {
  name: 'account',
  text: `SELECT events, spells, spells @> now() AS qualified, mrr
         FROM (SELECT count(*) AS events, plg.qualified($2, $3, at, user_id) AS spells FROM activity WHERE account = $1) a,
              (SELECT plg.mrr(plg.ledger(account, mrr, during), now()) AS mrr FROM subscriptions WHERE account = $1) s`,
};

await db.query({ ...record, values: ['acme', 1, 'invite'] });

const user = (await db.query({ ...milestones, values: [1, '7 days'] })).rows[0];
console.log(`user 1 reached ${user.reached.filter(Boolean).length} of 3 steps`);

const acme = (await db.query({ ...account, values: ['acme', 3, '30 days'] })).rows[0];
console.log(`acme is ${acme.qualified ? '' : 'not '}qualified, with ${acme.events} events, and pays ${acme.mrr}`);

// A duration that plg refuses, from a form for instance: SQLSTATE and hint are made to be shown.
try {
  await db.query({ ...milestones, values: [1, '1 month'] });
} catch (error) {
  if (!/^(22|0A)/.test(error.code)) throw error;   // data exceptions, and what is not supported
  console.log(`${error.message}\n${error.hint}`);
}

// What the types are here.
const kind = (value) => Array.isArray(value) ? `array of ${kind(value[0])}` : Object(value).constructor.name;
const columns = { bigint: acme.events, numeric: acme.mrr, 'timestamptz[]': user.reached, tstzmultirange: acme.spells, interval: user.took };
for (const [type, value] of Object.entries(columns)) console.log(`${type}: ${kind(value)}`);
await db.end();
