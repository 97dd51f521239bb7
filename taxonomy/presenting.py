"""A proposal as its page shows it: what is proposed, what was said, who stands where, and what the viewer may do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import references
from portal.core.viewer import Viewer
from taxonomy import access, contents, shared_labels, snapshot, versions, watching
from taxonomy.models import Proposal, Remark, Scheme, Stand, Status
from taxonomy.models.proposals import Act, ProposalQuerySet, State, proposal_url
from taxonomy.rules import LabelSpec

MOST_REMARKS = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote or stands behind something: name and whom they work for; the address only where there is a profile."""

    name: str
    affiliation: str
    works_for: str
    organisation: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownRemark:
    """One remark; `removed` for readers from whom it is hidden."""

    pk: str
    who: Person
    act: str
    words: str
    html: str
    at: datetime
    changes: tuple[versions.ShownChange, ...]
    hidden: bool
    removed: bool


@dataclass(frozen=True, slots=True)
class ShownStand:
    """For or against, and whether it was taken before the proposal was last revised."""

    who: Person
    supports: bool
    reason: str
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of proposals."""

    url: str
    title: str
    is_change: bool
    scheme: str
    state: str
    state_name: str
    proposer: str
    affiliation: str
    at: datetime
    supporting: int
    objecting: int
    comments: int
    hidden: bool


class People:
    """Members as the viewer may see them: one question to the members' room for all of them."""

    def __init__(self, users: Iterable[User | None], viewer: Viewer) -> None:
        ids = {str(user.pk) for user in users if user is not None}
        self._profiles = references.resolve("member", ids, viewer)

    def person(self, user: User | None) -> Person:
        if user is None:
            return Person(_("A former member"), "", "", "", "")
        profile = self._profiles.get(str(user.pk))
        affiliation = str(user.get_affiliation_display()) if user.affiliation else ""
        return Person(user.name, affiliation, user.affiliation, user.organisation, profile.url if profile else "")


