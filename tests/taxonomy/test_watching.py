"""Who watches is told, by real messages, once, and only what they may see; the link in a letter ends it safely."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from wagtail.models import PageViewRestriction

from portal.accounts.models import User
from portal.core import letters
from portal.core.models import Letter
from taxonomy import contents, services, watching
from taxonomy.models import Concept, GlossaryPage, Proposal, Watch
from taxonomy.services import deciding, proposals
from taxonomy.services.proposals import Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("glossary_page")]
ClientOf = Callable[[User | None], Client]


def sent() -> list[tuple[str, str]]:
    """(first recipient, subject) of what was sent, in order."""
    return [(message.to[0], str(message.subject)) for message in mail.outbox]


def message() -> EmailMultiAlternatives:
    assert len(mail.outbox) == 1, sent()
    found = mail.outbox[0]
    assert isinstance(found, EmailMultiAlternatives)
    return found


def ending_link() -> str:
    found = re.search(r"http://localhost:8000(/glossary/watching/\S+)", str(message().body))
    assert found is not None, message().body
    return found.group(1)


def test_the_proposer_reads_what_was_said_by_whom_and_where(new_term: Proposal, other_member: User) -> None:
    assert mail.outbox == []
    remark, _ = proposals.comment(new_term, other_member, "We **say** `use` & mean <it>.")
    found = message()
    assert found.to == ["member@example.org"]
    assert found.subject == "A comment on the proposal: showback"
    assert "A city procurement officer wrote about the proposal “showback”:" in str(found.body)
    assert "We say use & mean <it>." in str(found.body)
    assert "We say use &amp; mean &lt;it&gt;." in str(found.alternatives[0][0])
    assert f"http://localhost:8000{new_term.url}#remark-{remark.pk}" in str(found.body)
    assert found.extra_headers["List-Unsubscribe"] == f"<http://localhost:8000{ending_link()}>"


def test_discussants_are_told_of_the_decision_and_nobody_of_their_own_acts(
    new_term: Proposal, member: User, other_member: User, steward: User
) -> None:
    proposals.comment(new_term, other_member, "Good.")
    mail.outbox.clear()
    deciding.ask_for_changes(new_term, steward, "Shorter.")
    assert sent() == [
        ("member@example.org", "Changes asked for: showback"),
        ("other@example.org", "Changes asked for: showback"),
    ]
    mail.outbox.clear()
    proposals.revise(new_term, Wanted("showback", "Shorter."), reason="x")
    assert [to for to, _subject in sent()] == ["other@example.org", "steward@example.org"]
    mail.outbox.clear()
    deciding.agree(new_term, steward, "Now.", seen=contents.fingerprint(Proposal.objects.get()))
    assert [to for to, _subject in sent()] == ["member@example.org", "other@example.org"]
    assert "The proposal “showback” is agreed. A terminology steward gave the reason:" in str(mail.outbox[0].body)


def test_who_watches_a_term_is_told_of_proposals_decisions_and_other_changes_but_not_of_chatter(
    chargeback: Concept, member: User, other_member: User, steward: User
) -> None:
    watching.watch(other_member, chargeback)
    wanted = Wanted("chargeback", "Billing by use.")
    change, _ = proposals.propose(member, chargeback.scheme, wanted, reason="Too short.", concept=chargeback)
    assert sent() == [("other@example.org", "Proposed for the glossary: chargeback")]
    mail.outbox.clear()
    proposals.comment(change, member, "Anybody?")
    assert mail.outbox == []
    deciding.agree(change, steward, "Yes.", seen=contents.fingerprint(change))
    assert ("other@example.org", "Agreed: chargeback") in sent()
    assert len(sent()) == 2, "the outcome's new version is not told a second time"
    mail.outbox.clear()
    services.update_concept(chargeback, scope_note="Only within one government.")
    assert message().subject == "Changed in the glossary: chargeback"
    assert "+ Only within one government." in str(message().body)


def test_a_form_or_a_task_sent_twice_tells_once(new_term: Proposal, other_member: User) -> None:
    for _ in range(2):
        proposals.comment(new_term, other_member, "x", token="t" * 20)
    letters.deliver.call(Letter.objects.get().pk)
    assert len(mail.outbox) == 1


def test_who_may_not_see_the_glossary_is_not_told(
    new_term: Proposal, other_member: User, glossary_page: GlossaryPage, steward: User
) -> None:
    restriction = PageViewRestriction.objects.create(page=glossary_page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(steward.groups.all())
    watching.watch(steward, new_term)
    proposals.comment(new_term, other_member, "Secret.")
    assert sent() == [("steward@example.org", "A comment on the proposal: showback")]


def test_nobody_is_told_of_what_was_hidden_before_the_letter_left(
    new_term: Proposal, other_member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = letters.deliver
    monkeypatch.setattr(letters, "deliver", SimpleNamespace(enqueue=lambda _pk: None))
    remark, _ = proposals.comment(new_term, other_member, "Abuse.")
    proposals.hide(remark, True)
    later.call(Letter.objects.get().pk)
    assert mail.outbox == []


def test_the_link_ends_the_watch_signed_out_and_a_get_changes_nothing(
    new_term: Proposal, other_member: User, member: User, visitor_client: Client
) -> None:
    proposals.comment(new_term, other_member, "One.")
    link = ending_link()
    page = visitor_client.get(link)
    assert "Stop watching?" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert Watch.objects.get(member=member).active
    assert "You no longer watch this" in visitor_client.post(link).content.decode()
    assert not Watch.objects.get(member=member).active
    mail.outbox.clear()
    proposals.comment(new_term, other_member, "Two.")
    assert mail.outbox == []


def test_a_watch_that_was_ended_does_not_begin_again_by_itself(new_term: Proposal, member: User) -> None:
    assert watching.unwatch(member, new_term)
    assert not watching.unwatch(member, new_term)
    proposals.comment(new_term, member, "Still here.")
    assert not watching.is_watching(member.pk, new_term)
    assert watching.watch(member, new_term)
    assert not watching.watch(member, new_term)


def test_a_forged_link_ends_nothing(new_term: Proposal, visitor_client: Client, other_member: User) -> None:
    proposals.comment(new_term, other_member, "One.")
    mine, other = Watch.objects.order_by("pk")
    signature = watching.ending_of(mine.pk).split("/")[-2]
    for link in (f"{other.pk}/{signature}", f"{mine.pk}/{signature[:-1]}x", f"{mine.pk}/é", "0/x"):
        assert visitor_client.post(f"/glossary/watching/{link}/").status_code == 404
    assert Watch.objects.filter(active=True).count() == 2


def test_members_watch_a_term_and_stop_on_its_page(
    client_of: ClientOf, member: User, chargeback: Concept, visitor_client: Client
) -> None:
    client = client_of(member)
    assert client.get("/glossary/chargeback/watch/").status_code == 405
    client.post("/glossary/chargeback/watch/")
    assert "You watch this term." in client.get("/glossary/chargeback/").content.decode()
    client.post("/glossary/chargeback/watch/", {"do": "stop"})
    assert "Watch this term" in client.get("/glossary/chargeback/").content.decode()
    assert visitor_client.post("/glossary/chargeback/watch/").status_code == 302
