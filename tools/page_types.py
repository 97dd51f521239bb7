"""Every type of page as addresses to open: what the browser tests and `make screenshots` walk through.

Addresses are those of the demonstration content. Whatever has a number in its address is reached by a link instead.
"""

from dataclasses import dataclass

VISITOR = "visitor"
MEMBER = "member"
MODERATOR = "moderator"
LEAD = "lead"
STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class PageType:
    """One page to look at: open `path`, follow the first link that matches `follow`, press the button `press`.

    `follow` may be several, one after the other ("first then second"). `who` is a role of the demonstration accounts.
    """

    name: str
    path: str
    who: str = VISITOR
    follow: str = ""
    press: str = ""
    status: int = 200

    def __str__(self) -> str:
        return self.name

    @property
    def links(self) -> list[str]:
        """What to follow, in order."""
        return self.follow.split(" then ") if self.follow else []


TOPIC = 'main a[href*="/forums/"][href*="-"].question-title'
PROFILE = "main tbody th a"
CONTACT = 'main a[href$="/contact/"]'
OWN_PROFILE = 'main a[href$="?as=member"]'
PROPOSAL = 'main a[href*="/glossary/proposals/"].question-title'
FORWARD = 'main a[href*="/forward/"]'
REPORT = 'main a[href*="/moderation/report/"]'
THING = 'main a[href*="/moderation/things/post/"]'
SANCTION = 'main a[href*="/moderation/members/"]'
BOARD = "/forums/business-case-and-finance/"


def _deed(name: str) -> str:
    """From a board to what may be done with one of its topics."""
    return f'{TOPIC} then main a[href*="/{name}/"]'


