"""What PostgreSQL keeps beside the entries: a table of word vectors that triggers hold equal to the entries' text.

`portal_search_texts` has a row for each entry: `stems`, the English stems of all its words with their places and
fields (title A, summary B, body D); `exact`, the same words as they are, for phrases and spelling; `titles`, the words
of the title, for words being typed. `portal_search_terms` lists the words that entries have, or had since the last
rebuild; it has no unique index, because two saves that bring the same new word would wait for one another.

PostgreSQL's own parser would make one word of `Grants.gov` and of `e-mail`, so it is only ever shown text of which
`portal_search_split` has left the letters and digits, without case and diacritics. No extension and no superuser is
needed. A vector holds a megabyte and counts its first 16,383 places: of a longer text what does not fit is left out,
and phrases are not found beyond the last place; to save it never fails.
"""

# Names are constants and every value is a parameter.
# ruff: noqa: S608

from collections.abc import Callable

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from portal.search.engines.dialects import Problem

ENTRIES = "portal_search_searchentry"
TEXTS = "portal_search_texts"
TERMS = "portal_search_terms"
STEMS = "portal_search_stems"  # the text search configuration
ENGLISH = "portal_search_english"  # its dictionary, which has no stop words

INDEXED = ("titles", "stems", "exact")
# What a new row of an entry does to its old one.
IN_PLACE = "ON CONFLICT (entry_id) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in (*INDEXED, "words", "source")
)
AT_ONCE = 500
# Of what a word must be to be offered as a spelling.
SHORTEST_TERM, LONGEST_TERM = 3, 32
OFFERED = f"length({{word}}) BETWEEN {SHORTEST_TERM} AND {LONGEST_TERM} AND {{word}} !~ '[0-9]'"

# Which letters there are, and their lower case, is a collation's business. The first that this server has is taken.
COLLATIONS = ("und-x-icu", "pg_c_utf8", "C.utf8", "C.UTF-8", "en_US.utf8")

# A digest of the text that a row was made of.
SOURCE = "sha256(convert_to(concat({title}, chr(2), {summary}, chr(2), {body}), 'UTF8'))"

# The rows of the entries that `entries` selects, as they are to stand.
ROWS = "SELECT made.* FROM {entries} AS e, portal_search_row(e.id, e.title, e.summary, e.body) AS made"

FUNCTIONS = {
    "portal_search_split(text)": r"""
        RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
            SELECT btrim(regexp_replace(
                regexp_replace(lower(normalize($1, NFKD) COLLATE "{collation}"), '[\u0300-\u036f]+', '', 'g'),
                '[^[:alnum:]]+', ' ', 'g'
            ))
        $body$
    """,
    # A word of 2 KB cannot be asked for: 500 letters are less.
    "portal_search_phrase(regconfig, text)": r"""
        RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
            SELECT phraseto_tsquery($1, left(portal_search_split($2), 500))
        $body$
    """,
    "portal_search_beginning(text)": r"""
        RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
            SELECT CASE WHEN words = '' THEN ''::tsquery
                ELSE to_tsquery('simple', replace(words, ' ', ' <-> ') || ':*') END
            FROM (SELECT btrim(left(portal_search_split($1), 500)) AS words) AS given
        $body$
    """,
    # The stroke keeps a phrase from reaching from one field into the next: it takes a place and is taken out again.
    # Not for parallel workers: what catches an error begins a subtransaction, and they may not.
    "portal_search_vector(regconfig, text, text, text)": r"""
        RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $body$
        DECLARE
            room integer := 1000000;
        BEGIN
            LOOP
                BEGIN
                    RETURN ts_delete(
                        setweight(to_tsvector($1, $2), 'A') || $$'|':1$$::tsvector
                            || setweight(to_tsvector($1, left($3, room)), 'B') || $$'|':1$$::tsvector
                            || to_tsvector($1, left($4, room)),
                        '|'
                    );
                EXCEPTION WHEN program_limit_exceeded THEN
                    room := room / 2;
                END;
            END LOOP;
        END
        $body$
    """,
    "portal_search_row(bigint, text, text, text)": f"""
        RETURNS {TEXTS} LANGUAGE plpgsql IMMUTABLE AS $body$
        DECLARE
            title text := portal_search_split($2);
            summary text := portal_search_split($3);
            body text := portal_search_split($4);
        BEGIN
            RETURN ROW(
                $1,
                to_tsvector('simple', title),
                portal_search_vector('{STEMS}', title, summary, body),
                portal_search_vector('simple', title, summary, body),
                cardinality(string_to_array(concat_ws(' ', title, summary, body), ' ')),
                {SOURCE.format(title="$2", summary="$3", body="$4")}
            );
        END
        $body$
    """,
    "portal_search_write(bigint, text, text, text)": f"""
        RETURNS void LANGUAGE plpgsql AS $body$
        DECLARE
            vector tsvector;
        BEGIN
            INSERT INTO {TEXTS} SELECT made.* FROM portal_search_row($1, $2, $3, $4) AS made {IN_PLACE}
                RETURNING exact INTO vector;
            INSERT INTO {TERMS} (word) SELECT lexeme FROM unnest(vector) WHERE {OFFERED.format(word="lexeme")}
                AND NOT EXISTS (SELECT 1 FROM {TERMS} WHERE word = lexeme);
        END
        $body$
    """,
    # Left alone, the planner reads the whole table for a frequent word: it does not know what unpacking a vector costs.
    "portal_search_matching(tsquery)": f"""
        RETURNS TABLE (id bigint, titles tsvector, words integer) LANGUAGE sql STABLE ROWS 5000 SET enable_seqscan = off
        AS $body$ SELECT entry_id, titles, words FROM {TEXTS} WHERE stems @@ $1 $body$
    """,
    "portal_search_holding(tsquery)": f"""
        RETURNS TABLE (id bigint) LANGUAGE sql STABLE ROWS 100 SET enable_seqscan = off
        AS $body$ SELECT entry_id FROM {TEXTS} WHERE exact @@ $1 $body$
    """,
    # Whether an entry of one of these audiences has it: no further than to the first.
    "portal_search_known(tsquery, bigint[])": f"""
        RETURNS boolean LANGUAGE sql STABLE SET enable_seqscan = off
        AS $body$ SELECT EXISTS (
            SELECT 1 FROM {TEXTS} t JOIN {ENTRIES} e ON e.id = t.entry_id
            WHERE t.stems @@ $1 AND e.audience_id = ANY($2)
        ) $body$
    """,
    "portal_search_number(tsquery)": f"""
        RETURNS bigint LANGUAGE sql STABLE SET enable_seqscan = off
        AS $body$ SELECT count(*) FROM {TEXTS} WHERE stems @@ $1 $body$
    """,
    "portal_search_written()": """
        RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            PERFORM portal_search_write(NEW.id, NEW.title, NEW.summary, NEW.body);
            RETURN NULL;
        END
        $body$
    """,
    "portal_search_deleted()": f"""
        RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                DELETE FROM {TEXTS};
            ELSE
                DELETE FROM {TEXTS} USING gone WHERE entry_id = gone.id;
            END IF;
            RETURN NULL;
        END
        $body$
    """,
}

