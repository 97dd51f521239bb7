"""What the browser tests stand on: the thread of the tests reads what the server serves, round after round."""

import shutil
from pathlib import Path

from portal.accounts.models import User
from tests.browser.world import DATABASE, World, file_read_here, using_database


def test_the_tests_read_what_is_served(world: World) -> None:
    assert world.is_read_here()


def test_another_round_reads_its_own_database_though_the_former_was_open(world: World, tmp_path: Path) -> None:
    before = User.objects.count()
    other = tmp_path / DATABASE
    shutil.copy(world.pristine, other)
    with using_database(other):
        User.objects.all().delete()
        assert file_read_here() == other
    assert world.is_read_here()
    assert User.objects.count() == before
