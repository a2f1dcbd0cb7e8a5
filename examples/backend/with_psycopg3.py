"""plg from Python by psycopg 3 (Debian: python3-psycopg): record an event, read one
user's milestones and the account's state by prepared statements, show plg's hint."""
import psycopg
from psycopg.rows import namedtuple_row

RECORD = "INSERT INTO activity (account, user_id, at, event) VALUES (%s, %s, now(), %s)"
MILESTONES = """
    SELECT reached, reached[2] - reached[1] AS took
    FROM (SELECT plg.milestones(%(within)s, at, event = 'signup', event = 'create_project', event = 'upgrade') AS reached
          FROM activity WHERE user_id = %(user)s) m"""
ACCOUNT = """
    SELECT events, spells, spells @> now() AS qualified, mrr
    FROM (SELECT count(*) AS events, plg.qualified(%(members)s, %(within)s, at, user_id) AS spells FROM activity WHERE account = %(account)s) a,
         (SELECT plg.mrr(plg.ledger(account, mrr, during), now()) AS mrr FROM subscriptions WHERE account = %(account)s) s"""


def kind(value):
    return f"list of {kind(value[0])}" if isinstance(value, list) else type(value).__name__


with psycopg.connect(row_factory=namedtuple_row, autocommit=True) as db:    # PGHOST, PGDATABASE and so on
    db.execute(RECORD, ("acme", 1, "invite"))

    user = db.execute(MILESTONES, {"user": 1, "within": "7 days"}, prepare=True).fetchone()
    print(f"user 1 reached {sum(at is not None for at in user.reached)} of 3 steps")

    acme = db.execute(ACCOUNT, {"account": "acme", "members": 3, "within": "30 days"}, prepare=True).fetchone()
    print(f"acme is {'' if acme.qualified else 'not '}qualified, with {acme.events} events, and pays {acme.mrr}")

    # A duration that plg refuses, from a form for instance: SQLSTATE and hint are made to be shown.
    try:
        db.execute(MILESTONES, {"user": 1, "within": "1 month"}, prepare=True)
    except (psycopg.DataError, psycopg.NotSupportedError) as error:    # error.sqlstate 22..., 0A...
        print(error.diag.message_primary, error.diag.message_hint, sep="\n")

    # What the types are here.
    for type_, value in {"bigint": acme.events, "numeric": acme.mrr, "timestamptz[]": user.reached,
                         "tstzmultirange": acme.spells, "interval": user.took}.items():
        print(f"{type_}: {kind(value)}")
