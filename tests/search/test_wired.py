"""What search hangs into the portal where a cluster is in use: what the clock runs, what /readyz and the admin say."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client
from pytest_django.fixtures import Settings

from portal.accounts.models import User
from portal.core import health, ticks, waiting
from portal.core.viewer import viewer_for
from portal.search import engines
from tests.conftest import QUEUE
from tests.factories.search import entry

pytestmark = pytest.mark.django_db
EVERY_DAY = 24 * 60


@pytest.fixture
def _away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process of a portal whose cluster does not answer."""
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    engines._installed.cache_clear()
    settings.TASKS = QUEUE
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    apps.get_app_config("portal_search").ready()
    yield
    engines._installed.cache_clear()


def test_the_clock_delivers_compares_and_forgets() -> None:
    assert {job.name: (job.every, job.hour) for job in ticks.jobs() if job.name.startswith("search.")} == {
        "search.deliver": (1, None),
        "search.forget-removals": (EVERY_DAY, 3),
        "search.reconcile": (EVERY_DAY, 3),
        "search.tidy": (EVERY_DAY, 4),
        "search.prune-asked": (EVERY_DAY, 3),
    }


@pytest.mark.usefixtures("_away")
def test_readyz_says_that_the_cluster_is_away_and_how_much_waits_and_is_ready(
    visitor_client: Client,
) -> None:
    entry("Payroll")
    answer = visitor_client.get("/readyz")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "degraded"
    assert "and 1 changes wait" in said["checks"]["elasticsearch"]["problem"]


@pytest.mark.usefixtures("_away")
def test_the_admin_says_to_editors_alone_what_waits(editor: User, member: User) -> None:
    entry("Payroll")
    entry("Fleet")
    said = "changes have not reached the search engine yet."
    assert [line for line in waiting.lines(viewer_for(editor)) if said in line.sentence]
    assert not [line for line in waiting.lines(viewer_for(member)) if said in line.sentence]


def test_without_a_cluster_nobody_is_told_of_one(visitor_client: Client, editor: User) -> None:
    entry("Payroll")
    assert "elasticsearch" not in visitor_client.get("/readyz").json()["checks"]
    assert not [line for line in waiting.lines(viewer_for(editor)) if "search engine" in line.sentence]
