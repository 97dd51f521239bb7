"""Names of choices and of stored values."""

from django.utils.translation import override

from portal.accounts.models import Affiliation
from portal.core.labels import label_of


def test_a_value_is_called_by_its_name_in_the_active_language() -> None:
    value, label = Affiliation.choices[0]
    assert label_of(Affiliation, value) == label_of(Affiliation, Affiliation(value)) == str(label)
    with override("de"):
        assert label_of(Affiliation, value) == str(label)


def test_what_is_no_value_has_no_name() -> None:
    assert [label_of(Affiliation, value) for value in ("nonsense", None, 3)] == ["", "", ""]
