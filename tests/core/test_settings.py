"""Settings: one table that says them all, and a production that does not start when something is wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.settings.guard import fatal_problems

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:env\.\w+|environ\.get|Env\(\)\.str)\(\s*["']([A-Z0-9_]+)["']""")
GOOD = {
    "SECRET_KEY": "8fJq2Lr0vXz7Nc4Tb1Hy6Wd3Pk9Ms5GaEoUiQxRtYwZvBnCm",
    "ALLOWED_HOSTS": ["portal.example.gov"],
    "BASE_URL": "https://portal.example.gov",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEBUG": False,
}
GOOD["SECRET_KEY"] = str(GOOD["SECRET_KEY"]) + "Kd82"
ENVIRONMENT = {
    "SECRET_KEY": str(GOOD["SECRET_KEY"]),
    "ALLOWED_HOSTS": "portal.example.gov",
    "BASE_URL": "https://portal.example.gov",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.gov:587",
    "DEFAULT_FROM_EMAIL": "Portal <portal@example.gov>",
    "PORTAL_CONTACT": "help@example.gov",
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
}


def names_read() -> set[str]:
    files = [*(ROOT / "portal" / "settings").glob("*.py"), ROOT / "portal" / "gunicorn.py"]
    return {name for file in files for name in READ.findall(file.read_text())} | {"DJANGO_SETTINGS_MODULE"}


def names_documented() -> set[str]:
    text = (ROOT / "docs" / "operations.md").read_text()
    table = text[text.index("| Variable |") :].split("\n\n")[0]
    return set(re.findall(r"^\| `([A-Z0-9_]+)` \|", table, re.MULTILINE))


def test_the_table_in_the_docs_and_the_settings_agree() -> None:
    assert names_read() == names_documented()


def test_a_right_environment_has_no_problem() -> None:
    assert fatal_problems(GOOD, secure=True) == []


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is empty"),
        ({"SECRET_KEY": "development-only-secret-key-that-production-refuses"}, "development or example"),
        ({"SECRET_KEY": "test-only-secret-key-that-production-refuses"}, "development or example"),
        ({"SECRET_KEY": "django-insecure-" + "abcdefghij" * 6}, "development or example"),
        ({"SECRET_KEY": "tooshort"}, "too easy"),
        ({"SECRET_KEY": "ab" * 40}, "too easy"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": ["*"]}, "every host"),
        ({"BASE_URL": "http://portal.example.gov"}, "https"),
        ({"BASE_URL": "portal.example.gov"}, "https"),
        ({"BASE_URL": "https://portal.example.gov/portal"}, "no path"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "EMAIL_URL"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}, "EMAIL_URL"),
        ({"DEBUG": True}, "DEBUG"),
    ],
)
def test_each_wrong_setting_is_named_in_a_sentence(changes: dict[str, object], about: str) -> None:
    (problem,) = fatal_problems({**GOOD, **changes}, secure=True)
    assert about in problem
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("base", "hosts", "allowed"),
    [
        ("http://localhost:8000", ["localhost"], True),
        ("http://127.0.0.1:8000", ["127.0.0.1", "localhost"], True),
        ("http://portal.example.gov", ["localhost"], False),
        ("http://localhost:8000", ["portal.example.gov"], False),
    ],
)
def test_http_is_for_loopback_only(base: str, hosts: list[str], allowed: bool) -> None:
    problems = fatal_problems({**GOOD, "BASE_URL": base, "ALLOWED_HOSTS": hosts}, secure=False)
    assert (problems == []) == allowed


def run(*command: str, tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **ENVIRONMENT, **changes}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_server_with_a_development_secret_does_not_start_and_says_why(tmp_path: Path) -> None:
    started = run(
        "-m", "gunicorn", "--check-config", "portal.wsgi", tmp_path=tmp_path,
        SECRET_KEY="development-only-secret-key-that-production-refuses",
    )  # fmt: skip
    assert started.returncode != 0
    assert "The portal does not start. SECRET_KEY is a development or example value" in started.stderr + started.stdout


def test_a_right_production_environment_passes_the_deployment_checks(tmp_path: Path) -> None:
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_production_cookies_and_headers(tmp_path: Path) -> None:
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS, s.DEBUG)"
    )
    shown = run("-c", script, tmp_path=tmp_path)
    assert shown.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "31536000", "False"], shown.stderr
