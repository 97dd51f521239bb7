"""`python -m benchmarks` (`make bench`): what the portal's pages cost, beside the least that Django can answer.

The yardstick is `benchmarks/bare`, a Django project without middleware whose one view answers two bytes. Both are
served by gunicorn with one worker process and the same options, the portal with production settings and the
demonstration content in a folder of its own. Each round asks for the bare view and right after it for one page, as a
visitor whose page is stored, as a visitor whose page is made anew, and as a member; a ratio is the median over the
rounds. Other work on the machine changes every number: compare ratios, and those of a quiet machine.

`benchmarks.search` (`make bench-search`), `benchmarks.thesaurus` (`make bench-thesaurus`), `benchmarks.forums` (`make
bench-forums`) and `benchmarks.soak` (`make soak`) stand by themselves.
"""
