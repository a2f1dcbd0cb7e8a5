// plg from Go by pgx (Debian: golang-github-jackc-pgx-v4-dev): record an event, read one
// user's milestones and the account's state by prepared statements, show plg's hint.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

const (
	record     = `INSERT INTO activity (account, user_id, at, event) VALUES ($1, $2, now(), $3)`
	milestones = `SELECT reached, reached[2] - reached[1] AS took
		FROM (SELECT plg.milestones($2, at, event = 'signup', event = 'create_project', event = 'upgrade') AS reached
		      FROM activity WHERE user_id = $1) m`
	// numeric and multirange as text: Go has no type for them
	account = `SELECT events, spells::text, spells @> now() AS qualified, mrr::text
		FROM (SELECT count(*) AS events, plg.qualified($2, $3, at, user_id) AS spells FROM activity WHERE account = $1) a,
		     (SELECT plg.mrr(plg.ledger(account, mrr, during), now()) AS mrr FROM subscriptions WHERE account = $1) s`
)

func main() {
	ctx := context.Background()
	db, err := pgx.Connect(ctx, "") // PGHOST, PGDATABASE and so on
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close(ctx)
	for name, text := range map[string]string{"record": record, "milestones": milestones, "account": account} {
		if _, err := db.Prepare(ctx, name, text); err != nil {
			log.Fatal(err)
		}
	}

	if _, err := db.Exec(ctx, "record", "acme", 1, "invite"); err != nil {
		log.Fatal(err)
	}

	// A step that is not reached is NULL, so its time is a pointer; an interval of plg has no months.
	var reached []*time.Time
	var took *time.Duration
	if err := db.QueryRow(ctx, "milestones", 1, 7*24*time.Hour).Scan(&reached, &took); err != nil {
		log.Fatal(err)
	}
	steps := 0
	for _, at := range reached {
		if at != nil {
			steps++
		}
	}
	fmt.Printf("user 1 reached %d of 3 steps\n", steps)

	var events int64
	var spells, mrr string
	var qualified bool
	if err := db.QueryRow(ctx, "account", "acme", 3, "30 days").Scan(&events, &spells, &qualified, &mrr); err != nil {
		log.Fatal(err)
	}
	not := map[bool]string{false: "not "}[qualified]
	fmt.Printf("acme is %squalified, with %d events, and pays %s\n", not, events, mrr)

	// A duration that plg refuses, from a form for instance: SQLSTATE and hint are made to be shown.
	var refused *pgconn.PgError
	err = db.QueryRow(ctx, "milestones", 1, "1 month").Scan(&reached, &took)
	if !errors.As(err, &refused) || refused.Code[:2] != "22" && refused.Code[:2] != "0A" { // data exceptions, not supported
		log.Fatal(err)
	}
	fmt.Printf("%s\n%s\n", refused.Message, refused.Hint)

	// What the types are here.
	fmt.Printf("bigint: %T\nnumeric: %T\ntimestamptz[]: %T\ntstzmultirange: %T\ninterval: %T\n", events, mrr, reached, spells, *took)
}
