/*
 * What is in a ledger, and ledgers made of the accounts of others: without those
 * who ask to be erased or only test, or with customers that have become one.
 *
 * A ledger that is made so is the same bytes that the aggregate would have built
 * from those accounts' rows.
 */
#include "ledger/currency.h"

#include "ledger/reader.h"
#include "pg/args.h"
#include "revenue/row.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

/* What each account pays, from each of its changes on. */
PLG_FUNCTION(plg_ledger_unnest);
Datum
plg_ledger_unnest(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	LedgerReader *reader;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	reader = arg_ledger(fcinfo, 0);
	while (next_account(reader))
	{
		Datum		account = entity_as_text(reader->history.kind, &reader->key);

		for (int64 i = 0; i < reader->n; i++)
		{
			Datum		mrr = numeric_of_money(reader->total[i], reader->scale);

			put_datum(&row, account);
			put_datum(&row, TimestampTzGetDatum(reader->at[i]));
			put_datum(&row, mrr);
			put_row(result, &row);
			pfree(DatumGetPointer(mrr));
		}
		pfree(DatumGetPointer(account));
	}
	return (Datum) 0;
}

/* An account, and who its rows go to. */
typedef struct Renamed
{
	EntityKey	account;
	EntityKey	to;
} Renamed;

static int
compare_renamed(const Renamed *a, const Renamed *b, EntityKind kind)
{
	int			order = compare_entities(kind, &a->account, &b->account);

	return order != 0 ? order : compare_entities(kind, &a->to, &b->to);
}

#define ST_SORT sort_renamed
#define ST_ELEMENT_TYPE Renamed
#define ST_COMPARE_ARG_TYPE EntityKind
#define ST_COMPARE(a, b, kind) compare_renamed(a, b, *(kind))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* What a ledger is made of: some accounts under their own or other names, and whether all the others. */
typedef struct LedgerRewrite
{
	History		history;
	EntityKind	kind;
	int64		n;
	Renamed    *accounts;
	bool		drops_named;	/* those accounts have no name to go to */
	bool		keeps_others;
} LedgerRewrite;

static void
open_rewritten(FunctionCallInfo fcinfo, LedgerRewrite *rewrite)
{
	arg_history(fcinfo, 0, &ledger_kind, &rewrite->history);
	if (rewrite->history.flags & LEDGER_PENDING)
		report_pending_ledger();
	rewrite->kind = rewrite->history.kind;
}

static EntityKey
parse_account(const LedgerRewrite *rewrite, char *text)
{
	return parse_entity(rewrite->kind, text, "Accounts of this ledger");
}

/* Under which name an account is kept, NULL if it is not; *next is the next one of those named. */
static const EntityKey *
new_account(const LedgerRewrite *rewrite, const EntityKey *account, int64 *next)
{
	int			order = 1;

	while (*next < rewrite->n &&
		   (order = compare_entities(rewrite->kind, &rewrite->accounts[*next].account, account)) < 0)
		(*next)++;
	if (*next < rewrite->n && order == 0)
		return rewrite->drops_named ? NULL : &rewrite->accounts[*next].to;
	return rewrite->keeps_others ? account : NULL;
}

/* The rows go through a state as they do in the aggregate, so that what comes together is netted. */
static Datum
rewritten_ledger(FunctionCallInfo fcinfo, LedgerRewrite *rewrite)
{
	const History *history = &rewrite->history;
	MemoryContext context = CurrentMemoryContext;
	LedgerState *state = ledger_like(history);
	LedgerArena *arena = (LedgerArena *) state->state.arena;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint32	   *codes = palloc_huge(Max(history->n_strings, 1) * sizeof(uint32));
	int64		next = 0;

	sort_renamed(rewrite->accounts, rewrite->n, &rewrite->kind);
	for_many(code, history->n_strings)
		codes[code] = code_in_state(&arena->amounts, history, code);
	cursor_open(cursor, history, NULL);
	while (cursor_next(cursor))
	{
		const EntityKey *account = new_account(rewrite, &cursor->key, &next);
		int64		number;

		CHECK_FOR_INTERRUPTS();
		if (account == NULL)
			continue;
		number = intern_entity(&arena->accounts, rewrite->kind, account, context);
		for (int64 i = 0; i < cursor->n; i++)
			log_row(&state->log, number, cursor->at[i], codes[cursor->code[i]], context);
	}
	cursor_close(cursor);
	if (rowlog_rows(&state->log) == 0)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(pack_changes(state, rewrite->kind, &state->log, &arena->accounts, &arena->amounts));
}

