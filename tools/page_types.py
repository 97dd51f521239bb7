"""Every type of page as addresses to open: what the browser tests and `make screenshots` walk through.

Addresses are those of the demonstration content. Whatever has a number in its address is reached by a link instead.
"""

from dataclasses import dataclass

VISITOR = "visitor"
MEMBER = "member"
MODERATOR = "moderator"
LEAD = "lead"


@dataclass(frozen=True, slots=True)
class PageType:
    """One page to look at: open `path`, follow the first link that matches `follow`, press the button `press`.

    `who` is a role of the demonstration accounts.
    """

    name: str
    path: str
    who: str = VISITOR
    follow: str = ""
    press: str = ""
    status: int = 200

    def __str__(self) -> str:
        return self.name


TOPIC = 'main a[href*="/forums/"][href*="-"].question-title'
BOARD = "/forums/business-case-and-finance/"

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
    PageType("kit-stage", "/toolkit/governance/"),
    PageType("kit-tool", "/toolkit/governance/service-level-agreement-template/"),
    PageType("glossary", "/glossary/"),
    PageType("glossary-tree", "/glossary/?view=tree"),
    PageType("glossary-nothing", "/glossary/?q=zzxqv"),
    PageType("glossary-term", "/glossary/fee-for-service/"),
    PageType("glossary-no-term", "/glossary/fee-for-servise/", status=404),
    PageType("search", "/search/?q=payroll"),
    PageType("search-filtered", "/search/?q=service&kind=case&level=federal"),
    PageType("search-all", "/search/"),
    PageType("search-nothing", "/search/?q=zzxqv"),
    PageType("forums", "/forums/"),
    PageType("choose-board", "/forums/ask/"),
    PageType("board", BOARD),
    PageType("board-nothing", "/forums/technology-and-data/?show=solved"),
    PageType("topic", BOARD, follow=TOPIC),
    PageType("topic-signed-in", BOARD, MEMBER, follow=TOPIC),
    PageType("topic-errors", BOARD, MEMBER, follow=TOPIC, press="Post the answer"),
    PageType("topic-moderator", BOARD, MODERATOR, follow=TOPIC),
    PageType("ask", BOARD + "new/", MEMBER),
    PageType("ask-errors", BOARD + "new/", MEMBER, press="Ask the question"),
    PageType("insights", "/insights/"),
    PageType("article", "/insights/six-tips/"),
    PageType("groups", "/groups/"),
    PageType("group", "/groups/privacy/"),
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
    PageType("report", "/report/?page=/cases/"),
    PageType("report-errors", "/report/?page=/cases/", press="Send the report"),
    PageType("report-thanks", "/report/thanks/"),
    PageType("not-found", "/nowhere/", status=404),
    PageType("styleguide", "/styleguide/"),
)
