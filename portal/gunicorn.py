"""How gunicorn serves the portal: `gunicorn portal.wsgi:application --config portal/gunicorn.py`."""

from os import environ

# Loopback unless told otherwise: the proxy in front speaks https with readers.
bind = environ.get("BIND", f"127.0.0.1:{environ.get('PORT', '8000')}")
workers = int(environ.get("WEB_CONCURRENCY", "2"))
# Threads wait for slow readers and for the database, processes compute.
worker_class = "gthread"
threads = 4
keepalive = 5
timeout = 60
graceful_timeout = 20
# Workers share the memory of what is loaded once, and wrong settings stop the start instead of each worker in turn.
preload_app = True
# Requests are logged by the portal (portal.core.middleware), without addresses and query strings.
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_fork(server: object, worker: object) -> None:
    """No worker may use a connection that the first process opened."""
    from django.db import connections

    connections.close_all()
