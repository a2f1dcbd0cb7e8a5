/*
 * A ledger as a history: what plg.ledger stores, and its validator.
 *
 * The entities are accounts, a row is an instant and a code, and the code stands
 * for the change of the account's MRR at that instant, an amount of money as
 * bytes (money.h).  An account has one change at an instant, which is not 0.
 *
 * A code may stand for a mark instead: from then on the account is a customer
 * whatever it pays, or no longer is.  A mark is one byte that no amount begins
 * with.  Those of an account take turns, and at one instant stand after the change.
 *
 * The history's own number is the day, as a Julian one, up to which what
 * accounts pay is known, or 0 if it is for ever.
 *
 * The title of the history, if it has one, is the currency, after a byte that no
 * amount begins with, so that it follows the amounts.
 *
 * A pending ledger, the state of ledger_changes on its way, is a history of
 * levels: what an account, or a subscription of one, pays from an instant on.
 * Its flags say of what type accounts (bits 1 and 2) and subscriptions are (bits
 * 3 and 4: 0 for none, else type + 1).  With subscriptions its entities are
 * texts: length of the account as a varint, if that is text, account,
 * subscription, numbers as eight bytes, big-endian.  The state of ledger_payments
 * is one as well, of which a flag tells: its subscriptions are numbers, how long
 * each payment lasts.
 */
#ifndef PLG_CORE_HISTORY_LEDGER_FORM_H
#define PLG_CORE_HISTORY_LEDGER_FORM_H

#include "core/history/cursor.h"
#include "core/base/money.h"

#define LEDGER_PENDING 0x01
#define LEDGER_PAYMENTS 0x20
#define CUSTOMER_UNTIL_MARK 0xFD
#define CUSTOMER_FROM_MARK 0xFE
#define CURRENCY_MARK 0xFF
#define NO_SUBSCRIPTION 0

/* 1 for the mark from which on an account is a customer, -1 for the one up to which it was, 0 for an amount. */
static inline int
customer_step(const HistoryString *string)
{
	if (string->length != 1)
		return 0;
	return string->bytes[0] == CUSTOMER_FROM_MARK ? 1 : string->bytes[0] == CUSTOMER_UNTIL_MARK ? -1 : 0;
}

/* Whether bytes are text that the database could hold. */
typedef bool (*TextCheck) (const uint8 *bytes, uint32 length);

/* What is wrong with an opened history as a ledger, as a sentence, or NULL. */
extern const char *ledger_form_problem(const History *history, TextCheck is_text);

extern bool pending_flags_are_valid(const History *history);

/* The most bytes of a pending ledger's key, and the key; it returns its end. */
#define PENDING_KEY_BOUND(account, subscription) \
	(MAX_VARINT + 2 * sizeof(int64) + (Size) (account)->length + (subscription)->length)
extern uint8 *pending_key_write(uint8 *out, uint8 flags, const EntityKey *account,
								const EntityKey *subscription);

/* Takes a key apart; false if it is not well formed. */
extern bool pending_key_read(uint8 flags, const EntityKey *key, EntityKey *account,
							 EntityKey *subscription);

static inline uint8
pending_flags(EntityKind account, int subscription)
{
	return (uint8) (LEDGER_PENDING | account << 1 | subscription << 3);
}

static inline EntityKind
pending_account_kind(uint8 flags)
{
	return (EntityKind) (flags >> 1 & 3);
}

static inline int
pending_subscription_type(uint8 flags)
{
	return flags >> 3 & 3;
}

/* Of what kind the keys of rows are, account and subscription in one. */
static inline EntityKind
pending_key_kind(uint8 flags)
{
	return pending_subscription_type(flags) == NO_SUBSCRIPTION ? pending_account_kind(flags) : ENTITY_TEXT;
}

#endif							/* PLG_CORE_HISTORY_LEDGER_FORM_H */
