"""What members change of themselves and send to one another. Atomic; False (or `created=False`): nothing changed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.core import pagecache
from portal.core.text import render_markdown
from portal.members import letters
from portal.members.access import NAME, PARTS
from portal.members.models import UPLOAD_KEPT, Block, Message, Profile, Upload, Visibility
from portal.search import services as search
from taxonomy.models import Concept
from taxonomy.querysets import by_slug

PERSON = ("name", "organisation", "affiliation")
OWN = ("role", "place", "languages", "about", "contactable")
CONCEPTS = ("service_lines", "ask_about")

MESSAGES_A_DAY = 5
DAY = timedelta(days=1)
# A text is kept so long that a report about it can be looked into.
MESSAGES_KEPT = timedelta(days=180)


class DailyLimitError(Exception):
    """The sender has written `MESSAGES_A_DAY` messages within a day."""


@transaction.atomic
def profile_of(user: User) -> Profile:
    """The profile of `user`, made if an account older than the directory has none."""
    profile, made = Profile.objects.get_or_create(user=user)
    if made:
        settle(user.pk)
    return profile


@transaction.atomic
def update(user: User, *, show: Mapping[str, str] | None = None, **values: Any) -> bool:
    """Change parts of the profile of `user`: any of `PERSON`, `OWN` and `CONCEPTS`, and in `show` who sees which part.

    `languages` are codes, `place` is a concept or None, `service_lines` and `ask_about` are concepts; `show` maps parts
    ("name" or one of `access.PARTS`) to values of `Visibility`. What is not named stays as it is.
    Raises TypeError for a part that there is not, ValueError for a visibility that there is not.
    """
    own = {name: value for name, value in values.items() if name in OWN}
    person = {name: value for name, value in values.items() if name in PERSON}
    concepts = {name: value for name, value in values.items() if name in CONCEPTS}
    unknown = (values.keys() - {*OWN, *PERSON, *CONCEPTS}) | ((show or {}).keys() - {NAME, *PARTS})
    if unknown:
        raise TypeError(f"A profile has no {', '.join(sorted(unknown))}.")
    own |= {f"show_{part}": Visibility(value) for part, value in (show or {}).items()}
    profile_of(user)
    profile = Profile.objects.select_for_update().get(pk=user.pk)
    changes = [_change_person(user, person), _change_own(profile, own), _change_concepts(profile, concepts)]
    if any(changes):
        settle(user.pk)
    return any(changes)


@transaction.atomic
def edit(
    user: User,
    *,
    show: Mapping[str, str],
    values: Mapping[str, Any],
    portrait: bytes | None = None,
    without_portrait: bool = False,
) -> bool:
    """What the profile's form says, as `update` has it; a new `portrait` goes before taking the old one away."""
    changed = update(user, show=show, **values)
    if portrait:
        return set_portrait(user, portrait)
    return (without_portrait and remove_portrait(user)) or changed


def _change_person(user: User, values: Mapping[str, Any]) -> bool:
    wanted = {name: value for name, value in values.items() if getattr(user, name) != value}
    for name, value in wanted.items():
        setattr(user, name, value)
    if wanted:
        user.save(update_fields=list(wanted))
    return bool(wanted)


def _change_own(profile: Profile, values: Mapping[str, Any]) -> bool:
    wanted = {name: value for name, value in values.items() if getattr(profile, name) != value}
    for name, value in wanted.items():
        setattr(profile, name, value)
    if "about" in wanted:
        profile.html = render_markdown(profile.about)
        wanted["html"] = profile.html
    if wanted:
        profile.save(update_fields=list(wanted))
    return bool(wanted)


def _change_concepts(profile: Profile, values: Mapping[str, Iterable[Concept]]) -> bool:
    changed = False
    for name, concepts in values.items():
        relation = getattr(profile, name)
        wanted = {concept.pk for concept in concepts}
        if set(relation.values_list("pk", flat=True)) != wanted:
            relation.set(wanted)
            changed = True
    return changed


def _named(slugs: Iterable[str], scheme: str) -> "QuerySet[Concept, Concept]":
    """The concepts with these slugs, or what they were merged into, as far as they are of `scheme`."""
    return Concept.objects.filter(pk__in=[found.pk for found in by_slug(slugs).values()], scheme__slug=scheme)


