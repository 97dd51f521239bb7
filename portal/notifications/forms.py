"""What a member chooses: the channel of each verb, of each thing that is followed, and of the digest."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.profile import DIGESTS
from portal.notifications import choosing, verbs
from portal.notifications.choosing import Chosen
from portal.notifications.listings import WatchRow
from portal.notifications.verbs import Channel, Verb

AS_OF_IT = ("", _("As for everything that comes through it"))
AS_ELSEWHERE = ("", _("As for everything of its kind"))


class SettingsForm(forms.Form):
    """`no_mail`, `digest`, and a select for each verb and each watch."""

    no_mail = forms.BooleanField(
        label=_("No e-mail about what happens here"),
        required=False,
        help_text=_("Notices still stand in your inbox. Letters about your account and your events are not meant."),
    )
    digest = forms.ChoiceField(
        label=_("The digest"),
        choices=DIGESTS,
        widget=forms.RadioSelect,
        help_text=_("New questions in your subjects, the best answers, new cases, tools, terms and events."),
    )

    def __init__(self, data: Any, chosen: Chosen, watched: Iterable[WatchRow]) -> None:
        initial = {
            "no_mail": choosing.wants_no_mail(chosen),
            "digest": chosen.get((choosing.DIGEST, ""), Channel.OFF),
        }
        super().__init__(data, initial=initial)
        self._verbs = {f"verb-{verb.name}": verb for verb in verbs.all_verbs()}
        self._watched = {f"watch-{row.pk}": row for row in watched if row.has_channel}
        for name, verb in self._verbs.items():
            self.fields[name] = _channel_field(verb.label, Channel.choices, chosen.get((verb.name, ""), verb.default))
        for name, row in self._watched.items():
            self.fields[name] = _channel_field(_told_how(row), [AS_ELSEWHERE, *Channel.choices], row.channel)

    @property
    def by_group(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields of the verbs under the names of their rooms."""
        grouped: dict[Any, list[forms.BoundField]] = {}
        for name, verb in self._verbs.items():
            grouped.setdefault(verb.group, []).append(self[name])
        return list(grouped.items())

    def of_watch(self, pk: int) -> forms.BoundField | None:
        """The field of something that is followed; None where there is nothing to choose."""
        name = f"watch-{pk}"
        return self[name] if name in self.fields else None

    def choices(self) -> dict[tuple[str, str], Channel | None]:
        """What is chosen, by verb and source; None where nothing of its own is."""
        cleaned = self.cleaned_data
        chosen: dict[tuple[str, str], Channel | None] = {
            choosing.ALL_MAIL: Channel.INBOX if cleaned["no_mail"] else None,
            (choosing.DIGEST, ""): Channel(cleaned["digest"]),
        }
        for name, verb in self._verbs.items():
            chosen[verb.name, ""] = _unless_default(verb, Channel(cleaned[name]))
        for name, row in self._watched.items():
            chosen["", row.source] = Channel(cleaned[name]) if cleaned[name] else None
        return chosen


class ApartForm(forms.Form):
    """How a member hears of each verb that comes through one thing, where not as of the thing."""

    def __init__(self, data: Any, row: WatchRow) -> None:
        super().__init__(data)
        self._row = row
        for verb in row.apart:
            choices = [AS_OF_IT, *Channel.choices]
            self.fields[f"verb-{verb.name}"] = _channel_field(verb.label, choices, row.chosen.get(verb.name, ""))

    def choices(self) -> dict[tuple[str, str], Channel | None]:
        """What is chosen, by verb and source; None where nothing of its own is."""
        named = {verb.name: self.cleaned_data[f"verb-{verb.name}"] for verb in self._row.apart}
        return {(name, self._row.source): Channel(value) if value else None for name, value in named.items()}


def _told_how(row: WatchRow) -> str:
    return gettext("How you hear of %(title)s") % {"title": row.link.title}


def _unless_default(verb: Verb, channel: Channel) -> Channel | None:
    return None if channel == verb.default else channel


def _channel_field(label: Any, choices: Iterable[Any], initial: str) -> forms.ChoiceField:
    required = all(value for value, _label in choices)
    return forms.ChoiceField(label=label, choices=choices, initial=str(initial), required=required)
