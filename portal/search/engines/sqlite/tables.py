"""Names of the tables that this dialect reads and keeps."""

ENTRIES = "portal_search_searchentry"
FACETS = "portal_search_searchfacet"

WORDS = "portal_search_words"
EXACT = "portal_search_exact"
TITLES = "portal_search_titles"
VOCABULARY = "portal_search_vocabulary"

SETS = "portal_search_sets"
CHANGES = "portal_search_changes"
FOLDED = "portal_search_folded"
SPELLINGS = "portal_search_spellings"