TRIGGERS = {
    "portal_search_added": f"AFTER INSERT ON {ENTRIES} FOR EACH ROW EXECUTE FUNCTION portal_search_written()",
    "portal_search_changed": (
        f"AFTER UPDATE OF title, summary, body ON {ENTRIES} FOR EACH ROW "
        "WHEN ((OLD.title, OLD.summary, OLD.body) IS DISTINCT FROM (NEW.title, NEW.summary, NEW.body)) "
        "EXECUTE FUNCTION portal_search_written()"
    ),
    "portal_search_removed": (
        f"AFTER DELETE ON {ENTRIES} REFERENCING OLD TABLE AS gone FOR EACH STATEMENT "
        "EXECUTE FUNCTION portal_search_deleted()"
    ),
    "portal_search_emptied": (
        f"AFTER TRUNCATE ON {ENTRIES} FOR EACH STATEMENT EXECUTE FUNCTION portal_search_deleted()"
    ),
}

TABLES = (
    f"""CREATE TABLE IF NOT EXISTS {TEXTS} (
        entry_id bigint PRIMARY KEY, titles tsvector NOT NULL, stems tsvector NOT NULL, exact tsvector NOT NULL,
        words integer NOT NULL, source bytea NOT NULL
    )""",
    f"CREATE TABLE IF NOT EXISTS {TERMS} (word text NOT NULL)",
    f"CREATE INDEX IF NOT EXISTS portal_search_terms_word ON {TERMS} (word)",
)
INDEXES = tuple(f"CREATE INDEX IF NOT EXISTS {TEXTS}_{column} ON {TEXTS} USING gin ({column})" for column in INDEXED)

