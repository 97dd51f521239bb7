"""Headers and log lines of every answer."""

import gzip
import json
import logging
from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.core.compressing import pack
from portal.core.logs import JsonFormatter, RequestIdFilter, request_id

pytestmark = pytest.mark.django_db


def test_public_pages_allow_no_inline_script_or_style(home: object, visitor_client: Client) -> None:
    for path in ("/", "/accounts/login/", "/report/", "/missing/"):
        policy = visitor_client.get(path)["Content-Security-Policy"]
        assert "unsafe" not in policy
        for part in (
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
            "form-action 'self'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'self'",
        ):  # fmt: skip
            assert part in policy


def test_the_admin_has_a_policy_of_its_own(home: object, editor: User, client_of: Callable[[User], Client]) -> None:
    policy = client_of(editor).get("/admin/")["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "object-src 'none'" in policy


def test_every_answer_says_who_may_frame_it_and_what_it_may_use(home: object, visitor_client: Client) -> None:
    for path in ("/", "/missing/", "/accounts/"):
        headers = visitor_client.get(path).headers
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_access_line_has_no_query_and_no_address(
    home: object, visitor_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="portal.access"):
        response = visitor_client.get("/missing\n/?email=person@example.org")
    (line,) = [record for record in caplog.records if record.name == "portal.access"]
    assert "person@example.org" not in line.getMessage()
    assert "\n" not in line.getMessage()
    assert "127.0.0.1" not in str(line.__dict__)
    assert response["X-Request-ID"]


def test_a_log_line_is_one_json_object_with_the_id_of_its_request() -> None:
    record = logging.LogRecord("portal.access", logging.INFO, __file__, 1, "%s\n%s", ("GET", "/"), None)
    token = request_id.set("abc")
    RequestIdFilter().filter(record)
    request_id.reset(token)
    record.request = "<WSGIRequest: GET '/?secret'>"
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["message"], line["level"], line["logger"], line["request_id"]) == (
        "GET\n/", "INFO", "portal.access", "abc",
    )  # fmt: skip
    assert "secret" not in text


def test_long_pages_that_are_not_stored_are_compressed(
    home: object, member: User, client_of: Callable[[User], Client]
) -> None:
    response = client_of(member).get("/", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert response["Cache-Control"] == "private, no-cache"
    assert "Accept-Encoding" in response["Vary"]
    assert "</html>" in gzip.decompress(response.content).decode()
    plain = client_of(member).get("/", headers={"accept-encoding": "br"})
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]


def test_the_length_of_what_is_compressed_says_nothing_certain() -> None:
    packed = [pack(b"a secret " * 100) for _attempt in range(40)]
    assert len({len(one) for one in packed}) > 5
    assert {gzip.decompress(one) for one in packed} == {b"a secret " * 100}