static Datum
choose_accounts(FunctionCallInfo fcinfo, bool except)
{
	LedgerRewrite rewrite = {.drops_named = except, .keeps_others = except};
	int			n;
	char	  **texts = arg_texts(fcinfo, 1, "accounts",
								  "Give the accounts in text form, for example '{17,42}'.", &n);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	open_rewritten(fcinfo, &rewrite);
	rewrite.n = n;
	rewrite.accounts = palloc_huge(Max(n, 1) * sizeof(Renamed));
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		rewrite.accounts[i].account = rewrite.accounts[i].to = parse_account(&rewrite, texts[i]);
	}
	return rewritten_ledger(fcinfo, &rewrite);
}

PLG_CALLS(plg_ledger_only_accounts, choose_accounts(fcinfo, false))
PLG_CALLS(plg_ledger_except_accounts, choose_accounts(fcinfo, true))

static void
refuse_accounts(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"accounts\" must %s", what),
			 errhint("Give an object of old and new accounts in text form, for example '{\"17\": \"42\"}'.")));
}

/* A new name, which may be a number as jsonb_object_agg writes it. */
static char *
text_of_json(const JsonbValue *value)
{
	if (value->type == jbvString)
		return pnstrdup(value->val.string.val, value->val.string.len);
	if (value->type != jbvNumeric)
		refuse_accounts("be an object of strings or numbers");
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
}

/* Reads the names; before there is a ledger, whether they are names at all. */
static void
read_names(const Jsonb *names, LedgerRewrite *rewrite)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;

	iterator = JsonbIteratorInit((JsonbContainer *) &names->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token == WJB_VALUE)
		{
			char	   *to = text_of_json(&value);

			if (rewrite != NULL)
				rewrite->accounts[rewrite->n++].to = parse_account(rewrite, to);
		}
		else if (token == WJB_KEY && rewrite != NULL)
			rewrite->accounts[rewrite->n].account =
				parse_account(rewrite, pnstrdup(value.val.string.val, value.val.string.len));
	}
}

/* Different texts may be one account, such as 7 and 07. */
static void
check_names(const LedgerRewrite *rewrite)
{
	for (int64 i = 1; i < rewrite->n; i++)
	{
		const Renamed *a = &rewrite->accounts[i - 1];
		const Renamed *b = &rewrite->accounts[i];

		if (compare_entities(rewrite->kind, &a->account, &b->account) == 0 &&
			compare_entities(rewrite->kind, &a->to, &b->to) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("account \"%s\" cannot be renamed to two others", describe_entity(rewrite->kind, &a->account)),
					 errhint("Name each account once.")));
	}
}

PLG_FUNCTION(plg_ledger_rename_accounts);
Datum
plg_ledger_rename_accounts(PG_FUNCTION_ARGS)
{
	LedgerRewrite rewrite = {.keeps_others = true};
	Jsonb	   *names;

	if (PG_ARGISNULL(1))
		refuse_accounts("not be null");
	names = PG_GETARG_JSONB_P(1);
	if (!JB_ROOT_IS_OBJECT(names))
		refuse_accounts("be an object");
	read_names(names, NULL);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	open_rewritten(fcinfo, &rewrite);
	rewrite.accounts = palloc_huge(Max(JB_ROOT_COUNT(names), 1) * sizeof(Renamed));
	read_names(names, &rewrite);
	sort_renamed(rewrite.accounts, rewrite.n, &rewrite.kind);
	check_names(&rewrite);
	return rewritten_ledger(fcinfo, &rewrite);
}
