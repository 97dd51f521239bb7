"""TLS and an API key, with a server that asks for both."""

import base64
import hashlib
import ipaddress
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from elastic_transport import TlsError
from elasticsearch import AuthenticationException, AuthorizationException, Elasticsearch
from pytest_django.fixtures import Settings

from portal.core.viewer import Viewer
from portal.search.engines.elastic import delivery, index, rebuilding
from portal.search.engines.elastic.connection import client
from portal.search.engines.elastic.engine import ElasticsearchEngine
from tests import elasticsearch
from tests.factories.search import entry, take_out

PASSWORD = "only-for-this-test"
SECURED = {
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "node.key",
    "xpack.security.http.ssl.certificate": "node.pem",
}
# As the documentation says.
PORTAL_ONLY = {
    "portal": {
        "cluster": ["monitor"],
        "indices": [{"names": ["portal-entries*"], "privileges": ["all"]}],
    }
}


def prepare(config: Path) -> None:
    """A certificate for the loopback address, and one user who may do everything."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trial")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (config / "node.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (config / "node.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 1000, 32)
    salt_text, digest_text = (base64.b64encode(part).decode() for part in (salt, digest))
    (config / "users").write_text(f"admin:{{PBKDF2}}1000${salt_text}${digest_text}\n")
    (config / "users_roles").write_text("superuser:admin\n")


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, str]]:
    """Address, certificate and API key of a server that asks for them."""
    node = elasticsearch.start(SECURED, prepare)
    try:
        ca = tmp_path_factory.mktemp("elasticsearch") / "ca.pem"
        ca.write_bytes((Path(node.folder) / "config" / "node.pem").read_bytes())
        url = node.url.replace("http://", "https://")
        admin = Elasticsearch(url, ca_certs=str(ca), basic_auth=("admin", PASSWORD), request_timeout=60)
        admin.cluster.health(wait_for_status="yellow")
        made = admin.security.create_api_key(name="portal", role_descriptors=PORTAL_ONLY)
        yield url, ca, made["encoded"]
    finally:
        node.stop()


@pytest.fixture
def connected(settings: Settings, secured: tuple[str, Path, str], db: None) -> None:
    url, ca, key = secured
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_CA, settings.ELASTICSEARCH_API_KEY = url, str(ca), key
    settings.ELASTICSEARCH_PREFIX = "portal"
    settings.ELASTICSEARCH_TIMEOUT = 20


@pytest.mark.usefixtures("connected")
def test_a_key_for_the_portals_own_indices_is_enough_and_opens_no_others() -> None:
    made = entry("Payroll")
    delivery.deliver()
    take_out(made.key)
    entry("Fleet")
    rebuilding.rebuild()
    assert rebuilding.verify() == []
    assert ElasticsearchEngine().spelling(["fleets", "fleett"], Viewer()) == {"fleett": "fleet"}
    assert client().count(index=index.alias())["count"] == 1
    with pytest.raises(AuthorizationException):
        client().indices.create(index="another")


@pytest.mark.usefixtures("connected")
def test_a_user_and_password_will_do_as_well(settings: Settings) -> None:
    settings.ELASTICSEARCH_API_KEY = ""
    settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL.replace("https://", f"https://admin:{PASSWORD}@")
    assert client().info()["version"]["number"]
    settings.ELASTICSEARCH_PASSWORD = "another"
    with pytest.raises(AuthenticationException):
        client().info()


@pytest.mark.usefixtures("connected")
def test_a_certificate_that_nobody_vouches_for_is_refused(settings: Settings) -> None:
    settings.ELASTICSEARCH_CA = ""
    with pytest.raises(TlsError):
        client().info()
