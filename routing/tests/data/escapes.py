"""What somebody may try with one query, and the words with which the engine refuses it.

{outside} is a file beside the data that nobody may read or write, {data} the data's own file.
"""

ONE_SELECT = "A query is exactly one SELECT."
ONLY_SELECT = "Only SELECT is allowed here"
NO_FILES = "file system operations are disabled"
LOCKED = "the configuration has been locked"
UNKNOWN = "Catalog Error"
READ_ONLY = "read-only mode"
PARSER = "Parser Error"

ESCAPES: list[tuple[str, str]] = [
    # Not one statement
    ("", ONE_SELECT),
    (";", ONE_SELECT),
    ("-- nothing", ONE_SELECT),
    ("SELECT 1; SELECT 2", ONE_SELECT),
    ("SELECT 1; DROP TABLE sales", ONE_SELECT),
    ("SELECT 1;/**/COPY sales TO '{outside}'", ONE_SELECT),
    ("SELECT ';'; DELETE FROM sales", ONE_SELECT),
    ("SELEC 1", PARSER),
    ("SELECT 1) AS x; DROP TABLE sales; --", PARSER),
    ("SELECT * INTO copy FROM sales", PARSER),
    # Not a SELECT
    ("INSERT INTO sales VALUES (NULL, NULL, NULL)", ONLY_SELECT),
    ("UPDATE sales SET amount = 0", ONLY_SELECT),
    ("DELETE FROM sales", ONLY_SELECT),
    ("TRUNCATE sales", ONLY_SELECT),
    ("MERGE INTO sales USING sales s ON false WHEN NOT MATCHED THEN INSERT", ONLY_SELECT),
    ("DROP TABLE sales", ONLY_SELECT),
    ("ALTER TABLE sales ADD COLUMN x INT", ONLY_SELECT),
    ("CREATE TABLE x AS SELECT 1", ONLY_SELECT),
    ("CREATE TEMP TABLE x AS SELECT 1", ONLY_SELECT),
    ("CREATE TEMP VIEW x AS SELECT 1", ONLY_SELECT),
    ("CREATE TEMP MACRO f(x) AS x", ONLY_SELECT),
    ("CREATE SEQUENCE s", ONLY_SELECT),
    ("CREATE TYPE t AS ENUM ('a')", ONLY_SELECT),
    ("CREATE SECRET s (TYPE s3)", ONLY_SELECT),
    ("CREATE INDEX i ON sales (day)", ONLY_SELECT),
    ("COMMENT ON TABLE sales IS 'x'", ONLY_SELECT),
    ("PRAGMA database_list", ONLY_SELECT),
    ("PRAGMA table_info('sales')", ONLY_SELECT),
    ("PRAGMA memory_limit='90GB'", ONLY_SELECT),
    ("CALL pragma_version()", ONLY_SELECT),
    ("CALL enable_logging()", ONLY_SELECT),
    ("CHECKPOINT", ONLY_SELECT),
    ("VACUUM", ONLY_SELECT),
    ("ANALYZE", ONLY_SELECT),
    ("SET memory_limit = '90GB'", ONLY_SELECT),
    ("SET enable_external_access = true", ONLY_SELECT),
    ("RESET lock_configuration", ONLY_SELECT),
    ("SET VARIABLE x = 1", ONLY_SELECT),
    ("USE system", ONLY_SELECT),
    ("BEGIN", ONLY_SELECT),
    ("ATTACH '{outside}' AS x", ONLY_SELECT),
    ("ATTACH ':memory:' AS x", ONLY_SELECT),
    ("DETACH data", ONLY_SELECT),
    ("COPY sales TO '{outside}'", ONLY_SELECT),
    ("COPY sales FROM '{outside}'", ONLY_SELECT),
    ("COPY (SELECT 1) TO '{outside}'", ONLY_SELECT),
    ("EXPORT DATABASE '{outside}'", ONLY_SELECT),
    ("IMPORT DATABASE '{outside}'", ONLY_SELECT),
    ("INSTALL httpfs", ONLY_SELECT),
    ("LOAD httpfs", ONLY_SELECT),
    ("UPDATE EXTENSIONS", ONLY_SELECT),
    ("PREPARE p AS SELECT 1", ONLY_SELECT),
    ("EXECUTE p", ONLY_SELECT),
    ("EXPLAIN ANALYZE SELECT 1", ONLY_SELECT),
    ("PIVOT sales ON region", ONLY_SELECT),
    # A SELECT with something else in it
    ("WITH x AS (INSERT INTO sales VALUES (NULL, NULL, NULL) RETURNING *) FROM x", ONLY_SELECT),
    ("WITH x AS (DELETE FROM sales RETURNING *) FROM x", ONLY_SELECT),
    ("WITH x AS (UPDATE sales SET amount = 0 RETURNING *) FROM x", ONLY_SELECT),
    ("WITH x AS (COPY sales TO '{outside}') FROM x", ONLY_SELECT),
    ("WITH x AS (COPY sales TO '{data}.wal') FROM x", ONLY_SELECT),
    ("SELECT (WITH x AS (DELETE FROM sales RETURNING 1) SELECT 1)", ONLY_SELECT),
    ("SELECT 1 UNION (WITH x AS (DELETE FROM sales RETURNING 1) FROM x)", ONLY_SELECT),
    ("WITH x AS (CREATE TEMP TABLE y AS SELECT 1) SELECT 1", PARSER),
    ("SELECT * FROM query('DROP TABLE sales')", PARSER),
    # Files, the network, extensions
    ("FROM '{outside}'", NO_FILES),
    ("FROM read_csv('{outside}')", NO_FILES),
    ("FROM read_csv(['{outside}'])", NO_FILES),
    ("FROM read_json('{outside}')", NO_FILES),
    ("FROM read_parquet('{outside}')", NO_FILES),
    ("FROM read_text('{outside}')", NO_FILES),
    ("FROM read_blob('/etc/passwd')", NO_FILES),
    ("FROM query('FROM read_text(''{outside}'')')", NO_FILES),
    ("FROM sniff_csv('{outside}')", NO_FILES),
    ("FROM parquet_metadata('{outside}')", NO_FILES),
    ("FROM glob('/*')", NO_FILES),
    ("FROM 'http://127.0.0.1:9/x.csv'", NO_FILES),
    ("FROM read_csv('s3://bucket/x.csv')", NO_FILES),
    ("FROM duckdb_secrets()", NO_FILES),
    ("FROM sqlite_scan('{outside}', 't')", UNKNOWN),
    ("FROM postgres_scan('host=127.0.0.1', 'public', 't')", UNKNOWN),
    ("FROM read_xlsx('{outside}')", UNKNOWN),
    ("SELECT getenv('PATH')", UNKNOWN),
    # The configuration and the program around
    ("FROM enable_profiling(save_location = '{outside}')", LOCKED),
    ("FROM enable_logging(storage = 'file', storage_path = '{outside}')", LOCKED),
    ("SELECT set_config('threads', '8')", UNKNOWN),
    ("FROM connection", UNKNOWN),
    ("FROM job", UNKNOWN),
    ("FROM sys", UNKNOWN),
]

# Harmless, but without end or without measure.
ABUSES: list[tuple[str, str]] = [
    ("SELECT count(*) FROM range(1000000000000)", "interrupted after"),
    (
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
        "Ask for less",
    ),
    ("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b", "Ask for less"),
    ("SELECT length(repeat('x', 4000000000))", "Ask for less"),
    ("SELECT list(range) FROM range(1000000000)", "Ask for less"),
    ("SELECT list_sum(range(400000000))", "Ask for less"),
    ("SELECT repeat('x', 50000000) FROM range(1000)", "Ask for less"),
]
