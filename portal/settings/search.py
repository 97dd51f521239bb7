"""What is kept of searches, and search on a cluster: without `ELASTICSEARCH_URL` the database searches itself."""

from portal.settings.environment import env

# For how many days after they were last asked the words of searches are kept.
SEARCH_ANALYTICS_DAYS = env.int("SEARCH_ANALYTICS_DAYS", default=90)

# Addresses of nodes, separated by commas: https://es1.example.gov:9200,https://es2.example.gov:9200
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
# A file with the certificates that the nodes' own are checked by, if the machine does not know them.
ELASTICSEARCH_CA = env.str("ELASTICSEARCH_CA", default="")
# Who the portal is to the cluster: an API key, or a user, who may also stand in the address.
ELASTICSEARCH_API_KEY = env.str("ELASTICSEARCH_API_KEY", default="")
ELASTICSEARCH_USER = env.str("ELASTICSEARCH_USER", default="")
ELASTICSEARCH_PASSWORD = env.str("ELASTICSEARCH_PASSWORD", default="")
# Names of indices, aliases and the template begin with it.
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="portal")
# Seconds that a reader waits at most before the database answers in its place.
ELASTICSEARCH_TIMEOUT = env.float("ELASTICSEARCH_TIMEOUT", default=2.0)
# How many other nodes are asked after one that does not answer.
ELASTICSEARCH_RETRIES = env.int("ELASTICSEARCH_RETRIES", default=1)
# Facet counts are exact with one shard, which is good for some millions of entries.
ELASTICSEARCH_SHARDS = env.int("ELASTICSEARCH_SHARDS", default=1)
