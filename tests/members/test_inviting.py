"""Inviting people one by one and by a list: a dry run says what would be done, and nobody gets an account by it."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Invitation, User
from portal.accounts.services import invite
from portal.members import importing, lists
from portal.members.importing import ImportRow, UnreadableError, read
from portal.members.lists import Verdict
from portal.members.models import UPLOAD_KEPT, Upload
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]


@pytest.fixture
def terms() -> None:
    lines = SchemeFactory(slug="service-line")
    concept("Payroll", scheme=lines, slug="payroll", alt=["Paying staff"])
    concept("Fleet", scheme=lines, slug="fleet")
    concept("Iowa", scheme=SchemeFactory(slug="place"), slug="iowa")
    concept("Migration", scheme=SchemeFactory(slug="topic"), slug="migration")


def one(content: str) -> ImportRow:
    (row,) = read(content.encode()).rows
    return row


def test_every_column_is_read(terms: None) -> None:
    row = one(
        "name,email,organisation,affiliation,role,place,service_lines,languages\n"
        'A clerk,Clerk@Example.org,A town,Research,Town clerk,IOWA,payroll|Fleet,"French, en"\n'
    )
    assert row.problems == []
    assert row == ImportRow(
        2,
        "clerk@example.org",
        "A clerk",
        "A town",
        "research",
        "Town clerk",
        "iowa",
        ["payroll", "fleet"],
        ["fr", "en"],
    )
    assert row.profile == {
        "organisation": "A town",
        "role": "Town clerk",
        "place": "iowa",
        "service_lines": ["payroll", "fleet"],
        "languages": ["fr", "en"],
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_recognised(separator: str, ending: str) -> None:
    content = ending.join([separator.join(["E-Mail", "Name"]), "", separator.join(["a@b.org", '"B, or; C"']), ""])
    assert one(content) == ImportRow(3, "a@b.org", "B, or; C")


@pytest.mark.parametrize(("encoding", "noted"), [("utf-8", False), ("utf-8-sig", False), ("cp1252", True)])
def test_encodings_are_recognised_and_a_guess_is_said(encoding: str, noted: bool) -> None:
    found = read("email,name\na@b.org,Zoë Łukasz\n".replace("Ł", "L").encode(encoding))
    assert found.rows[0].name == "Zoë Lukasz"
    assert any("Windows-1252" in note for note in found.notes) is noted


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"name,role\nA,B\n", "one of them must be"),
        (b"email,Email\na@b.org,b@b.org\n", "stands twice"),
        (b'email,name\na@b.org,"open\n', "Line 2 cannot be read"),
        (b'email,name\na@b.org,"a"b\n', "Line 2 cannot be read"),
        ("email\na@b.org\n".encode("utf-16"), "UTF-16"),
        (b"email\n\x81\x8d\n", "no text"),
        (b"email\n" + b"x" * 2_000_001, "two megabytes"),
        (b"email\n" + b"y" * 200_000, "Line 2 cannot be read"),
        (b"email\n" + b"a@b.org\n" * 10_001, "at most 10000"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        read(content)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",A", "There is no e-mail address"),
        ("nonsense,A", "“nonsense” is no e-mail address"),
        (f"{'a' * 300}@b.org,A", "The e-mail address is too long"),
        (f"a@b.org,{'n' * 121}", "The name is longer than 120 characters"),
        ("a@b.org,A,pirate", "“pirate” is no affiliation"),
        ("a@b.org,A,,Atlantis", "“Atlantis” is no place"),
        ("a@b.org,A,,,payroll|alchemy", "“alchemy” is no service line"),
        ("a@b.org,A,,,migration", "“migration” is no service line"),
        ("a@b.org,A,,,,Klingon", "“Klingon” is no language"),
    ],
)
def test_a_line_with_a_mistake_gets_a_sentence(line: str, sentence: str, terms: None) -> None:
    row = one(f"email,name,affiliation,place,service_lines,languages\n{line}\n")
    assert row.line == 2
    assert sentence in " ".join(row.problems)


def test_columns_that_mean_nothing_here_are_named_and_further_cells_ignored() -> None:
    found = read(b"email,shoe size\na@b.org,44,extra,\n")
    assert found.rows == [ImportRow(2, "a@b.org")]
    assert "shoe size" in found.notes[0]


def test_a_label_stands_for_its_term_and_nul_bytes_for_nothing(terms: None) -> None:
    assert one("email,service_lines\na@b.org,Paying\x00 staff\n").service_lines == ["payroll"]


@pytest.mark.parametrize("hidden", ["\x00", "\x01", "\u200b"])
def test_an_address_with_a_hidden_character_is_no_other_address(hidden: str, terms: None) -> None:
    row = one(f"email\nsome{hidden}body@example.org\n")
    assert row.problems == ["“some body@example.org” is no e-mail address."]


def test_a_field_longer_than_any_is_not_called_a_matter_of_quotation_marks() -> None:
    with pytest.raises(UnreadableError, match="Line 2 cannot be read: a field in it is longer"):
        read(b"email,name\na@b.org," + b"n" * 131_073 + b"\n")


@pytest.fixture
def mixed(member: User, editor: User, terms: None) -> bytes:
    """A list with one line of each verdict."""
    invite("waiting@example.org", editor)
    return (
        b"email,name,role\n"
        b"new@example.org,A new clerk,Clerk\n"
        b"member@example.org,Known,\n"
        b"waiting@example.org,Waits,\n"
        b"NEW@example.org,Again,\n"
        b"broken,Broken,\n"
    )


def test_each_line_is_judged(mixed: bytes, django_assert_num_queries: Any) -> None:
    rows = read(mixed).rows
    with django_assert_num_queries(3):
        verdicts = [judged.verdict for judged in lists.judge(rows)]
    assert verdicts == [Verdict.INVITE, Verdict.MEMBER, Verdict.INVITED, Verdict.TWICE, Verdict.INVALID]


def test_inviting_a_list_again_invites_nobody(mixed: bytes, editor: User) -> None:
    rows = read(mixed).rows
    before = User.objects.count()
    assert lists.invite_rows(rows, editor) == 1
    assert lists.invite_rows(rows, editor) == 0
    assert User.objects.count() == before
    assert Invitation.objects.get(email="new@example.org").data == {"role": "Clerk"}


def upload(client: Client, content: bytes, name: str = "list.csv") -> Any:
    return client.post("/members/import/", {"file": SimpleUploadedFile(name, content, "text/csv")})


def test_an_uploaded_list_is_shown_first_and_invites_once_when_confirmed(
    mixed: bytes, editor: User, client_of: Clients
) -> None:
    client = client_of(editor)
    mail.outbox.clear()
    response = upload(client, mixed)
    address = response.headers["Location"]
    page = client.get(address).content.decode()
    assert "Nobody has been invited yet" in page
    for words in ("Would be invited", "Is a member already", "Is invited already", "before", "“broken” is no e-mail"):
        assert words in page
    assert not mail.outbox
    assert Invitation.objects.count() == 1
    assert "Invite 1 person" in page
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    assert [sent.to for sent in mail.outbox] == [["new@example.org"]]
    kept = Upload.objects.get()
    assert (kept.rows, kept.invited) == ([], 1)
    assert "1 person of this list was invited" in client.get(address).content.decode()


def test_a_list_that_waited_too_long_invites_nobody(mixed: bytes, editor: User, client_of: Clients) -> None:
    client = client_of(editor)
    address = upload(client, mixed).headers["Location"]
    Upload.objects.update(created_at=timezone.now() - UPLOAD_KEPT)
    mail.outbox.clear()
    assert "Upload it again" in client.get(address).content.decode()
    client.post(address)
    assert not mail.outbox


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"name\nA\n", "one of them must be"),
        (b"email\n" + b"a@b.org\n" * 501, "at most 500"),
    ],
)
def test_an_unreadable_upload_gets_a_sentence_at_the_field(
    content: bytes, sentence: str, editor: User, client_of: Clients
) -> None:
    page = upload(client_of(editor), content).content.decode()
    assert sentence in page
    assert "There is a problem" in page
    assert not Upload.objects.exists()
    assert "Choose a file" in client_of(editor).post("/members/import/", {}).content.decode()


def test_what_a_list_says_is_shown_as_text(editor: User, client_of: Clients) -> None:
    client = client_of(editor)
    address = upload(client, b"email,name\na@b.org,<script>x</script>\n", "<b>.csv").headers["Location"]
    page = client.get(address).content.decode()
    assert "<script>x" not in page
    assert "<b>.csv" not in page


def test_people_are_invited_by_their_addresses(editor: User, client_of: Clients) -> None:
    client = client_of(editor)
    posted = {"addresses": "One@example.org\n two@example.org \n\none@example.org", "note": "Join us"}
    response = client.post("/members/invite/", posted, follow=True)
    page = response.content.decode()
    assert "2 people are invited." in page
    assert sorted(sent.to[0] for sent in mail.outbox) == ["one@example.org", "two@example.org"]
    again = client.post("/members/invite/", posted, follow=True).content.decode()
    assert "Nobody new is invited: they had all been invited before." in again
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("addresses", "sentence"),
    [
        ("", "Enter at least one address"),
        ("fine@example.org\nnonsense", "These are no e-mail addresses: nonsense"),
        ("\n".join(f"p{number}@example.org" for number in range(51)), "at most 50"),
    ],
)
def test_wrong_addresses_get_a_sentence_and_nobody_is_invited(
    addresses: str, sentence: str, editor: User, client_of: Clients
) -> None:
    page = client_of(editor).post("/members/invite/", {"addresses": addresses}).content.decode()
    assert sentence in page
    assert not Invitation.objects.exists()


def test_an_invitation_is_sent_again_once_and_taken_back(editor: User, client_of: Clients) -> None:
    client = client_of(editor)
    invitation, _ = invite("late@example.org", editor)
    assert "late@example.org" in client.get("/members/invite/").content.decode()
    mail.outbox.clear()
    for _ in range(2):
        client.post(f"/members/invite/{invitation.pk}/resend/", {"letters": "1"})
    assert len(mail.outbox) == 1
    client.post(f"/members/invite/{invitation.pk}/revoke/")
    assert "late@example.org" not in client.get("/members/invite/").content.decode().split("<main")[1]
    assert client.post(f"/members/invite/{invitation.pk}/revoke/").status_code == 404
    assert client.post(f"/members/invite/{'9' * 30}/revoke/").status_code == 404


def test_nothing_else_can_be_done_with_an_invitation(editor: User, client_of: Clients) -> None:
    invitation, _ = invite("late@example.org", editor)
    assert client_of(editor).post(f"/members/invite/{invitation.pk}/accept/").status_code == 404


def command(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_members", path, *options, stdout=out, verbosity=0)
    return out.getvalue()


def test_the_command_says_what_it_would_do_and_does_it_when_asked(mixed: bytes, editor: User, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(mixed)
    dry = command(path)
    assert "line 2: new@example.org: Would be invited." in dry
    assert "line 6: broken: Cannot be invited. “broken” is no e-mail address." in dry
    assert "Nothing was written" in dry
    assert Invitation.objects.count() == 1
    assert "Invited: 1" in command(path, "--apply", "--by", editor.email)
    assert Invitation.objects.get(email="new@example.org").invited_by == editor
    assert "Invited: 0" in command(path, "--apply")


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (None, (), "cannot be read"),
        (b"name\nA\n", (), "one of them must be"),
        (b"email\na@b.org\n", ("--by", "nobody@example.org"), "No member has the address"),
    ],
)
def test_the_command_refuses_in_a_sentence(
    content: bytes | None, options: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        command(path, *options)


def test_names_of_languages_and_their_codes_are_understood() -> None:
    from portal.members.languages import LANGUAGES, code_of

    assert {code_of(text) for text in ("fr", "French", "FRANÇAIS", "francais")} == {"fr"}
    assert code_of("māori") == "mi"
    assert code_of("nonsense") is None
    assert all(code_of(name) for name in LANGUAGES.values())
    assert importing.COLUMNS[1] == "email"