@transaction.atomic
def fill(user: User, data: Mapping[str, Any]) -> bool:
    """Fill what is still empty in the profile with what a mailing list said. False if there is nothing to fill.

    `data` has concepts as slugs and languages as codes. What the person typed at sign-up stands.
    """
    profile = profile_of(user)
    values: dict[str, Any] = {}
    if not user.organisation and data.get("organisation"):
        values["organisation"] = data["organisation"]
    if not profile.role and data.get("role"):
        values["role"] = data["role"]
    if profile.place_id is None and data.get("place"):
        values["place"] = next(iter(_named([data["place"]], "place")), None)
    if data.get("service_lines") and not profile.service_lines.exists():
        values["service_lines"] = _named(data["service_lines"], "service-line")
    if not profile.languages and data.get("languages"):
        values["languages"] = data["languages"]
    return update(user, **values)


@transaction.atomic
def set_portrait(user: User, picture: bytes) -> bool:
    """Show `picture` (what `portraits.cleaned` made) in place of the portrait there was, whose file is deleted."""
    profile_of(user)
    profile = Profile.objects.select_for_update().get(pk=user.pk)
    before = profile.portrait.name
    profile.portrait.save("", ContentFile(picture), save=False)
    Profile.objects.filter(pk=user.pk).update(portrait=profile.portrait.name)
    _delete_later(profile, before)
    settle(user.pk)
    return True


@transaction.atomic
def remove_portrait(user: User) -> bool:
    """Take the portrait away and delete its file. False if there was none."""
    profile = Profile.objects.select_for_update().filter(user=user).exclude(portrait="").first()
    if profile is None:
        return False
    before = profile.portrait.name
    Profile.objects.filter(pk=user.pk).update(portrait="")
    _delete_later(profile, before)
    settle(user.pk)
    return True


def _delete_later(profile: Profile, name: str | None) -> None:
    """Delete the file once the row that named it is gone for good: a roll-back must find it again."""
    if name:
        storage = profile.portrait.storage
        transaction.on_commit(lambda: storage.delete(name))


def settle(user_id: int) -> None:
    """After any change, in the same transaction: date it, tell search, end the stored pages."""
    Profile.objects.filter(pk=user_id).update(updated_at=timezone.now())
    search.index("member", [user_id])
    pagecache.bump()


def send(sender: User, receiver: Profile, text: str, token: str = "") -> tuple[Message, bool]:
    """A message to `receiver` and True; or the one that the same `token` made before and False.

    Somebody who is blocked is not told: the message is accepted and no mail goes out, because to say so would show who
    blocks whom. Raises DailyLimitError, and then nothing is sent.
    """
    try:
        with transaction.atomic():
            # Who writes from two windows waits here for himself, or each would find room for a last message.
            User.objects.select_for_update().get(pk=sender.pk)
            earlier = _sent(sender, token)
            if earlier is not None:
                return earlier, False
            if Message.objects.sent_since(sender.pk, timezone.now() - DAY).count() >= MESSAGES_A_DAY:
                raise DailyLimitError
            withheld = Block.objects.filter(owner=receiver.pk, blocked=sender).exists()
            message = Message.objects.create(
                sender=sender, receiver_id=receiver.pk, text=text, token=token, withheld=withheld
            )
            if not withheld:
                letters.owe_message(message)
            return message, True
    except IntegrityError:
        # The same form sent twice at the same moment.
        earlier = _sent(sender, token)
        if earlier is None:
            raise
        return earlier, False


def _sent(sender: User, token: str) -> Message | None:
    return Message.objects.filter(sender=sender, token=token).first() if token else None


@transaction.atomic
def block(owner: User, blocked_id: int) -> bool:
    """Let no message of `blocked_id` reach `owner` any more. False if it was so, or if they are the same."""
    return owner.pk != blocked_id and Block.objects.get_or_create(owner=owner, blocked_id=blocked_id)[1]


@transaction.atomic
def unblock(owner: User, blocked_id: int) -> bool:
    """Let messages through again. False if they were not blocked."""
    return bool(Block.objects.filter(owner=owner, blocked_id=blocked_id).delete()[0])


@transaction.atomic
def forget() -> str:
    """Drop messages that nobody will ask about any more, and the rows of lists that nobody confirmed. For `tick`."""
    now = timezone.now()
    messages = Message.objects.filter(created_at__lt=now - MESSAGES_KEPT).delete()[0]
    uploads = Upload.objects.unconfirmed(now - UPLOAD_KEPT).delete()[0]
    return f"messages forgotten: {messages}, lists: {uploads}"
