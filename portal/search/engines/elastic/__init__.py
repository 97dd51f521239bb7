"""The engine for a cluster: Elasticsearch 8 or 9, a projection of the entries (docs/decisions/0011)."""
