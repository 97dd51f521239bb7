"""The SQLite dialect of the database engine.

`fulltext`: the words, in FTS5 tables. `sets`: which entries have which audience, kind, day and facet value, as bitmaps.
`held`: what a process keeps of the sets. `matching` and `paging`: the two halves of a search. `vocabulary`: the words
that a misspelt one may have meant. Triggers keep everything equal to the entries, whoever writes them.
"""
