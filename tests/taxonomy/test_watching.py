"""Who watches is told, by real messages, once, and only what they may see; the link in a letter ends it safely."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.signing import Signer
from django.db import transaction
from django.test import Client
from wagtail.models import PageViewRestriction

from portal.accounts.models import User
from portal.core import letters
from portal.core.models import Letter
from taxonomy import contents, services, watching
from taxonomy.letters import tell_of_remark
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
    found = re.search(r"http://localhost:8000(/unsubscribe/\S+)", str(message().body))
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
    assert found.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


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
    told = ("Proposed for the glossary: chargeback", "A comment on the proposal: chargeback")
    assert sent() == [("other@example.org", told[0]), ("steward@example.org", told[0])]
    mail.outbox.clear()
    proposals.comment(change, member, "Anybody?")
    assert sent() == [("steward@example.org", told[1])]
    mail.outbox.clear()
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
    assert "We mail you about “showback”." in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert Watch.objects.get(member=member).active
    assert "You get no more of these letters" in visitor_client.post(link).content.decode()
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


def test_a_mail_program_ends_the_watch_by_one_click_and_without_a_forms_token(
    new_term: Proposal, other_member: User, member: User
) -> None:
    proposals.comment(new_term, other_member, "One.")
    sent_headers = message().message()
    assert sent_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(sent_headers["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost:8000")
    program = Client(enforce_csrf_checks=True)
    body = "List-Unsubscribe=One-Click"
    for _ in range(2):
        assert program.post(link, body, content_type="application/x-www-form-urlencoded").status_code == 200
    assert not Watch.objects.get(member=member, proposal=new_term).active
    assert Watch.objects.get(member=other_member, proposal=new_term).active


def test_a_forged_link_ends_nothing(new_term: Proposal, visitor_client: Client, other_member: User) -> None:
    proposals.comment(new_term, other_member, "One.")
    mine, other = Watch.objects.order_by("pk")
    token = watching.ending_of(mine.pk).split("/")[-2]
    name, signature = token.rsplit(":", 1)
    foreign = Signer(salt="another").sign(f"term-watch-{mine.pk}")
    forged = (f"term-watch-{other.pk}:{signature}", f"{name}:{signature[:-1]}", f"{name}:é", "x", name, foreign)
    for link in forged:
        assert visitor_client.post(f"/unsubscribe/{link}/").status_code == 404, link
    unknown = Signer(salt="core.unsubscribe")
    for link in (unknown.sign("term-watch-0"), unknown.sign("nobody-1"), unknown.sign("")):
        assert visitor_client.post(f"/unsubscribe/{link}/").status_code == 404, link
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


def test_stewards_are_told_when_a_proposal_is_made_or_answered_by_its_proposer(
    steward: User, member: User, other_member: User, chargeback: Concept
) -> None:
    made, _ = proposals.propose(member, chargeback.scheme, Wanted("showback", "x"), reason="It **lacks**.")
    found = message()
    assert (found.to, found.subject) == (["steward@example.org"], "Proposed for the glossary: showback")
    assert "It lacks." in str(found.body)
    assert "because you are a terminology steward" in str(found.body)
    mail.outbox.clear()
    proposals.comment(made, other_member, "Good.")
    assert [to for to, _subject in sent()] == ["member@example.org"], "what others say is for who watches"
    mail.outbox.clear()
    proposals.comment(made, member, "Thanks.")
    assert "steward@example.org" in [to for to, _subject in sent()]


def test_a_steward_ends_the_letters_by_one_click_and_begins_them_again(
    steward: User, member: User, chargeback: Concept, client_of: ClientOf, visitor_client: Client
) -> None:
    made, _ = proposals.propose(member, chargeback.scheme, Wanted("showback", "x"), reason="x")
    link = ending_link()
    assert "Proposals for the glossary" in visitor_client.get(link).content.decode()
    assert visitor_client.post(link).status_code == 200
    mail.outbox.clear()
    proposals.comment(made, member, "More.")
    assert mail.outbox == []
    client = client_of(steward)
    assert "You get no letters about proposals" in client.get("/glossary/proposals/").content.decode()
    client.post("/glossary/proposals/letters/")
    proposals.comment(made, member, "Still more.")
    assert [to for to, _subject in sent()] == ["steward@example.org"]
    client.post("/glossary/proposals/letters/", {"do": "stop"})
    assert not watching.hears_as_steward(steward.pk)


def test_a_stewards_letter_is_owed_once_and_not_written_to_who_is_no_steward_any_more(
    steward: User, member: User, chargeback: Concept, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = letters.deliver
    monkeypatch.setattr(letters, "deliver", SimpleNamespace(enqueue=lambda _pk: None))
    made, _ = proposals.propose(member, chargeback.scheme, Wanted("showback", "x"), reason="x")
    assert tell_of_remark(made.remarks.get(), made) == 0
    owed = Letter.objects.get(kind="steward-proposal")
    steward.groups.clear()
    for _ in range(2):
        later.call(owed.pk)
    assert mail.outbox == []


def test_what_is_rolled_back_owes_no_letter(steward: User, member: User, chargeback: Concept) -> None:
    with transaction.atomic():
        proposals.propose(member, chargeback.scheme, Wanted("showback", "x"), reason="x")
        assert Letter.objects.exists()
        transaction.set_rollback(True)
    assert not Letter.objects.exists()
