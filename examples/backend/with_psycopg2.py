"""plg from Python by psycopg2 (Debian: python3-psycopg2): record an event, read one
user's milestones and the account's state by prepared statements, show plg's hint."""
import psycopg2
from psycopg2.extras import NamedTupleCursor

RECORD = "INSERT INTO activity (account, user_id, at, event) VALUES (%s, %s, now(), %s)"
# psycopg2 puts parameters into the text, so what is to be prepared is said in SQL, once a connection.
PREPARE = """
    PREPARE milestones (bigint, interval) AS
    SELECT reached, reached[2] - reached[1] AS took
    FROM (SELECT plg.milestones($2, at, event = 'signup', event = 'create_project', event = 'upgrade') AS reached
          FROM activity WHERE user_id = $1) m;
    PREPARE account (text, int, interval) AS
    SELECT events, spells, spells @> now() AS qualified, mrr
    FROM (SELECT count(*) AS events, plg.qualified($2, $3, at, user_id) AS spells FROM activity WHERE account = $1) a,
         (SELECT plg.mrr(plg.ledger(account, mrr, during), now()) AS mrr FROM subscriptions WHERE account = $1) s"""
MILESTONES = "EXECUTE milestones (%s, %s)"
ACCOUNT = "EXECUTE account (%s, %s, %s)"


def kind(value):
    return f"list of {kind(value[0])}" if isinstance(value, list) else type(value).__name__


db = psycopg2.connect("", cursor_factory=NamedTupleCursor)    # PGHOST, PGDATABASE and so on
db.autocommit = True
with db.cursor() as cursor:
    cursor.execute(RECORD, ("acme", 1, "invite"))
    cursor.execute(PREPARE)

    cursor.execute(MILESTONES, (1, "7 days"))
    user = cursor.fetchone()
    print(f"user 1 reached {sum(at is not None for at in user.reached)} of 3 steps")

    cursor.execute(ACCOUNT, ("acme", 3, "30 days"))
    acme = cursor.fetchone()
    print(f"acme is {'' if acme.qualified else 'not '}qualified, with {acme.events} events, and pays {acme.mrr}")

    # A duration that plg refuses, from a form for instance: SQLSTATE and hint are made to be shown.
    try:
        cursor.execute(MILESTONES, (1, "1 month"))
    except (psycopg2.DataError, psycopg2.NotSupportedError) as error:    # error.pgcode 22..., 0A...
        print(error.diag.message_primary, error.diag.message_hint, sep="\n")

    # What the types are here.
    for type_, value in {"bigint": acme.events, "numeric": acme.mrr, "timestamptz[]": user.reached,
                         "tstzmultirange": acme.spells, "interval": user.took}.items():
        print(f"{type_}: {kind(value)}")
db.close()
