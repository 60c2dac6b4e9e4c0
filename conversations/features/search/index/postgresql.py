"""The index in PostgreSQL: a tsvector for each message and title, in tables of their own, with GIN.

Not a generated column beside the text: that would be computed anew every second while an answer is
being written. The configuration 'simple' knows no language, so nothing is stemmed.

Without extensions: accents are folded by Unicode's own decomposition (the database has to be in
UTF-8), characters of unspaced scripts are set apart as in words.py. Of a very long message the
first 200,000 characters are found, as a tsvector holds at most one megabyte.
"""

from conversations.features.search.index.what import (
    CONVERSATION,
    ENTRY,
    FINISHED,
    MESSAGE,
    MESSAGE_COLUMNS,
    PART,
)
from conversations.features.search.words import EMOJI, EMOJI_NAME, MARKS, UNSPACED

TITLE = "conversations_search_title"
LONGEST = 200_000

TABLES = [
    f"CREATE TABLE {ENTRY} (message_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    f"CREATE INDEX {ENTRY}_words ON {ENTRY} USING gin (words)",
    f"CREATE TABLE {TITLE} (conversation_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    f"CREATE INDEX {TITLE}_words ON {TITLE} USING gin (words)",
]

# All that is neither letter nor digit in ASCII, and the punctuation of most other scripts: their
# own parser would make one word of an address or a file's name.
PUNCTUATION = (
    r"[\u0001-/:-@\[-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf"
    r"\u2000-\u206f\u3000-\u3003\u3008-\u3020]+"
)
FOLDED = f"""regexp_replace(translate(replace(lower(normalize(regexp_replace(
    normalize(given, NFKD), '[{MARKS}]', '', 'g'), NFC)), 'ß', 'ss'), 'ς', 'σ'),
    '([{UNSPACED}])', ' \\1 ', 'g')"""
TEXT = f"""(SELECT string_agg(content, E'\n' ORDER BY position) FROM {PART}
    WHERE message_id = m.id AND kind = 'text')"""
FACETS = """array_to_tsvector(ARRAY[
    ' o' || c.owner_id, ' r' || left(m.role, 1),
    ' m' || encode(convert_to(m.model_name, 'UTF8'), 'hex'),
    ' p' || encode(convert_to(m.routing_profile, 'UTF8'), 'hex'),
    ' d' || to_char(m.created_at AT TIME ZONE 'UTC', 'YYYYMM'),
    ' d' || to_char(m.created_at AT TIME ZONE 'UTC', 'YYYYMMDD')])"""
COMPUTED = f"{FACETS} || conversations_search_words({TEXT})"
ENTRIES = f"""INSERT INTO {ENTRY} (message_id, words)
    SELECT m.id, {COMPUTED} FROM {MESSAGE} m JOIN {CONVERSATION} c ON c.id = m.conversation_id
    WHERE {FINISHED} AND %s ON CONFLICT DO NOTHING"""
TITLE_WORDS = "array_to_tsvector(ARRAY[' o' || c.owner_id]) || conversations_search_words(c.title)"
TITLE_ROWS = f"""INSERT INTO {TITLE} (conversation_id, words) SELECT c.id, {TITLE_WORDS}
    FROM {CONVERSATION} c WHERE %s ON CONFLICT DO NOTHING"""

_CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in MESSAGE_COLUMNS)
# name: (when, for each what, what). A message's entry goes with its parts.
TRIGGERS = {
    "part": (
        f"AFTER INSERT OR UPDATE OR DELETE ON {PART}",
        "ROW",
        """IF TG_OP <> 'INSERT' THEN PERFORM conversations_search_put(OLD.message_id); END IF;
        IF TG_OP <> 'DELETE' THEN PERFORM conversations_search_put(NEW.message_id); END IF;""",
    ),
    "message": (
        f"AFTER UPDATE OF {', '.join(MESSAGE_COLUMNS)} ON {MESSAGE}",
        f"ROW WHEN ({_CHANGED})",
        "PERFORM conversations_search_put(NEW.id);",
    ),
    "title": (
        f"AFTER INSERT OR UPDATE OF title, owner_id OR DELETE ON {CONVERSATION}",
        "ROW",
        f"""IF TG_OP <> 'INSERT' THEN DELETE FROM {TITLE} WHERE conversation_id = OLD.id; END IF;
        IF TG_OP <> 'DELETE' THEN {TITLE_ROWS % "c.id = NEW.id"}; END IF;""",
    ),
    "owner": (
        f"AFTER UPDATE OF owner_id ON {CONVERSATION}",
        "ROW WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id)",
        f"PERFORM conversations_search_put(id) FROM {MESSAGE} WHERE conversation_id = NEW.id;",
    ),
    "no_messages": (f"AFTER TRUNCATE ON {MESSAGE}", "STATEMENT", f"DELETE FROM {ENTRY};"),
    "no_titles": (f"AFTER TRUNCATE ON {CONVERSATION}", "STATEMENT", f"DELETE FROM {TITLE};"),
}