class ProposalPage:
    """Everything on a proposal's page but its forms: at most ten queries, however much was said."""

    def __init__(self, proposal: Proposal, viewer: Viewer) -> None:
        self.proposal = proposal
        self.viewer = viewer
        self.may_discuss = access.can_discuss(viewer, proposal)
        self.may_revise = access.can_revise(viewer, proposal)
        self.may_decide = access.can_decide(viewer, proposal)
        self.may_hide = access.can_hide(viewer)
        remarks = list(proposal.remarks.select_related("author")[:MOST_REMARKS])
        stands = list(proposal.stands.select_related("member"))
        people = People([proposal.proposer, *(one.author for one in remarks), *(one.member for one in stands)], viewer)
        self.proposer = people.person(proposal.proposer)
        self.remarks = [self._remark(one, people) for one in remarks]
        self.stands = [self._stand(one, people) for one in stands]
        self.own_stand = next((one.supports for one in stands if one.member_id == viewer.user_id), None)
        self.is_watching = watching.is_watching(viewer.user_id, proposal)
        self._compare()

    def _compare(self) -> None:
        """What is proposed, and for an open change how the term as it is now differs from what it was compared with."""
        proposal = self.proposal
        self.labels = [versions.label_words(*row) for row in proposal.wanted["labels"]]
        self.changes: tuple[versions.ShownChange, ...] = ()
        self.moved: tuple[versions.ShownChange, ...] = ()
        self.result: tuple[versions.ShownChange, ...] = ()
        self.conflicts: list[str] = []
        self.is_gone = proposal.is_open and proposal.is_change and _is_gone(proposal)
        if proposal.is_change:
            self.changes = versions.shown(contents.differences(proposal.base, proposal.wanted))
            if proposal.is_open and proposal.concept is not None:
                now = contents.of(proposal.concept)
                after = contents.merged(proposal.base, proposal.wanted, now)
                self.moved = versions.shown(contents.differences(proposal.base, now))
                self.result = versions.shown(contents.differences(now, after))
                self.conflicts = [
                    str(versions.NAMES[name]) for name in contents.conflicts(proposal.base, proposal.wanted, now)
                ]
        else:
            self.changes = versions.shown(contents.differences(contents.EMPTY, proposal.wanted))

    @property
    def supporting(self) -> int:
        return sum(one.supports for one in self.stands)

    @property
    def objecting(self) -> int:
        return len(self.stands) - self.supporting

    @property
    def shared(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(word, other terms as title and address) of each proposed word that other terms have too."""
        wanted = self.proposal.wanted
        texts = [wanted["title"], *(LabelSpec(*row).text for row in wanted["labels"])]
        own = self.proposal.concept.slug if self.proposal.concept else ""
        return shared_labels.others_called(texts, own, snapshot.current())

    def _remark(self, remark: Remark, people: People) -> ShownRemark:
        removed = remark.hidden and not self.may_hide
        return ShownRemark(
            pk=str(remark.pk),
            who=people.person(remark.author),
            act=remark.act,
            words="" if remark.act == Act.COMMENT else str(Act(remark.act).label),
            html="" if removed else remark.html,
            at=remark.created_at,
            changes=versions.shown(remark.changes),
            hidden=remark.hidden,
            removed=removed,
        )

    def _stand(self, stand: Stand, people: People) -> ShownStand:
        is_outdated = stand.revision < self.proposal.revision
        return ShownStand(people.person(stand.member), stand.supports, stand.reason, is_outdated)


def _is_gone(proposal: Proposal) -> bool:
    return proposal.concept is None or proposal.concept.status == Status.DEPRECATED


def rows(proposals: Sequence[Proposal]) -> list[Row]:
    """The lines of a list: two queries more, however many proposals. They need proposer and scheme selected."""
    ids = [proposal.pk for proposal in proposals]
    for_and_against = Stand.objects.filter(proposal__in=ids).values_list("proposal_id", "supports")
    stands = Counter(for_and_against)
    counted = Remark.objects.filter(proposal__in=ids, act=Act.COMMENT, hidden=False)
    comments = dict(counted.values_list("proposal_id").annotate(Count("pk")))
    return [
        Row(
            url=proposal_url(proposal.pk),
            title=proposal.title,
            is_change=proposal.is_change,
            scheme=proposal.scheme.title,
            state=proposal.state,
            state_name=str(State(proposal.state).label),
            proposer=proposal.proposer.name if proposal.proposer else _("A former member"),
            affiliation=_affiliation(proposal.proposer),
            at=proposal.settled_at or proposal.created_at,
            supporting=stands[proposal.pk, True],
            objecting=stands[proposal.pk, False],
            comments=comments.get(proposal.pk, 0),
            hidden=proposal.hidden,
        )
        for proposal in proposals
    ]


def _affiliation(user: User | None) -> str:
    return str(user.get_affiliation_display()) if user is not None and user.affiliation else ""


def listed(viewer: Viewer) -> ProposalQuerySet:
    """The proposals that lists show, with what `rows` needs."""
    return Proposal.objects.visible(viewer).select_related("proposer", "scheme")


def similar(proposal: Proposal, viewer: Viewer) -> list[tuple[str, str]]:
    """(title, address) of other open proposals for the same term or with the same name: one query."""
    same = Q(scheme=proposal.scheme_id, title__iexact=proposal.title)
    if proposal.concept_id:
        same |= Q(concept=proposal.concept_id)
    found = Proposal.objects.visible(viewer).open().filter(same).exclude(pk=proposal.pk)[:10]
    return [(f"#{other.pk} {other.title}", proposal_url(other.pk)) for other in found]


def scheme_named(slug: str) -> Scheme | None:
    """The scheme that a link into the form names, None for any other text."""
    return Scheme.objects.filter(slug=slug.replace("\x00", "")[:60]).first() if slug else None
