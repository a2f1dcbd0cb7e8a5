#!/usr/bin/env python3
"""A small backend that tells sales whom to talk to, with psycopg 3 (Debian: python3-psycopg).

    psql -f schema.sql && ./sales.py 8080        (the database by PGHOST, PGDATABASE and so on)

    POST /activity   [{"account": "acme", "user": 7, "plan": "free", "event": "invite"}, ...]
                     writes all of it or nothing, and says which accounts became qualified by it
    GET /sales       the accounts that are qualified now: since when, how many members, score, and why

An account is qualified with five free users active in the last 30 days. Whoever waits for
alerts, such as the thread here that prints them, LISTENs; they come with COMMIT.
"""
import json
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
from psycopg.rows import dict_row

# One row in, and whether a spell begins with it, before COMMIT. 720 hours are 30 days, whatever the clock does.
NOTE = """
WITH written AS (
	INSERT INTO activity VALUES (%(account)s, %(user)s, %(plan)s, %(event)s, %(at)s) RETURNING at, user_id, plan
), spells AS (
	SELECT plg.qualified(5, '30 days', at, user_id) AS spells
	FROM (SELECT at, user_id, plan FROM activity
	      WHERE account = %(account)s AND at >= %(at)s - interval '720 hours' AND at <= %(at)s
	      UNION ALL TABLE written) rows
	WHERE plan = 'free'
)
SELECT pg_notify('pqa', %(account)s) FROM spells, unnest(spells) spell WHERE lower(spell) = %(at)s
"""

SALES = """
SELECT q.entity AS account, q.since, q.members, s.score, s.contributions AS why
FROM (SELECT plg.journeys(account, at, user_id::text) FILTER (WHERE plan = 'free') AS members,
             plg.journeys(account, at, event) AS events FROM activity) v,
     plg.qualified(v.members, 5, '30 days', as_of => %(at)s) q
     LEFT JOIN plg.scores(v.events, '{"invite": 5, "export": 3}', '14 days', %(at)s) s USING (entity)
WHERE q.until IS NULL
ORDER BY s.score DESC NULLS LAST, account
"""


def connect():
    return psycopg.connect("", row_factory=dict_row)


def note(rows):
    """All rows in one transaction: where one is refused, nothing was written and nobody hears of it."""
    with connect() as connection:
        news = [row["account"] for row in rows
                if connection.execute(NOTE, {**row, "at": row.get("at") or datetime.now(timezone.utc)}, prepare=True).fetchone()]
    return {"qualified": news}


def sales(at=None):
    with connect() as connection:
        return connection.execute(SALES, {"at": at or datetime.now(timezone.utc)}).fetchall()


def alerts():
    with psycopg.connect("", autocommit=True) as connection:
        connection.execute("LISTEN pqa")
        print("listening", flush=True)
        for alert in connection.notifies():
            print("call", alert.payload, flush=True)


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body, default=str).encode())

    def do_GET(self):
        self.answer(200, sales()) if self.path == "/sales" else self.answer(404, {})

    def do_POST(self):
        try:
            self.answer(201, note(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        except (psycopg.Error, ValueError, KeyError) as error:
            self.answer(400, {"error": str(error)})


if __name__ == "__main__":
    threading.Thread(target=alerts, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print("port", server.server_port, flush=True)
    server.serve_forever()
