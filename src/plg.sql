-- The schema belongs to the extension, so nobody else can put an overload in
-- it, and every role may call what is in it.
CREATE SCHEMA plg;
GRANT USAGE ON SCHEMA plg TO PUBLIC;
COMMENT ON SCHEMA plg IS 'product-led growth metrics: journeys, conversion, ledger';

CREATE FUNCTION plg.planner_support(internal) RETURNS internal STRICT {SCALAR}, 'plg_planner_support';
--@ is tells the planner what a call of a reader costs and how many rows it gives

-- What every type has in common: text and binary form, order, hash, and that
-- an aggregate's state is a value.
--@ for T in journeys conversion ledger
CREATE TYPE plg.{T};

CREATE FUNCTION plg.{T}_in(cstring) RETURNS plg.{T} STRICT {WHOLE}, 'plg_{T}_in';
--@ is text input: base64 of exactly the bytes that plg writes
CREATE FUNCTION plg.{T}_out(plg.{T}) RETURNS cstring STRICT {WHOLE}, 'plg_value_out';
--@ is text output: base64
CREATE FUNCTION plg.{T}_recv(internal) RETURNS plg.{T} STRICT {WHOLE}, 'plg_{T}_recv';
--@ is binary input: exactly the bytes that plg writes
CREATE FUNCTION plg.{T}_send(plg.{T}) RETURNS bytea STRICT {WHOLE}, 'plg_value_send';
--@ is binary output

CREATE TYPE plg.{T} (
	INPUT = plg.{T}_in, OUTPUT = plg.{T}_out,
	RECEIVE = plg.{T}_recv, SEND = plg.{T}_send,
	INTERNALLENGTH = VARIABLE, STORAGE = EXTERNAL
);

CREATE FUNCTION plg.{T}_eq(plg.{T}, plg.{T}) RETURNS boolean STRICT {WHOLE}, 'plg_value_eq';
--@ is whether two values have the same contents
CREATE FUNCTION plg.{T}_ne(plg.{T}, plg.{T}) RETURNS boolean STRICT {WHOLE}, 'plg_value_ne';
--@ is whether two values differ
--@ for O in lt le ge gt
CREATE FUNCTION plg.{T}_{O}(plg.{T}, plg.{T}) RETURNS boolean STRICT {WHOLE}, 'plg_value_{O}';
--@ is order of the bytes, which has no meaning
--@ end
CREATE FUNCTION plg.{T}_cmp(plg.{T}, plg.{T}) RETURNS integer STRICT {WHOLE}, 'plg_value_cmp';
--@ is order of the bytes, which has no meaning: below, at or above 0
CREATE FUNCTION plg.{T}_hash(plg.{T}) RETURNS integer STRICT {WHOLE}, 'plg_value_hash';
--@ is hash
CREATE FUNCTION plg.{T}_hash_extended(plg.{T}, bigint) RETURNS bigint STRICT {WHOLE}, 'plg_value_hash_extended';
--@ is seeded hash

--@ let TWO LEFTARG = plg.{T}, RIGHTARG = plg.{T}
CREATE OPERATOR plg.= (FUNCTION = plg.{T}_eq, {TWO}, COMMUTATOR = OPERATOR(plg.=), NEGATOR = OPERATOR(plg.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR plg.<> (FUNCTION = plg.{T}_ne, {TWO}, COMMUTATOR = OPERATOR(plg.<>), NEGATOR = OPERATOR(plg.=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR plg.< (FUNCTION = plg.{T}_lt, {TWO}, COMMUTATOR = OPERATOR(plg.>), NEGATOR = OPERATOR(plg.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR plg.<= (FUNCTION = plg.{T}_le, {TWO}, COMMUTATOR = OPERATOR(plg.>=), NEGATOR = OPERATOR(plg.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR plg.>= (FUNCTION = plg.{T}_ge, {TWO}, COMMUTATOR = OPERATOR(plg.<=), NEGATOR = OPERATOR(plg.<), RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR plg.> (FUNCTION = plg.{T}_gt, {TWO}, COMMUTATOR = OPERATOR(plg.<), NEGATOR = OPERATOR(plg.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR plg.= (plg.{T}, plg.{T}) IS 'equal: the same contents';
COMMENT ON OPERATOR plg.<> (plg.{T}, plg.{T}) IS 'not equal';
--@ for O in < <= >= >
COMMENT ON OPERATOR plg.{O} (plg.{T}, plg.{T}) IS 'order of the bytes, for sorting and indexes';
--@ end
CREATE OPERATOR CLASS plg.{T}_ops DEFAULT FOR TYPE plg.{T} USING hash AS
	OPERATOR 1 plg.=, FUNCTION 1 plg.{T}_hash(plg.{T}), FUNCTION 2 plg.{T}_hash_extended(plg.{T}, bigint);
CREATE OPERATOR CLASS plg.{T}_ops DEFAULT FOR TYPE plg.{T} USING btree AS
	OPERATOR 1 plg.<, OPERATOR 2 plg.<=, OPERATOR 3 plg.=, OPERATOR 4 plg.>=, OPERATOR 5 plg.>,
	FUNCTION 1 plg.{T}_cmp(plg.{T}, plg.{T}), FUNCTION 4 pg_catalog.btequalimage(oid);

CREATE FUNCTION plg.{T}_combine(plg.{T}, plg.{T}) RETURNS plg.{T} {COMBINE}, 'plg_{T}_combine';
--@ is support of the aggregates {T} and rollup
CREATE FUNCTION plg.{T}_final(plg.{T}) RETURNS plg.{T} {FINAL}, 'plg_final_value';
--@ is support of the aggregates {T} and rollup

--@ end
