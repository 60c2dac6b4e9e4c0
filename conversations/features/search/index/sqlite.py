"""The index in SQLite: FTS5 over views of the rows, so that no text is kept twice.

`conversations_search_entry` has a row for every message that is in the index. FTS5 has to be told
exactly what it once took in to take it out again, and no more than once: whatever happens to a
message's rows, its entry goes before (and with it, its words) and comes back after, if the message
is finished. So an answer that is being written is left alone however often its parts are saved.

Triggers rather than a function that every writer would have to call: what is imported, recovered
after a crash, restored, or deleted by the database's own cascade is right as well.
`search_foldable` is registered with each of our connections (see apps.py); another program that
writes these tables has to bring it.
"""

from conversations.features.search.index.what import (
    CONVERSATION,
    ENTRY,
    FINISHED,
    MESSAGE,
    MESSAGE_COLUMNS,
    PART,
)

WORDS, TITLES = "conversations_search_words", "conversations_search_titles"
TOKENIZE = "unicode61 remove_diacritics 2 categories ''L* N* Co Mn Mc''"

# bm25 is never asked for, so the lengths of messages need not be kept. With the prefixes of three
# letters a search as one types reads one list instead of merging hundreds.
TABLES = [
    f"CREATE TABLE {ENTRY} (message_id integer PRIMARY KEY, facets text NOT NULL)",
    *(
        f"CREATE VIRTUAL TABLE {table} USING fts5(facets, words, content='{table}_view', "
        f"content_rowid='id', columnsize=0, prefix='3', tokenize='{TOKENIZE}')"
        for table in (WORDS, TITLES)
    ),
]
TEXT = f"""(SELECT group_concat(content, char(10)) FROM (
    SELECT content FROM {PART} WHERE message_id = entry.message_id AND kind = 'text'
    ORDER BY position))"""
FACETS = """'o' || c.owner_id || ' r' || substr(m.role, 1, 1) || ' m' || hex(m.model_name)
    || ' p' || hex(m.routing_profile) || ' d' || replace(substr(m.created_at, 1, 7), '-', '')
    || ' d' || replace(substr(m.created_at, 1, 10), '-', '')"""
VIEWS = {
    f"{WORDS}_view": f"""SELECT entry.message_id AS id, entry.facets AS facets,
        search_foldable({TEXT}) AS words FROM {ENTRY} entry""",
    f"{TITLES}_view": f"""SELECT id, 'o' || owner_id AS facets, search_foldable(title) AS words
        FROM {CONVERSATION}""",
}

ENTRIES = f"""SELECT m.id, {FACETS} FROM {MESSAGE} m JOIN {CONVERSATION} c
    ON c.id = m.conversation_id WHERE {FINISHED} AND """


def _out(condition: str) -> str:
    return f"DELETE FROM {ENTRY} WHERE {condition};"


def _in(condition: str) -> str:
    return f"INSERT OR IGNORE INTO {ENTRY} (message_id, facets) {ENTRIES} {condition};"


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)


def _title_in(table: str = TITLES) -> str:
    row = f"SELECT id, facets, words FROM {table}_view WHERE id = NEW.id"
    return f"INSERT INTO {table} (rowid, facets, words) {row};"


TITLE_OUT = f"DELETE FROM {TITLES} WHERE rowid = OLD.id;"
OF_OLD, OF_NEW = "message_id = OLD.message_id", "message_id = NEW.message_id"
MESSAGE_CHANGED = f"UPDATE OF {', '.join(MESSAGE_COLUMNS)} ON {MESSAGE}"
TITLE_CHANGED = f"UPDATE OF title, owner_id ON {CONVERSATION}"

# name: (when, under which condition, what)
TRIGGERS = {
    "entry_in": (
        f"AFTER INSERT ON {ENTRY}",
        "",
        f"INSERT INTO {WORDS} (rowid, facets, words) "
        f"SELECT id, facets, words FROM {WORDS}_view WHERE id = NEW.message_id;",
    ),
    "entry_out": (
        f"BEFORE DELETE ON {ENTRY}",
        "",
        f"DELETE FROM {WORDS} WHERE rowid = OLD.message_id;",
    ),
    "part_comes": (f"BEFORE INSERT ON {PART}", "", _out(OF_NEW)),
    "part_came": (f"AFTER INSERT ON {PART}", "", _in("m.id = NEW.message_id")),
    "part_changes": (f"BEFORE UPDATE ON {PART}", "", _out(OF_OLD) + _out(OF_NEW)),
    "part_changed": (
        f"AFTER UPDATE ON {PART}",
        "",
        _in("m.id IN (OLD.message_id, NEW.message_id)"),
    ),
    "part_goes": (f"BEFORE DELETE ON {PART}", "", _out(OF_OLD)),
    "part_gone": (f"AFTER DELETE ON {PART}", "", _in("m.id = OLD.message_id")),
    "message_changes": (
        f"BEFORE {MESSAGE_CHANGED}",
        _changed(*MESSAGE_COLUMNS),
        _out("message_id = OLD.id"),
    ),
    "message_changed": (
        f"AFTER {MESSAGE_CHANGED}",
        _changed(*MESSAGE_COLUMNS),
        _in("m.id = NEW.id"),
    ),
    "message_goes": (f"BEFORE DELETE ON {MESSAGE}", "", _out("message_id = OLD.id")),
    "title_came": (f"AFTER INSERT ON {CONVERSATION}", "", _title_in()),
    "title_changes": (f"BEFORE {TITLE_CHANGED}", _changed("title", "owner_id"), TITLE_OUT),
    "title_changed": (f"AFTER {TITLE_CHANGED}", _changed("title", "owner_id"), _title_in()),
    "title_goes": (f"BEFORE DELETE ON {CONVERSATION}", "", TITLE_OUT),
    "owner_changed": (
        f"AFTER UPDATE OF owner_id ON {CONVERSATION}",
        _changed("owner_id"),
        _out(f"message_id IN (SELECT id FROM {MESSAGE} WHERE conversation_id = NEW.id)")
        + _in("c.id = NEW.id"),
    ),
}


def _trigger(name: str, when: str, condition: str, what: str) -> str:
    guard = f"WHEN {condition} " if condition else ""
    return f"CREATE TRIGGER conversations_search_{name} {when} {guard}BEGIN {what} END"


UP = [
    *(f"CREATE VIEW {name} AS {select}" for name, select in VIEWS.items()),
    *(_trigger(name, *trigger) for name, trigger in TRIGGERS.items()),
]
DOWN = [
    *(f"DROP TRIGGER IF EXISTS conversations_search_{name}" for name in TRIGGERS),
    *(f"DROP VIEW IF EXISTS {name}" for name in VIEWS),
]
DROP = [f"DROP TABLE IF EXISTS {table}" for table in (WORDS, TITLES, ENTRY)]

THERE = "SELECT name FROM sqlite_master WHERE name GLOB 'conversations_search_*'"
NAMES = [ENTRY, WORDS, TITLES, *VIEWS, *(f"conversations_search_{name}" for name in TRIGGERS)]

FILL = f"INSERT OR IGNORE INTO {ENTRY} (message_id, facets) {ENTRIES} m.id > %s AND m.id <= %s"
FILL_TITLES = f"""INSERT INTO {TITLES} (rowid, facets, words)
    SELECT id, facets, words FROM {TITLES}_view WHERE id > %s AND id <= %s"""

# Compares each word of the index with the rows; an error is the answer.
COMPARE = [
    f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
    for table in (WORDS, TITLES)
]
