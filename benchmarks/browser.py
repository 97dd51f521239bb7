"""A member's browser, as far as posting needs one: it keeps cookies, finds a form in a page, and sends it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode

from benchmarks.load import LOOPBACK, NO_ANSWER

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` is `NO_ANSWER` where nothing did."""

    status: int
    text: str = ""
    location: str = ""
    milliseconds: float = 0.0


@dataclass(slots=True)
class Form:
    """A form of a page: where it is sent, and what its fields hold."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page with their hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "form":
            self.found.append(Form((held.get("action") or "").partition("#")[0]))
        elif tag == "input" and self.found and held.get("name"):
            self.found[-1].fields[held["name"] or ""] = held.get("value") or ""


def form_in(page: str, ending: str) -> Form | None:
    """The form of `page` whose address ends so."""
    forms = _Forms()
    forms.feed(page)
    return next((form for form in forms.found if form.action.endswith(ending)), None)


class Browser:
    """One member's. It stays connected as long as the server lets it."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = HTTPConnection(LOOPBACK, port, timeout=TIMEOUT_SECONDS)
        self._cookies: SimpleCookie = SimpleCookie(cookie)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, HTTPException):
            self._connection.close()
            return Answer(NO_ANSWER)
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies.load(line)
        spent = (perf_counter() - began) * 1000
        return Answer(answer.status, text, answer.headers.get("Location", ""), spent)
