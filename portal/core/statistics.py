"""What the database knows of its own tables, by which it chooses how to answer. PostgreSQL keeps it by itself."""

from django.db import connection

# Rows of an index that are looked at: enough to tell large from small, and quick however large.
SAMPLE = 1000


def refresh() -> str:
    """Let SQLite look at its tables again. After much was loaded, and nightly; without it, a table of thousands may be
    searched row by row for a handful."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={SAMPLE}")
        cursor.execute("ANALYZE")
    return "statistics refreshed"