PRESENT = f"""
    SELECT relname FROM pg_class WHERE relname IN ('{TEXTS}', '{TERMS}') AND pg_table_is_visible(oid)
    UNION ALL SELECT cfgname FROM pg_ts_config WHERE cfgname = '{STEMS}' AND pg_ts_config_is_visible(oid)
    UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('{ENTRIES}') AND NOT tgisinternal
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing, and the functions as they are here."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [ENTRIES])
        if cursor.fetchone()[0] is None:
            return
        present = _present(cursor)
        if STEMS not in present:
            _make_configuration(cursor)
        for statement in TABLES:
            cursor.execute(statement)
        for name, body in FUNCTIONS.items():
            cursor.execute(f"CREATE OR REPLACE FUNCTION {name} " + body.replace("{collation}", _collation(cursor)))
        for name, statement in TRIGGERS.items():
            if name not in present:
                cursor.execute(f"CREATE TRIGGER {name} {statement}")
        if TEXTS not in present:
            _fill(cursor)
        for statement in INDEXES:
            cursor.execute(statement)


def uninstall(connection: BaseDatabaseWrapper) -> None:
    """Take away triggers, functions, tables and the text search configuration."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {ENTRIES}")
        for name in reversed(FUNCTIONS):
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {TEXTS}, {TERMS}")
        cursor.execute(f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {STEMS}")
        cursor.execute(f"DROP TEXT SEARCH DICTIONARY IF EXISTS {ENGLISH}")


def _present(cursor: CursorWrapper) -> set[str]:
    cursor.execute(PRESENT)
    return {name for (name,) in cursor.fetchall()}


def _collation(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT collname FROM pg_collation WHERE collname = ANY(%s)", [list(COLLATIONS)])
    present = {name for (name,) in cursor.fetchall()}
    return next((name for name in COLLATIONS if name in present), "default")


def _make_configuration(cursor: CursorWrapper) -> None:
    cursor.execute(f"DROP TEXT SEARCH DICTIONARY IF EXISTS {ENGLISH}")
    cursor.execute(f"CREATE TEXT SEARCH DICTIONARY {ENGLISH} (TEMPLATE = snowball, LANGUAGE = english)")
    cursor.execute(f"CREATE TEXT SEARCH CONFIGURATION {STEMS} (PARSER = default)")
    cursor.execute("SELECT string_agg(alias, ', ') FROM ts_token_type('default') WHERE alias <> 'blank'")
    kinds = cursor.fetchone()[0]
    cursor.execute(f"ALTER TEXT SEARCH CONFIGURATION {STEMS} ADD MAPPING FOR {kinds} WITH {ENGLISH}")


def _fill(cursor: CursorWrapper) -> None:
    """Write every entry's row into a table that has no indexes yet, in half the time that one by one would take."""
    cursor.execute(f"INSERT INTO {TEXTS} {ROWS.format(entries=ENTRIES)}")
    _list_words(cursor)


def _list_words(cursor: CursorWrapper) -> None:
    cursor.execute(f"DELETE FROM {TERMS}")
    cursor.execute(
        f"INSERT INTO {TERMS} (word) SELECT word FROM ts_stat('SELECT exact FROM {TEXTS}') "
        f"WHERE {OFFERED.format(word='word')}"
    )


def rebuild(connection: BaseDatabaseWrapper, progress: Callable[[int], object] = lambda done: None) -> int:
    """Write every row anew, some at a time, so that searches and saves go on. Returns how many entries there are."""
    install(connection)
    # Locked, so that no row is written from a text that another process is changing.
    chunk = f"(SELECT * FROM {ENTRIES} WHERE id > %s ORDER BY id LIMIT %s FOR NO KEY UPDATE)"
    reached = done = 0
    while True:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # Its words are listed when all is written.
            cursor.execute(
                f"INSERT INTO {TEXTS} {ROWS.format(entries=chunk)} {IN_PLACE} RETURNING entry_id", [reached, AT_ONCE]
            )
            written = [entry_id for (entry_id,) in cursor.fetchall()]
        if not written:
            break
        reached = max(written)
        done += len(written)
        progress(len(written))
    _tidy(connection)
    return done


def _tidy(connection: BaseDatabaseWrapper) -> None:
    """Forget rows and words of entries that are gone, and let the planner see what there is."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Waits for saves under way, and they for it: the words of one that is not committed would be forgotten.
        cursor.execute(f"LOCK TABLE {TEXTS} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"DELETE FROM {TEXTS} WHERE entry_id NOT IN (SELECT id FROM {ENTRIES})")
        _list_words(cursor)
        # What was written of late lies in a list before each index, which every search reads through.
        for column in INDEXED:
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"{TEXTS}_{column}"])
        cursor.execute(f"ANALYZE {TEXTS}")
        cursor.execute(f"ANALYZE {TERMS}")


def damage(connection: BaseDatabaseWrapper) -> list[str]:
    """What is missing or differs from the entries, in sentences."""
    with connection.cursor() as cursor:
        missing = sorted({TEXTS, TERMS, STEMS, *TRIGGERS} - _present(cursor))
        if missing:
            return [f"{name} is missing." for name in missing]
        cursor.execute(
            f"SELECT count(*) FROM {ENTRIES} e FULL JOIN {TEXTS} t ON t.entry_id = e.id "
            f"WHERE t.source IS DISTINCT FROM {SOURCE.format(title='e.title', summary='e.summary', body='e.body')}"
        )
        return [f"{TEXTS} differs from the entries."] if cursor.fetchone()[0] else []


def problems(connection: BaseDatabaseWrapper) -> list[Problem]:
    """What this database lacks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding')")
        encoding = cursor.fetchone()[0]
    if encoding == "UTF8":
        return []
    return [
        Problem(
            "portal_search.E005",
            f"The PostgreSQL database keeps its text as {encoding}, in which not every word can be written.",
            "Make the database with ENCODING 'UTF8' (TEMPLATE template0).",
        )
    ]
