"""Reads ELASTICSEARCH_URL."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DEFAULT_PORTS = {"http": 9200, "https": 9200}


def parse_hosts(urls: str) -> tuple[list[str], str, str]:
    """Addresses with their ports, and the user and password that stand in one of them, if any.

    Raises ImproperlyConfigured, without what may be a password, for what is no address.
    """
    hosts: list[str] = []
    user = password = ""
    for url in filter(None, (part.strip() for part in urls.split(","))):
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise ImproperlyConfigured("ELASTICSEARCH_URL holds something that is no address like https://host:9200.")
        user, password = unquote(parts.username or "") or user, unquote(parts.password or "") or password
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        hosts.append(f"{parts.scheme}://{name}:{port or DEFAULT_PORTS[parts.scheme]}{parts.path.rstrip('/')}")
    return hosts, user, password
