"""SKOS, the language in which vocabularies are exchanged: reading files of it, and saying ours in it.

`reading` makes triples of a file, `gathering` puts those of all files together by what they speak of, `wanted` makes of
that what each concept should be here, and `taxonomy.services.importing` brings the rows to it. The other way,
`describing` makes triples of rows and `writing` a file of them.
"""
