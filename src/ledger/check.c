/*
 * The aggregate plg.ledger_check: what looks suspicious in the rows that a ledger
 * is to be built of.  It refuses nothing, and counts.
 *
 * The state (state/flat_rows.h) holds the rows as they came.  They are looked at
 * in order of account, as text, and time, so that what is told as the first
 * example of a kind does not depend on the order of rows.
 */
#include "pg/args.h"

#include "core/base/dict.h"
#include "ledger/form.h"
#include "ledger/money.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "state/flat_rows.h"
#include "state/state.h"
#include "utils/builtins.h"

#define NAME "ledger_check"
#define STATE_MAGIC 0x6b676c70	/* "plgk" */

typedef struct CheckState
{
	FlatRows	flat;
	uint8		rows[FLEXIBLE_ARRAY_MEMBER];
} CheckState;

#define HEAD offsetof(CheckState, rows)

static CheckState *
arg_state(FunctionCallInfo fcinfo, int argno)
{
	return (CheckState *) arg_flat_rows(fcinfo, argno, NAME, STATE_MAGIC, HEAD);
}

/* Of each row: this, the amount as money is written, the account as text. */
typedef struct RowHead
{
	int64		from;
	int64		to;				/* DT_NOEND: still paying */
	uint32		account_length;
	uint8		amount_length;
	/* 0 or 1; no bool, for a state may come from anywhere */
	uint8		has_null;
	uint8		bad;			/* an amount, or a date, that a ledger refuses */
	uint8		no_account;		/* NULL, which is not '' */
} RowHead;

/* A row in the state's bytes. */
typedef struct Row
{
	RowHead		head;
	const uint8 *amount;
	const uint8 *account;
} Row;

/* The arguments of the transition, state included. */
enum
{
	ACCOUNT = 1, MRR, FROM, TO
};

static void
set_amount(FunctionCallInfo fcinfo, RowHead *head, uint8 *amount)
{
	Money		money;

	if (money_of_numeric(&money, PG_GETARG_DATUM(MRR)) != NULL)
		head->bad = 1;
	else
		head->amount_length = (uint8) money_write(amount, money);
}

