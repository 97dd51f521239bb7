"""How fast the portal searches: `python -m benchmarks.search` (or `make bench-search`).

Fills a database of its own with made-up content, asks 200 queries of one, two and three words and phrases through
`portal.search.services.search`, as the search page does, and reports what a query costs by how much it finds.
"""
