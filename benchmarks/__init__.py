"""`python -m benchmarks` (`make bench`): what the portal's pages cost, beside the least that Django can answer.

How it measures and how to read its table is in docs/operations.md.
"""