PAGE_TYPES = (
    PageType("home", "/"),
    PageType("home-signed-in", "/", MEMBER),
    PageType("case-list", "/cases/"),
    PageType("case-list-filtered", "/cases/?level=federal&service-line=hr"),
    PageType("case-list-nothing", "/cases/?level=federal&level=local&place=iowa&evidence=audited"),
    PageType("case", "/cases/nasa-shared-services-center/"),
    PageType("case-results", "/cases/ontario-shared-services/"),
    PageType("case-nomination", "/cases/grants-gov/"),
    PageType("case-illustrative", "/cases/five-counties-one-payroll/"),
    PageType("kit", "/toolkit/"),
    PageType("kit-found", "/toolkit/?q=agreement&kind=tool"),
    PageType("kit-stage", "/toolkit/governance/"),
    PageType("kit-tool", "/toolkit/governance/service-level-agreement-template/"),
    PageType("glossary", "/glossary/"),
    PageType("glossary-tree", "/glossary/?view=tree"),
    PageType("glossary-nothing", "/glossary/?q=zzxqv"),
    PageType("glossary-term", "/glossary/fee-for-service/"),
    PageType("glossary-no-term", "/glossary/fee-for-servise/", status=404),
    PageType("marked-terms", "/marked-terms/"),
    PageType("glossary-term-signed-in", "/glossary/baseline/", MEMBER),
    PageType("glossary-history", "/glossary/baseline/history/"),
    PageType("glossary-shared", "/glossary/shared/"),
    PageType("glossary-propose", "/glossary/propose/", MEMBER),
    PageType("glossary-propose-errors", "/glossary/propose/", MEMBER, press="Propose the term"),
    PageType("glossary-propose-change", "/glossary/chargeback/propose/", MEMBER),
    PageType("proposals", "/glossary/proposals/"),
    PageType("proposals-settled", "/glossary/proposals/?show=settled", MEMBER),
    PageType("proposal", "/glossary/proposals/", follow=PROPOSAL),
    PageType("proposal-signed-in", "/glossary/proposals/", MEMBER, follow=PROPOSAL),
    PageType("proposal-steward", "/glossary/proposals/", STEWARD, follow=PROPOSAL),
    PageType("proposal-errors", "/glossary/proposals/", STEWARD, follow=PROPOSAL, press="Settle the proposal"),
    PageType("search", "/search/?q=payroll"),
    PageType("search-filtered", "/search/?q=service&kind=case&level=federal"),
    PageType("search-all", "/search/"),
    PageType("search-synonyms", "/search/?q=permanent+secretary"),
    PageType("search-days", "/search/?q=service&since=2026-01-01&until=2030-12-31&kind=topic"),
    PageType("search-whole-facet", "/search/?more=topic"),
    PageType("search-nothing", "/search/?q=zzxqv"),
    PageType("search-way-out", "/search/?q=payroll&kind=tool"),
    PageType("forums", "/forums/"),
    PageType("questions", "/forums/questions/"),
    PageType("questions-found", "/forums/questions/?q=fees&topic=governance"),
    PageType("choose-board", "/forums/ask/"),
    PageType("board", BOARD),
    PageType("board-nothing", "/forums/technology-and-data/?show=solved"),
    PageType("topic", BOARD, follow=TOPIC),
    PageType("topic-signed-in", BOARD, MEMBER, follow=TOPIC),
    PageType("topic-errors", BOARD, MEMBER, follow=TOPIC, press="Post the answer"),
    PageType("topic-moderator", BOARD, MODERATOR, follow=TOPIC),
    PageType("topics-latest", "/forums/latest/"),
    PageType("topics-following", "/forums/latest/?show=following", MEMBER),
    PageType("board-leads", BOARD + "leads/", MODERATOR),
    PageType("topic-invite", BOARD, MODERATOR, follow=_deed("invite")),
    PageType("topic-summary", BOARD, MODERATOR, follow=_deed("summary")),
    PageType("topic-duplicate", BOARD, MODERATOR, follow=_deed("duplicate")),
    PageType("topic-concepts", BOARD, MODERATOR, follow=_deed("concepts")),
    PageType("topic-move", BOARD, MODERATOR, follow=_deed("move")),
    PageType("topic-split", BOARD, MODERATOR, follow=_deed("split")),
    PageType("topic-merge", BOARD, MODERATOR, follow=_deed("merge")),
    PageType("post-report", BOARD, MEMBER, follow=f"{TOPIC} then {REPORT}"),
    PageType("post-moderate", BOARD, MODERATOR, follow=f"{TOPIC} then {THING}"),
    PageType("post-moderate-errors", BOARD, MODERATOR, follow=f"{TOPIC} then {THING}", press="Do it"),
    PageType("member-moderate", BOARD, MODERATOR, follow=f"{TOPIC} then {THING} then {SANCTION}"),
    PageType("member-moderate-errors", BOARD, MODERATOR, follow=f"{TOPIC} then {THING} then {SANCTION}", press="Do it"),
    PageType("put-forward", BOARD, MEMBER, follow=f"{TOPIC} then {FORWARD}"),
    PageType("put-forward-case", BOARD, MEMBER, follow=f"{TOPIC} then {FORWARD} then main a[href$='/case/']"),
    PageType("ask", BOARD + "new/", MEMBER),
    PageType("drafts", "/forums/drafts/", MEMBER),
    PageType("ask-errors", BOARD + "new/", MEMBER, press="Ask the question"),
    PageType("members", "/members/", MEMBER),
    PageType("members-filtered", "/members/?service-line=payroll&language=en&q=manager", MEMBER),
    PageType("members-nothing", "/members/?q=zzxqv", MEMBER),
    PageType("profile", "/members/?q=county+payroll+manager", MEMBER, follow=PROFILE),
    PageType("profile-own", "/members/me/", MEMBER, follow=OWN_PROFILE),
    PageType("profile-edit", "/members/me/", MEMBER),
    PageType("member-contact", "/members/?q=county+payroll+manager", MEMBER, follow=f"{PROFILE} then {CONTACT}"),
    PageType("profile-blocks", "/members/me/blocks/", MEMBER),
    PageType("members-invite", "/members/invite/", MODERATOR),
    PageType("members-invite-errors", "/members/invite/", MODERATOR, press="Send the invitations"),
    PageType("members-import", "/members/import/", MODERATOR),
    PageType("inbox", "/notifications/", MEMBER),
    PageType("inbox-settings", "/notifications/settings/", MEMBER),
    PageType("moderation", "/moderation/", MODERATOR),
    PageType("moderation-log", "/moderation/log/", MODERATOR),
    PageType("moderation-reports", "/moderation/reports/", MEMBER),
    PageType("moderation-guidelines", "/moderation/guidelines/"),
    PageType("insights", "/insights/"),
    PageType("article", "/insights/six-tips/"),
    PageType("groups", "/groups/"),
    PageType("groups-mine", "/groups/mine/", MEMBER),
    PageType("group", "/groups/privacy/"),
    PageType("group-members-only", "/groups/identity-management/", MEMBER),
    PageType("group-join", "/groups/identity-management/join/", MEMBER),
    PageType("group-private", "/groups/security/", MEMBER),
    PageType("group-members", "/groups/privacy/members/", MEMBER),
    PageType("group-documents", "/groups/privacy/documents/"),
    PageType("group-news", "/groups/privacy/news/"),
    PageType("group-leave", "/groups/privacy/leave/", MEMBER),
    PageType("group-lead", "/groups/privacy/", LEAD),
    PageType("group-desk", "/groups/privacy/desk/", LEAD),
    PageType("group-desk-members", "/groups/privacy/desk/members/", LEAD),
    PageType("group-desk-errors", "/groups/privacy/desk/members/", LEAD, press="Send the invitation"),
    PageType("group-desk-person", "/groups/privacy/desk/members/", LEAD, follow='main tbody a[href*="/desk/members/"]'),
    PageType(
        "group-desk-sure",
        "/groups/privacy/desk/members/",
        LEAD,
        follow='main tbody tr:last-child a[href*="/desk/members/"]',
        press="Remove from the group",
    ),
    PageType("group-settings", "/groups/privacy/settings/", LEAD),
    PageType("events", "/events/"),
    PageType("events-nothing", "/events/?kind=clinic&month=1999-01"),
    PageType("events-past", "/events/past/"),
    PageType("events-mine", "/events/mine/", MEMBER),
    PageType("event", "/events/starter-kit-briefing/"),
    PageType("event-signed-in", "/events/starter-kit-briefing/", MEMBER),
    PageType("event-recording", "/events/shared-services-webcast/"),
    PageType("event-of-group", "/groups/privacy/privacy-teleconference/", LEAD),
    PageType("event-private", "/groups/security/incident-exercise/", MEMBER),
    PageType("event-registrations", "/groups/privacy/privacy-teleconference/registrations/", LEAD),
    PageType("plan-of-action", "/plan-of-action/"),
    PageType("about", "/about/"),
    PageType("guidelines", "/guidelines/"),
    PageType("evidence", "/evidence/"),
    PageType("accessibility", "/accessibility/"),
    PageType("privacy", "/privacy/"),
    PageType("sign-up", "/accounts/signup/"),
    PageType("sign-up-errors", "/accounts/signup/", press="Create the account"),
    PageType("sign-in", "/accounts/login/"),
    PageType("sign-in-errors", "/accounts/login/", press="Sign in"),
    PageType("sign-out", "/accounts/logout/", MEMBER),
    PageType("password-reset", "/accounts/password/reset/"),
    PageType("bad-confirmation", "/accounts/confirm-email/nonsense/"),
    PageType("account", "/accounts/", MEMBER),
    PageType("account-email", "/accounts/email/", MEMBER),
    PageType("account-password", "/accounts/password/change/", MEMBER),
    PageType("account-sessions", "/accounts/sessions/", MEMBER),
    PageType("account-history", "/accounts/history/", MEMBER),
    PageType("account-second-factor", "/accounts/2fa/", MEMBER),
    PageType("account-passkeys", "/accounts/2fa/webauthn/", MEMBER),
    PageType("account-waiting", "/accounts/waiting/"),
    PageType("invitation-over", "/accounts/invitation/1.nonsense/", status=404),
    PageType("report", "/report/?page=/cases/"),
    PageType("report-errors", "/report/?page=/cases/", press="Send the report"),
    PageType("report-thanks", "/report/thanks/"),
    PageType("not-found", "/nowhere/", status=404),
    PageType("styleguide", "/styleguide/"),
)
