"""Whatever people, groups and settings do: every way out of the portal shows what a reading by brute force admits, with
the database's search and with Elasticsearch."""

import os
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.core import pagecache
from portal.groups.models import Visibility
from portal.search import engines
from portal.search.engines.elastic import connection, index
from tests import elasticsearch
from tests.search.conftest import PromptEngine
from tests.site.privacy.ways import SEARCHING, WAYS, Ways, check
from tests.site.privacy.world import FIRST, SECOND, World, acts

scripts = st.lists(acts, min_size=6, max_size=16)


def whole_sites(examples: int) -> settings:
    # No shrinking: an example is a whole site, and the script of acts is short enough to read.
    return settings(
        max_examples=int(os.environ.get("PRIVACY_EXAMPLES", examples)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
    )


def live(script: list[tuple[Any, ...]], ways: Ways) -> None:
    """A site on which this happens, looked at half-way and in the end."""
    cache.clear()
    pagecache.forget_process()
    world = World()
    world.found(0, Visibility.PRIVATE, FIRST)
    world.found(1, Visibility.PUBLIC, SECOND)
    for place in range(2):
        world.add_board(place)
        world.add_event(place)
        world.add_document(place)
    if len(script) % 2:
        world.restrict_glossary()
    for at, act in enumerate(script):
        if at == len(script) // 2:
            check(world, ways)
        world.do(act)
    check(world, ways)


class TestPrivacy(TestCase):
    @whole_sites(4)
    @given(scripts)
    def test_every_way_out_shows_what_the_brute_force_reading_admits(self, script: list[tuple[Any, ...]]) -> None:
        live(script, WAYS)


class TestPrivacyWithElasticsearch(TestCase):
    @pytest.fixture(autouse=True)
    def _engine(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        names = {"ELASTICSEARCH_URL": elasticsearch.url(), "ELASTICSEARCH_PREFIX": "test-privacy"}
        engine = PromptEngine()
        with override_settings(**names, ELASTICSEARCH_TIMEOUT=20):
            monkeypatch.setattr(engines, "current", lambda: engine)
            yield
            index.forget(connection.client())

    @whole_sites(2)
    @given(scripts)
    def test_what_is_searched_shows_what_the_brute_force_reading_admits(self, script: list[tuple[Any, ...]]) -> None:
        index.forget(connection.client())
        live(script, SEARCHING)
