"""Loads the demonstration's proposals for the glossary, with what was said to them and what the steward decided."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.demo.people import DOMAIN, authors
from portal.demo.reading import read_yaml
from taxonomy import contents
from taxonomy.models import Concept, Proposal, Scheme
from taxonomy.rules import LabelSpec
from taxonomy.services import deciding, proposals
from taxonomy.services.proposals import Wanted

Entry = Mapping[str, Any]
TOKEN = "demonstration-{}"  # noqa: S105  (by which a proposal is found again)
LONGEST_TOKEN = 32


def load_proposals() -> int:
    """Make the proposals that are missing, in the order in which they were made. Returns how many that was."""
    present = set(Proposal.objects.exclude(client_token="").values_list("client_token", flat=True))
    members = authors()
    steward = User.objects.filter(email=f"steward@{DOMAIN}").first()
    entries = sorted(read_yaml("proposals.yaml"), key=lambda entry: entry["days"], reverse=True)
    missing = [entry for entry in entries if _token(entry) not in present]
    for entry in missing:
        proposal = _propose(entry, members[entry["by"]])
        _discuss(proposal, entry, members)
        if "decision" in entry and steward is not None:
            _decide(Proposal.objects.select_related("concept").get(pk=proposal.pk), entry["decision"], steward)
    return len(missing)


def _token(entry: Entry) -> str:
    return TOKEN.format(entry["key"])[:LONGEST_TOKEN]


def _ago(entry: Entry) -> datetime:
    return timezone.now() - timedelta(days=entry["days"])


def _propose(entry: Entry, member: User) -> Proposal:
    concept = Concept.objects.select_related("scheme").get(slug=entry["change"]) if "change" in entry else None
    if concept is not None:
        held = contents.of(concept)
        labels = [LabelSpec(*row) for row in held["labels"]] + _labels(entry, "add_labels")
        broader = tuple(held["broader"])
        wanted = Wanted(concept.title, entry["definition"], tuple(labels), broader, concept.scope_note)
        scheme = concept.scheme
    else:
        scheme = Scheme.objects.get(slug=entry["scheme"])
        broader = tuple(entry.get("broader", ()))
        wanted = Wanted(entry["title"], entry["definition"], tuple(_labels(entry, "labels")), broader)
    proposal, _made = proposals.propose(
        member,
        scheme,
        wanted,
        reason=entry["reason"].strip(),
        sources=entry["sources"],
        concept=concept,
        token=_token(entry),
        at=_ago(entry),
    )
    return proposal


def _labels(entry: Entry, name: str) -> list[LabelSpec]:
    rows = entry.get(name, ())
    return [LabelSpec(row["text"], row["lang"], row["jurisdiction"], row["kind"]) for row in rows]


def _discuss(proposal: Proposal, entry: Entry, members: Mapping[str, User]) -> None:
    for remark in entry["remarks"]:
        proposals.comment(proposal, members[remark["by"]], remark["body"].strip(), at=_ago(remark))
    for stand in entry["stands"]:
        proposals.take_stand(
            proposal,
            members[stand["by"]],
            supports=stand["supports"],
            reason=stand.get("reason", ""),
            at=_ago(stand),
        )


def _decide(proposal: Proposal, decision: Entry, steward: User) -> None:
    """Raises ValueError for a decision that there is not."""
    reason, at = decision["reason"], _ago(decision)
    match decision["what"]:
        case "agree":
            deciding.agree(proposal, steward, reason, seen=contents.fingerprint(proposal), at=at)
        case "ask":
            deciding.ask_for_changes(proposal, steward, reason, at=at)
        case "merge-term":
            target = Concept.objects.get(slug=decision["target"])
            deciding.merge_into_term(proposal, target, steward, reason, at=at)
        case "decline":
            deciding.decline(proposal, steward, reason, at=at)
        case what:
            raise ValueError(f"There is no decision {what}.")
