"""What members propose for the vocabulary, and what is said about it. Written by `taxonomy.services` only."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.viewer import Viewer
from taxonomy.models.vocabulary import Concept, Scheme

TEXT_LENGTH = 10_000


class State(models.TextChoices):
    """How far a proposal has come. The first two are open; the others are the end of it."""

    OPEN = "open", _("Open")
    REVISE = "revise", _("Changes asked for")
    AGREED = "agreed", _("Agreed")
    MERGED = "merged", _("Merged")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_STATES = (State.OPEN, State.REVISE)


class ProposalQuerySet(models.QuerySet["Proposal", "Proposal"]):
    """Proposals, narrowed by who looks and by how far they have come."""

    def visible(self, viewer: Viewer) -> Self:
        """All are public, but for those that were hidden: only moderators and stewards see them."""
        return self if viewer.is_moderator or viewer.is_steward else self.filter(hidden=False)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def settled(self) -> Self:
        return self.exclude(state__in=OPEN_STATES)


class Proposal(models.Model):
    """A new term, or a change to one.

    `wanted` holds what is proposed, in the form of `taxonomy.contents`; `base` holds the same of the term as it stood
    when that was written, and nothing for a new term. What differs between them is what is proposed.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="proposals")
    concept = models.ForeignKey(
        Concept, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals", help_text="what it changes"
    )
    outcome = models.ForeignKey(
        Concept, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="what came of it"
    )
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    is_change = models.BooleanField(default=False)
    title = models.CharField(max_length=160)
    wanted = models.JSONField(default=dict)
    base = models.JSONField(default=dict, blank=True)
    reason = models.TextField()
    reason_html = models.TextField(editable=False)
    sources = models.TextField(blank=True)
    sources_html = models.TextField(editable=False, blank=True)
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    revision = models.PositiveIntegerField(default=1)
    hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    client_token = models.CharField(max_length=32, blank=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["proposer", "client_token"],
                condition=~models.Q(client_token=""),
                name="taxonomy_one_proposal_per_token",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-created_at"], name="taxonomy_proposals_by_state"),
            models.Index(fields=["-settled_at", "-id"], name="taxonomy_proposals_settled"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def url(self) -> str:
        """The proposal's permanent, site-relative address."""
        return proposal_url(self.pk)


def proposal_url(pk: int) -> str:
    """The address of the proposal with this id, relative to the site."""
    return f"/glossary/proposals/{pk}/"


class Act(models.TextChoices):
    """What was done when a remark was made: words alone, or words with a step."""

    PROPOSED = "proposed", _("proposed this")
    COMMENT = "comment", _("wrote")
    REVISED = "revised", _("revised the proposal")
    WITHDRAWN = "withdrawn", _("withdrew the proposal")
    ASKED = "asked", _("asked for changes")
    AGREED = "agreed", _("agreed")
    MERGED = "merged", _("merged the proposal")
    DECLINED = "declined", _("declined the proposal")


class Remark(models.Model):
    """One step in the life of a proposal, with what was said. `changes` is what a revision changed of it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    act = models.CharField(max_length=10, choices=Act.choices, default=Act.COMMENT)
    body = models.TextField(blank=True)
    html = models.TextField(editable=False, blank=True)
    changes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    hidden = models.BooleanField(default=False)
    client_token = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["author", "client_token"],
                condition=~models.Q(client_token=""),
                name="taxonomy_one_remark_per_token",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} on {self.proposal_id}"


class Stand(models.Model):
    """Where one member stands on a proposal. `revision` is that of the proposal which the member had read."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="stands")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    supports = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["proposal", "member"], name="taxonomy_one_stand_per_member")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {'for' if self.supports else 'against'} {self.proposal_id}"


class Watch(models.Model):
    """A member wants to hear of a term or of a proposal. One that was ended stays, so that nothing begins it again
    but the member."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, null=True, related_name="watches")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, null=True, related_name="watches")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["concept", "member"],
                condition=models.Q(proposal=None),
                name="taxonomy_one_watch_of_a_term",
            ),
            models.UniqueConstraint(
                fields=["proposal", "member"],
                condition=models.Q(concept=None),
                name="taxonomy_one_watch_of_a_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(concept=None, proposal__isnull=False)
                | models.Q(concept__isnull=False, proposal=None),
                name="taxonomy_watch_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} watches {self.concept_id or self.proposal_id}"


class QuietSteward(models.Model):
    """A terminology steward who wants no letters about every proposal."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="quiet_steward"
    )

    def __str__(self) -> str:
        return str(self.member_id)
