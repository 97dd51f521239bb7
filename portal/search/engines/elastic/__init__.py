"""The engine for a cluster: Elasticsearch 8 or 9, a projection of the entries (docs/decisions/0011).

The client is imported where a cluster is in use only: half a second and some megabytes of every process.
"""
