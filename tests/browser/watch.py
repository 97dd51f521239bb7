"""What a page must never do while a test looks at it: complain in the console, break the policy, ask a third party."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, Response, WebError

# What a browser says when it was told to go elsewhere, or that the answer is a download: nothing failed.
NO_FAILURES = ("net::ERR_ABORTED",)
OWN_SCHEMES = {"data", "blob", "about"}


class Watch:
    """Collects every complaint of every page of the contexts that it follows."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self._expected: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        """Listen to all pages of `context`."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.on("dialog", self._dialog)

    def expect(self, *parts: str) -> None:
        """Complaints that hold one of `parts` are what the test is about."""
        self._expected.extend(parts)

    def unexpected(self) -> list[str]:
        """What nobody asked for."""
        return [said for said in self.complaints if not any(part in said for part in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        self.requests.append(request)
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and parts.netloc != self.host:
            self.complaints.append(f"third-party request: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure not in NO_FAILURES:
            self.complaints.append(f"failed request: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.type} {dialog.message}")
        dialog.dismiss()


ContextMaker = Callable[..., BrowserContext]
