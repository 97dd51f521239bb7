"""The concept chooser: for whoever is signed in."""

from tests.site.rows import Rows

ROWS: Rows = {
    "vocabulary/choose/": ("/vocabulary/choose/?q=pay", (404, 200, 200, 200, 200, 200, 200, 200), 405),
    "vocabulary/choose/suggest/": ("/vocabulary/choose/suggest/", 405, (404, 200, 200, 200, 200, 200, 200, 200)),
}
