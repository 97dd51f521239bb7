"""Asks the portal itself, in a process with production settings: addresses, a member's session, SQL queries per page.

`python -m benchmarks.queries` prints one JSON object, which `Facts.read` understands.
"""

import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.pages import LONG_TOPIC, PAGES, Reader, address, readers_of

if TYPE_CHECKING:
    from django.test import Client

MEMBER = "member@demo.example"


@dataclass(slots=True)
class Facts:
    """What only the portal knows.

    `paths` holds the address of each kind of page by its name, `cookie` a member's Cookie header, and `queries` the
    number of SQL queries over all connections by page and reader; None where the page did not answer 200.
    """

    cookie: str = ""
    paths: dict[str, str] = field(default_factory=dict)
    queries: dict[str, dict[str, int | None]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Facts":
        """The facts in the last line of a process's output."""
        return cls(**json.loads(text.rstrip().splitlines()[-1]))


def ask_portal() -> Facts:
    """Collect the facts. Django must be set up."""
    import django
    import wagtail
    from django.db import connection
    from django.test import Client

    member = signed_in()
    names = {"topic": long_topic(), "profile": profile()}
    paths = {page.name: page.path.format(**names) for page in PAGES}
    facts = Facts(
        cookie="; ".join(f"{name}={morsel.value}" for name, morsel in member.cookies.items()),
        paths=paths,
        versions={
            "django": django.get_version(),
            "wagtail": wagtail.__version__,
            connection.vendor: ".".join(map(str, connection.get_database_version())),
        },
    )
    for page in PAGES:
        facts.queries[page.name] = {
            reader.value: queries_of(member if reader is Reader.MEMBER else Client(), address(paths[page.name], reader))
            for reader in readers_of(page.shape)
        }
    return facts


def signed_in() -> "Client":
    """A test client with a member's session, made without a password."""
    from django.test import Client

    from portal.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=MEMBER))
    return client


def long_topic() -> str:
    """The number and slug of `LONG_TOPIC` as they stand in its address."""
    from forums.models import Topic

    topic = Topic.objects.get(key=LONG_TOPIC)
    return f"{topic.pk}-{topic.slug}"


def profile() -> str:
    """The number of a member of the crowd, as it stands in the address of the profile."""
    from portal.members.models import Profile

    return str(Profile.objects.filter(user__email__startswith="crowd-").order_by("pk").values_list("pk", flat=True)[0])


def queries_of(client: "Client", path: str) -> int | None:
    """How many SQL queries the page at `path` costs once the process is warm; None if it does not answer 200."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    client.raise_request_exception = False
    where: dict[str, Any] = {"HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "gzip"}
    client.get(path, **where)
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connection)) for connection in connections.all()]
        status = client.get(path, **where).status_code
    return sum(len(context) for context in captured) if status == 200 else None


def main() -> None:
    import django

    django.setup()
    print(json.dumps(asdict(ask_portal())))


if __name__ == "__main__":
    main()
