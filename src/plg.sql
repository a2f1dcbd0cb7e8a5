-- The schema belongs to the extension, so nobody else can put an overload in
-- it, and every role may call what is in it.
CREATE SCHEMA plg;
GRANT USAGE ON SCHEMA plg TO PUBLIC;
COMMENT ON SCHEMA plg IS 'product-led growth metrics: journeys, conversion, ledger';


-- What every type has in common: text and binary form, equality, hash.
--@ for T in journeys conversion ledger
CREATE TYPE plg.{T};

CREATE FUNCTION plg.{T}_in(cstring) RETURNS plg.{T}
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_{T}_in';
CREATE FUNCTION plg.{T}_out(plg.{T}) RETURNS cstring
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_value_out';
CREATE FUNCTION plg.{T}_recv(internal) RETURNS plg.{T}
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_{T}_recv';
CREATE FUNCTION plg.{T}_send(plg.{T}) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_value_send';
COMMENT ON FUNCTION plg.{T}_in(cstring) IS 'text input: base64 of exactly the bytes that plg writes';
COMMENT ON FUNCTION plg.{T}_out(plg.{T}) IS 'text output: base64';
COMMENT ON FUNCTION plg.{T}_recv(internal) IS 'binary input: exactly the bytes that plg writes';
COMMENT ON FUNCTION plg.{T}_send(plg.{T}) IS 'binary output';

CREATE TYPE plg.{T} (
	INPUT = plg.{T}_in, OUTPUT = plg.{T}_out,
	RECEIVE = plg.{T}_recv, SEND = plg.{T}_send,
	INTERNALLENGTH = VARIABLE, STORAGE = EXTERNAL
);

CREATE FUNCTION plg.{T}_eq(plg.{T}, plg.{T}) RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_value_eq';
CREATE FUNCTION plg.{T}_ne(plg.{T}, plg.{T}) RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_value_ne';
CREATE FUNCTION plg.{T}_hash(plg.{T}) RETURNS integer
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_value_hash';
CREATE FUNCTION plg.{T}_hash_extended(plg.{T}, bigint) RETURNS bigint
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_value_hash_extended';
COMMENT ON FUNCTION plg.{T}_eq(plg.{T}, plg.{T}) IS 'whether two values have the same contents';
COMMENT ON FUNCTION plg.{T}_ne(plg.{T}, plg.{T}) IS 'whether two values differ';
COMMENT ON FUNCTION plg.{T}_hash(plg.{T}) IS 'hash';
COMMENT ON FUNCTION plg.{T}_hash_extended(plg.{T}, bigint) IS 'seeded hash';

CREATE OPERATOR plg.= (
	FUNCTION = plg.{T}_eq, LEFTARG = plg.{T}, RIGHTARG = plg.{T},
	COMMUTATOR = OPERATOR(plg.=), NEGATOR = OPERATOR(plg.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES
);
CREATE OPERATOR plg.<> (
	FUNCTION = plg.{T}_ne, LEFTARG = plg.{T}, RIGHTARG = plg.{T},
	COMMUTATOR = OPERATOR(plg.<>), NEGATOR = OPERATOR(plg.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR plg.= (plg.{T}, plg.{T}) IS 'equal: the same contents';
COMMENT ON OPERATOR plg.<> (plg.{T}, plg.{T}) IS 'not equal';
CREATE OPERATOR CLASS plg.{T}_ops DEFAULT FOR TYPE plg.{T} USING hash AS
	OPERATOR 1 plg.= (plg.{T}, plg.{T}),
	FUNCTION 1 plg.{T}_hash(plg.{T}),
	FUNCTION 2 plg.{T}_hash_extended(plg.{T}, bigint);

--@ end
