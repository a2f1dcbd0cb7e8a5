// Asks DuckDB and ClickHouse, whichever can be loaded: one process, one thread.
//
//	node peers.mjs versions | load | answers | measure		(in build/peers)
//
// Reads jobs from ../bench/*.sql: NAME... on the command line after the mode.
// load reads events.csv into stores of their own; answers prints NAME MD5,
// measure NAME MILLISECONDS (of the second of two runs; with CPU=1 in the
// environment, of the processor).
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const here = process.cwd();
const require = createRequire(path.join(here, 'package.json'));
const [mode, ...names] = process.argv.slice(2);
const store = name => path.join(here, name);

async function openDuckdb() {
	const { DuckDBInstance } = require('@duckdb/node-api');
	const instance = await DuckDBInstance.create(store('duckdb.store'), { threads: '1' });
	const connection = await instance.connect();
	return {
		rows: async sql => (await connection.runAndReadAll(sql)).getRows().map(row => row.map(v => v === null ? null : String(v))),
		load: [
			'CREATE OR REPLACE TABLE events (user_id BIGINT, ts TIMESTAMP, event VARCHAR)',
			`COPY events FROM '${store('events.csv')}' (HEADER false)`,
			'CHECKPOINT'],
		version: 'SELECT version()',
	};
}

async function openClickhouse() {
	const { Session } = require('chdb');
	const session = new Session(store('clickhouse.store'));
	const settings = ' SETTINGS max_threads = 1';
	return {
		rows: async sql => session.query(sql.replace(/;\s*$/, '') + settings, 'TabSeparated').split('\n')
			.filter(line => line !== '').map(line => line.split('\t').map(v => v === '\\N' ? null : v)),
		load: [
			'CREATE DATABASE IF NOT EXISTS bench',
			'DROP TABLE IF EXISTS bench.events',
			`CREATE TABLE bench.events (user_id Int64, at DateTime64(3, 'UTC'), event LowCardinality(String)) ENGINE = MergeTree ORDER BY tuple()`,
			`INSERT INTO bench.events SELECT * FROM file('${store('events.csv')}', CSV, $$user_id Int64, at DateTime64(3, 'UTC'), event String$$)`,
			'OPTIMIZE TABLE bench.events FINAL'],
		begin: sql => session.query(sql),
		use: 'USE bench',
		version: 'SELECT version()',
		close: () => session.close(),
	};
}

const peers = { duckdb: { name: 'DuckDB', open: openDuckdb }, clickhouse: { name: 'ClickHouse', open: openClickhouse } };
const clock = () => {
	if (!process.env.CPU)
		return performance.now();
	const used = process.cpuUsage();
	return (used.user + used.system) / 1000;
};

async function answer(engine, job, sql) {
	const columns = Number(process.env['COLUMNS_' + job]);
	const lines = (await engine.rows(sql)).map(row => row.slice(0, columns).filter(v => v !== null).join('/')).sort();
	console.log(job, createHash('md5').update(lines.join(',')).digest('hex'));
}

async function measure(engine, job, sql) {
	let begun;
	for (let i = 0; i < 2; i++) {
		begun = clock();
		await engine.rows(sql);
	}
	console.log(job, (clock() - begun).toFixed(3));
}

for (const [prefix, peer] of Object.entries(peers)) {
	const jobs = names.filter(name => name.startsWith(prefix + '_'));
	if (jobs.length === 0 && mode !== 'versions' && mode !== 'load')
		continue;
	let engine;
	if (mode === 'load')
		rmSync(store(prefix + '.store'), { recursive: true, force: true });
	try {
		engine = await peer.open();
	} catch (error) {
		console.error(`${peer.name} is not here: ${error.message.split('\n')[0]}`);
		continue;
	}
	const run = engine.begin ?? engine.rows;
	if (mode === 'versions')
		console.log(`${peer.name} ${(await engine.rows(engine.version))[0][0]}`);
	if (mode === 'load') {
		for (const sql of engine.load)
			await run(sql);
	} else if (engine.use && mode !== 'versions')
		await run(engine.use);
	for (const job of mode === 'answers' || mode === 'measure' ? jobs : []) {
		const sql = readFileSync(path.join(here, '..', 'bench', job + '.sql'), 'utf8').trim().replace(/;$/, '');
		try {
			await (mode === 'answers' ? answer : measure)(engine, job, sql);
		} catch (error) {
			console.error(`${job}: ${error.message.split('\n')[0]}`);
		}
	}
	engine.close?.();
}
process.exit(0);