FUNCTIONS = [
    f"""CREATE FUNCTION conversations_search_emoji(given text) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN given !~ '[{EMOJI}]' THEN given ELSE (
        SELECT string_agg(CASE WHEN piece[1] ~ '[{EMOJI}]'
            THEN ' {EMOJI_NAME}' || to_hex(ascii(piece[1])) || ' ' ELSE piece[1] END, '' ORDER BY n)
        FROM regexp_matches(given, '[{EMOJI}]|[^{EMOJI}]+', 'g') WITH ORDINALITY found(piece, n)
    ) END $$""",
    f"""CREATE FUNCTION conversations_search_words(whole text) RETURNS tsvector
    LANGUAGE sql STABLE AS $$
    SELECT to_tsvector('simple', regexp_replace(
        CASE WHEN octet_length(given) = char_length(given) THEN lower(given)
            ELSE conversations_search_emoji({FOLDED}) END,
        '{PUNCTUATION}', ' ', 'g')) FROM (SELECT left($1, {LONGEST}) AS given) cut $$""",
    f"""CREATE FUNCTION conversations_search_put(key bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM {ENTRY} WHERE message_id = key;
        {ENTRIES % "m.id = key"};
    END $$""",
]


def _trigger(name: str, when: str, each: str, what: str) -> list[str]:
    name = f"conversations_search_{name}"
    return [
        f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {what} RETURN NULL; END $$""",
        f"CREATE TRIGGER {name} {when} FOR EACH {each} EXECUTE FUNCTION {name}()",
    ]


UP = [
    *FUNCTIONS,
    *(sql for name, trigger in TRIGGERS.items() for sql in _trigger(name, *trigger)),
]
# A function takes its trigger with it.
DOWN = [
    *(f"DROP FUNCTION IF EXISTS conversations_search_{name}() CASCADE" for name in TRIGGERS),
    "DROP FUNCTION IF EXISTS conversations_search_put(bigint)",
    "DROP FUNCTION IF EXISTS conversations_search_words(text)",
    "DROP FUNCTION IF EXISTS conversations_search_emoji(text)",
]
DROP = [f"DROP TABLE IF EXISTS {table}" for table in (ENTRY, TITLE)]

THERE = """SELECT tgname FROM pg_trigger
    WHERE tgname LIKE 'conversations_search_%' AND NOT tgisinternal
    AND tgrelid IN (SELECT oid FROM pg_class WHERE pg_table_is_visible(oid))
    UNION SELECT relname FROM pg_class
    WHERE relname LIKE 'conversations_search_%' AND pg_table_is_visible(oid)"""
NAMES = [ENTRY, TITLE, *(f"conversations_search_{name}" for name in TRIGGERS)]

FILL = ENTRIES % "m.id > %s AND m.id <= %s"
FILL_TITLES = TITLE_ROWS % "c.id > %s AND c.id <= %s"
COMPARE = [
    f"""SELECT count(*) FROM {ENTRY} entry JOIN {MESSAGE} m ON m.id = entry.message_id
        JOIN {CONVERSATION} c ON c.id = m.conversation_id
        WHERE entry.words IS DISTINCT FROM {COMPUTED}""",
    f"""SELECT count(*) FROM {CONVERSATION} c LEFT JOIN {TITLE} t ON t.conversation_id = c.id
        WHERE t.words IS DISTINCT FROM {TITLE_WORDS}""",
]
