"""The named cast, and what every test may ask for.

visitor, member, group member, lead, editor, moderator, administrator, steward: each is an account (the visitor none)
with a client that is signed in as that person.
"""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings

from portal.accounts.models import Affiliation, User
from portal.core import pagecache, pieces
from portal.home.models import HomePage
from tests import elasticsearch
from tools import postgresql
from tools.elasticsearch_source import ADVICE

# How long something takes says how busy the machine is, and nothing of the portal.
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")

PASSWORD = "correct horse battery staple"
# With these tasks wait in the database, for a worker or for the test itself.
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    cache.clear()
    pagecache.forget_process()
    pieces.forget_process()


@pytest.fixture
def home(db: None) -> HomePage:
    return HomePage.objects.get()


def make_user(email: str, name: str, *groups: str, superuser: bool = False) -> User:
    user = User.objects.create_user(
        email, PASSWORD, name=name, affiliation=Affiliation.GOVERNMENT, is_superuser=superuser, is_staff=superuser
    )
    user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def member(db: None) -> User:
    return make_user("member@example.org", "A county finance director")


@pytest.fixture
def other_member(db: None) -> User:
    return make_user("other@example.org", "A city procurement officer")


@pytest.fixture
def group_member(db: None) -> User:
    return make_user("group-member@example.org", "A state privacy analyst", "Privacy group members")


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead@example.org", "A privacy group lead", "Privacy group members", "Privacy group leads")


@pytest.fixture
def editor(db: None) -> User:
    return make_user("editor@example.org", "A portal editor", "Editors")


@pytest.fixture
def moderator(db: None) -> User:
    return make_user("moderator@example.org", "A portal moderator", "Moderators")


@pytest.fixture
def steward(db: None) -> User:
    return make_user("steward@example.org", "A terminology steward", "Terminology stewards")


@pytest.fixture
def administrator(db: None) -> User:
    return make_user("admin@example.org", "The portal administrator", superuser=True)


@pytest.fixture
def visitor_client() -> Client:
    return Client()


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """A client signed in as the given member of the cast; None is the visitor."""

    def signed_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return signed_in


def pytest_configure(config: pytest.Config) -> None:
    elasticsearch.open_run(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    elasticsearch.close_run(config)


# What tests are skipped for → what would run them.
REMEDIES = {
    "Chromium is not installed": "no Chromium (on Debian: apt-get install chromium)",
    elasticsearch.REASON: f"no Elasticsearch. {ADVICE}",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines which suites were skipped for want of something, and what would run them."""
    for reason, remedy in REMEDIES.items():
        skipped = sorted(
            {
                str(report.nodeid).split("::")[0]
                for report in terminalreporter.stats.get("skipped", [])
                if reason in str(report.longrepr)
            }
        )
        if skipped:
            terminalreporter.section(f"SKIPPED: {remedy}", yellow=True)
            terminalreporter.write_line("Then they run with: make test")
            for path in skipped:
                terminalreporter.write_line(path)
    if postgresql.binaries() is None:
        terminalreporter.section(f"SKIPPED: {postgresql.MISSING}", yellow=True)
        terminalreporter.write_line("What runs on PostgreSQL too; with it: make test-postgresql")
