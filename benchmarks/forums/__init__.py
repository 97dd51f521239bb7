"""`python -m benchmarks.forums` (`make bench-forums`): what the forums cost when they are small, and when they are not.

Two portals are filled, one with a small community's topics and one with 100,000 topics and 2,000,000 posts, and served
side by side with the bare view: every page and every reply is asked of both in turn. `--postgresql` measures the same
on a PostgreSQL of its own, and `--folder` keeps what was filled for the next run.
"""