static TimestampTz
take_moment(FunctionCallInfo fcinfo, int argno, bool is_date, RowHead *head)
{
	if (!is_date)
		return PG_GETARG_TIMESTAMPTZ(argno);
	if (!DATE_NOT_FINITE(PG_GETARG_DATEADT(argno)) && PG_GETARG_DATEADT(argno) >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
	{
		head->bad = 1;
		return DT_NOEND;
	}
	return timestamp_of_date(PG_GETARG_DATEADT(argno));
}

static Datum
add_row(FunctionCallInfo fcinfo, EntityKind kind, bool from_is_date, bool to_is_date)
{
	CheckState *state;
	RowHead		head;
	uint8		amount[MONEY_MAX_BYTES];
	char	   *account = NULL;
	uint8	   *out;

	(void) aggregate_context(fcinfo);
	memset(&head, 0, sizeof(head));
	head.from = DT_NOBEGIN;
	head.to = DT_NOEND;
	if (!PG_ARGISNULL(ACCOUNT))
	{
		EntityKey	key;

		arg_entity(fcinfo, ACCOUNT, kind, &key);
		account = entity_text(kind, &key);
		head.account_length = (uint32) strlen(account);
	}
	if (!PG_ARGISNULL(MRR))
		set_amount(fcinfo, &head, amount);
	if (!PG_ARGISNULL(FROM))
		head.from = take_moment(fcinfo, FROM, from_is_date, &head);
	if (!PG_ARGISNULL(TO))
		head.to = take_moment(fcinfo, TO, to_is_date, &head);
	head.no_account = account == NULL;
	head.has_null = account == NULL || PG_ARGISNULL(MRR) || PG_ARGISNULL(FROM);

	state = PG_ARGISNULL(0) ? (CheckState *) make_flat_rows(STATE_MAGIC, HEAD) : arg_state(fcinfo, 0);
	state = (CheckState *) flat_rows_with_room(&state->flat, NAME, HEAD, sizeof(head) + head.amount_length + head.account_length);
	out = state->rows + state->flat.used;
	memcpy(out, &head, sizeof(head));
	memcpy(out + sizeof(head), amount, head.amount_length);
	if (account != NULL)
		memcpy(out + sizeof(head) + head.amount_length, account, head.account_length);
	state->flat.used += (int64) (sizeof(head) + head.amount_length + head.account_length);
	PG_RETURN_POINTER(state);
}

PLG_FUNCTION(plg_ledger_check_combine);
Datum
plg_ledger_check_combine(PG_FUNCTION_ARGS)
{
	CheckState *other;

	PLG_BEGIN_COMBINE(fcinfo, other, arg_state);
	PG_RETURN_POINTER(flat_rows_append(&arg_state(fcinfo, 0)->flat, &other->flat, NAME, HEAD));
}

static int
compare_accounts(const Row *a, const Row *b)
{
	if (a->head.no_account != b->head.no_account)
		return a->head.no_account ? -1 : 1;
	return compare_bytes(a->account, a->head.account_length, b->account, b->head.account_length);
}

static int
compare_rows(const Row *a, const Row *b)
{
	int			order = compare_accounts(a, b);

	if (order == 0)
		order = (a->head.from > b->head.from) - (a->head.from < b->head.from);
	if (order == 0)
		order = (a->head.to > b->head.to) - (a->head.to < b->head.to);
	return order != 0 ? order : compare_bytes(a->amount, a->head.amount_length, b->amount, b->head.amount_length);
}

#define ST_SORT sort_check_rows
#define ST_ELEMENT_TYPE Row
#define ST_COMPARE(a, b) compare_rows(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* All rows in order; how many in *n. */
static Row *
read_rows(const CheckState *state, int64 *n)
{
	Row		   *rows = palloc_huge((state->flat.used / sizeof(RowHead) + 1) * sizeof(Row));
	int64		place = 0;

	for (*n = 0; place < state->flat.used; ++*n)
	{
		Row		   *row = &rows[*n];

		if ((*n & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (state->flat.used - place < (int64) sizeof(RowHead))
			refuse_damaged_state(NAME);
		memcpy(&row->head, state->rows + place, sizeof(RowHead));
		place += sizeof(RowHead);
		if ((int64) row->head.amount_length + row->head.account_length > state->flat.used - place ||
			(row->head.has_null | row->head.bad | row->head.no_account) > 1)
			refuse_damaged_state(NAME);
		row->amount = state->rows + place;
		row->account = row->amount + row->head.amount_length;
		place += (int64) row->head.amount_length + row->head.account_length;
		if (!is_valid_text(row->account, row->head.account_length))
			refuse_damaged_state(NAME);
	}
	sort_check_rows(rows, *n);
	return rows;
}

/* A kind of finding: how often, and where first. */
typedef struct Finding
{
	int64		n;
	char	   *first;
} Finding;

typedef struct Findings
{
	Finding		nulls;
	Finding		refused;
	Finding		empty;
	Finding		doubled;
	Finding		overlapping;
	Finding		short_gaps;
	Finding		inclusive_ends;
	Finding		far_ends;
} Findings;

static char *
describe_moment(int64 t)
{
	return IS_VALID_TIMESTAMP(t) || TIMESTAMP_NOT_FINITE(t) ? describe_time(t) : "?";
}

static void
find(Finding *finding, const Row *row)
{
	if (finding->n++ == 0)
		finding->first = psprintf("%s: %s to %s", row->head.no_account ? "none" :
								  describe_text((const char *) row->account, row->head.account_length),
								  row->head.has_null && TIMESTAMP_IS_NOBEGIN(row->head.from) ? "none" : describe_moment(row->head.from),
								  describe_moment(row->head.to));
}

/* Ends that are given as the last day, second, ... that is paid for. */
static bool
is_inclusive(uint64 gap)
{
	return gap == USECS_PER_DAY || gap == USECS_PER_SEC || gap == 1000 || gap == 1;
}

/* 2100-01-01 */
#define FAR_AWAY ((int64) 36525 * USECS_PER_DAY)

/* Whether a ledger could be built with the row; what is wrong with it is counted. */
static bool
check_row(Findings *f, const Row *row)
{
	const RowHead *head = &row->head;

	if (head->has_null)
		find(&f->nulls, row);
	else if (head->bad || TIMESTAMP_NOT_FINITE(head->from) || head->to < head->from)
		find(&f->refused, row);
	else if (head->to == head->from)
		find(&f->empty, row);
	else
	{
		if (head->to >= FAR_AWAY && !TIMESTAMP_IS_NOEND(head->to))
			find(&f->far_ends, row);
		return true;
	}
	return false;
}

/* The rows in order; how many accounts they have. */
static int64
check_rows(Findings *f, const Row *rows, int64 n)
{
	const Row  *before = NULL;	/* of the account, the last that pays */
	const Row  *longest = NULL; /* of those that pay the longest, the last */
	bool		overlaps = false;
	int64		accounts = 0;

	for (int64 i = 0; i < n; i++)
	{
		const Row  *row = &rows[i];

		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!row->head.no_account && (i == 0 || compare_accounts(row, row - 1) != 0))
		{
			accounts++;
			before = longest = NULL;
			overlaps = false;
		}
		if (!check_row(f, row))
			continue;
		if (before == NULL)
			longest = row;
		else if (compare_rows(row, before) == 0)
			find(&f->doubled, row);
		else if (row->head.from < longest->head.to)
		{
			if (!overlaps)
				find(&f->overlapping, row);
			overlaps = true;
		}
		else if (is_inclusive((uint64) row->head.from - (uint64) longest->head.to))
			find(&f->inclusive_ends, longest);
		else if (row->head.from > longest->head.to && (uint64) row->head.from - (uint64) longest->head.to < USECS_PER_DAY)
			find(&f->short_gaps, row);
		if (row->head.to >= longest->head.to)
			longest = row;
		before = row;
	}
	return accounts;
}

static void
put_finding(ResultRow *row, const Finding *finding)
{
	put_number(row, finding->n);
	put_if(row, finding->n > 0, finding->n > 0 ? CStringGetTextDatum(finding->first) : (Datum) 0);
}

PLG_FUNCTION(plg_ledger_check_final);
Datum
plg_ledger_check_final(PG_FUNCTION_ARGS)
{
	Findings	f = {0};
	ResultRow	row = {0};
	Row		   *rows;
	int64		n;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows = read_rows(arg_state(fcinfo, 0), &n);
	put_number(&row, n);
	put_number(&row, check_rows(&f, rows, n));
	put_finding(&row, &f.nulls);
	put_finding(&row, &f.refused);
	put_finding(&row, &f.empty);
	put_finding(&row, &f.doubled);
	put_finding(&row, &f.overlapping);
	put_finding(&row, &f.short_gaps);
	put_finding(&row, &f.inclusive_ends);
	put_finding(&row, &f.far_ends);
	return single_row(fcinfo, &row);
}

/* a timestamp without time zone is read as UTC, so it needs no function of its own */
#define ACCOUNT_FUNCTIONS(name, account) \
	PLG_CALLS(plg_ledger_check_add_##name##_time_time, add_row(fcinfo, account, false, false)) \
	PLG_CALLS(plg_ledger_check_add_##name##_time_date, add_row(fcinfo, account, false, true)) \
	PLG_CALLS(plg_ledger_check_add_##name##_date_time, add_row(fcinfo, account, true, false)) \
	PLG_CALLS(plg_ledger_check_add_##name##_date_date, add_row(fcinfo, account, true, true))

ACCOUNT_FUNCTIONS(bigint, ENTITY_BIGINT)
ACCOUNT_FUNCTIONS(uuid, ENTITY_UUID)
ACCOUNT_FUNCTIONS(text, ENTITY_TEXT)
