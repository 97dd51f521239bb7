"""What a spammer said of himself and wrote about the vocabulary is hidden with all else, and comes back as it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.moderation import sanctions, trail
from portal.moderation.models import Act
from portal.search.models import SearchEntry
from taxonomy.models import Proposal, Remark
from taxonomy.services import proposals
from taxonomy.services.proposals import Wanted
from tests.factories.members import profiled

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
SOON = timedelta(days=3)


def test_a_spammer_s_profile_proposals_and_remarks_go_too_and_come_back_as_they_were(
    new_term: Proposal, change: Proposal, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    profiled(user=other_member, about="Buy pills", role="Seller of pills", show={"role": "nobody", "about": "all"})
    proposals.comment(new_term, other_member, "Pills help.")
    spam, _made = proposals.propose(other_member, change.scheme, Wanted("pills", "Buy them."), reason="Cheap.")
    proposals.comment(spam, member, "What is this?")
    profile, reader = f"/members/{other_member.pk}/", client_of(member)
    history = client_of(moderator).get(f"/moderation/members/{other_member.pk}/").content.decode()
    assert "Proposals of terms" in history
    assert sanctions.purge(other_member, moderator, "Spam.", timezone.now() + SOON)
    assert "Buy pills" not in reader.get(profile).content.decode()
    assert "pills" not in SearchEntry.objects.get(key=f"member:{other_member.pk}").body
    assert "Pills help." not in reader.get(new_term.url).content.decode()
    assert reader.get(spam.url).status_code == 404
    assert reader.get(change.url).status_code == 200
    assert trail.undo(Act.objects.get(), moderator)
    assert "Buy pills" in reader.get(profile).content.decode()
    assert "Seller of pills" not in reader.get(profile).content.decode()
    assert "Pills help." in reader.get(new_term.url).content.decode()
    assert "What is this?" in reader.get(spam.url).content.decode()
    assert not Remark.objects.filter(hidden=True).exists()


def test_what_a_moderator_had_hidden_before_is_not_shown_by_taking_the_purge_back(
    new_term: Proposal, member: User, moderator: User
) -> None:
    remark, _made = proposals.comment(new_term, member, "Pills help.")
    proposals.hide(remark, True)
    sanctions.purge(member, moderator, "Spam.", timezone.now() + SOON)
    trail.undo(Act.objects.get(), moderator)
    remark.refresh_from_db()
    new_term.refresh_from_db()
    assert (remark.hidden, new_term.hidden) == (True, False)
