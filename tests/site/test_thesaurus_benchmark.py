"""The import benchmark runs. How fast it is, is not tested here."""

import pytest

from benchmarks import thesaurus


def test_a_small_thesaurus_is_imported_twice_and_exported_with_seconds_and_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert thesaurus.main(["--concepts", "20"]) == 0
    said = capsys.readouterr().out
    assert "20 concepts in 5 languages" in said
    for step in ("import", "import again", "export"):
        assert step in said
    assert "within the target of 1000 MB" in said
