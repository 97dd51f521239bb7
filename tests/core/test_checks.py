"""System checks: what is wrong is said in a sentence."""

from pathlib import Path
from typing import Any

import pytest

from portal.core.checks import what_a_server_should_have, what_stops_a_server, where_files_go, where_the_bucket_is


def ids(messages: list[Any]) -> list[str]:
    assert all(str(message.msg).endswith(".") for message in messages)
    return [message.id for message in messages]


def test_test_settings_would_stop_a_server() -> None:
    assert set(ids(what_stops_a_server(None))) == {"portal.E001"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"PORTAL_CONTACT": ""}, ["portal.W001"]),
        ({"DEFAULT_FROM_EMAIL": "Portal <portal@localhost>"}, ["portal.W002"]),
        ({"ALLOWED_HOSTS": ["other.example.gov"]}, ["portal.W003"]),
        ({"ALLOWED_HOSTS": [".example.gov"]}, []),
        ({"REDIS_URL": "redis://cache"}, ["portal.W004"]),
    ],
)
def test_what_leaves_somebody_waiting_is_a_warning(settings: Any, changes: dict[str, Any], expected: list[str]) -> None:
    settings.PORTAL_CONTACT = "help@example.gov"
    settings.DEFAULT_FROM_EMAIL = "Portal <portal@example.gov>"
    settings.BASE_URL = "https://portal.example.gov"
    settings.ALLOWED_HOSTS = ["portal.example.gov"]
    settings.REDIS_URL = ""
    for name, value in changes.items():
        setattr(settings, name, value)
    assert ids(what_a_server_should_have(None)) == expected


def test_uploads_below_the_static_files_are_an_error(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    assert ids(where_files_go(None)) == ["portal.E002"]
    settings.MEDIA_ROOT = tmp_path.parent / "media"
    assert where_files_go(None) == []


@pytest.mark.parametrize(
    ("bucket", "endpoint", "expected"),
    [
        ("", "", []),
        ("", "https://s3.example.gov", ["portal.W006"]),
        ("uploads", "", []),
        ("uploads", "https://s3.example.gov", []),
        ("uploads", "s3.example.gov", ["portal.E005"]),
    ],
)
def test_half_a_bucket_is_named(settings: Any, bucket: str, endpoint: str, expected: list[str]) -> None:
    settings.S3_BUCKET, settings.S3_ENDPOINT_URL = bucket, endpoint
    assert ids(where_the_bucket_is(None)) == expected
