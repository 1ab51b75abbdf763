"""The Trusted Publishers of a package index, and whether a Fulcio certificate is of one.

Sources: PyPI, "Attestations: internals" (signing identities are Trusted Publisher identities); Fulcio, "Sigstore OID information"
(1.3.6.1.4.1.57264.1.8 to .22, DER UTF8String); the identities of GitHub Actions, GitLab CI/CD and Google Cloud there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pratique.domain.artifact import Publisher
from pratique.domain.errors import TamperedError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

ISSUER, REPOSITORY, REPOSITORY_DIGEST, REPOSITORY_REF, BUILD_CONFIG = (
    f"1.3.6.1.4.1.57264.1.{number}" for number in (8, 12, 13, 14, 18)
)
ISSUERS = {
    "GitHub": "https://token.actions.githubusercontent.com",
    "GitLab": "https://gitlab.com",
    "Google": "https://accounts.google.com",
}
HOSTS = {"GitHub": "https://github.com/", "GitLab": "https://gitlab.com/"}
WORKFLOWS = {"GitHub": "/.github/workflows/", "GitLab": "//"}  # between the repository and the workflow's file
FIELDS = {"GitHub": ("repository", "workflow"), "GitLab": ("repository", "workflow_filepath"), "Google": ("email", "")}
# Others that an index may name: what stands for them in a report, though no certificate can be compared with it.
OTHER_FIELDS = ("repository", "organization", "email", "project")
MAX_TEXT = 300


def named(document: object) -> Publisher:
    """The publisher that a provenance names, only claimed; raises `TamperedError` where its kind's fields are missing."""
    if not isinstance(document, dict):
        raise TamperedError("the provenance names no publisher")
    kind = _text(document, "kind")
    if kind not in FIELDS:
        identity = next((_text(document, name) for name in OTHER_FIELDS if document.get(name)), "")
        return Publisher(kind, identity, unverified=f"no certificate is known to be of a publisher of the kind {kind}")
    identity, workflow = FIELDS[kind]
    return Publisher(kind, _text(document, identity), _text(document, workflow) if workflow else "")


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= MAX_TEXT:
        raise TamperedError(f"the provenance's publisher has no usable {name}")
    return value


def check(publisher: Publisher, certificate: Certificate) -> None:
    """Raise `TamperedError` unless the certificate is of the publisher.

    Steps: (1) the issuer is that of the kind; (2) Google: the certificate's address is the service account; (3) others: the
    source repository is the publisher's; (4) the build was configured by the publisher's workflow, at the commit or reference
    that the certificate names itself: a publisher is trusted with any of them.
    """
    issuer = extension(certificate, ISSUER)
    if issuer != ISSUERS[publisher.kind]:  # (1)
        raise TamperedError(f"the certificate's issuer is {issuer[:80] or 'missing'}, not {publisher.kind}'s")
    if publisher.kind == "Google":
        if addresses(certificate) != [publisher.identity]:  # (2)
            raise TamperedError(f"the certificate is of another account than {publisher.identity}")
        return
    repository = extension(certificate, REPOSITORY)
    # Both hosts take names of owners and repositories for the same whatever their case.
    if repository.lower() != (HOSTS[publisher.kind] + publisher.identity).lower():  # (3)
        raise TamperedError(f"the certificate is of {repository[:120] or 'no repository'}, not {publisher.identity}")
    built = extension(certificate, BUILD_CONFIG)
    at = [text for oid in (REPOSITORY_DIGEST, REPOSITORY_REF) if (text := extension(certificate, oid))]
    path = f"{repository}{WORKFLOWS[publisher.kind]}{publisher.workflow}"
    if built not in [f"{path}@{text}" for text in at]:  # (4)
        raise TamperedError(f"the certificate is of the workflow {built[-120:] or 'missing'}, not {publisher.workflow}")


def extension(certificate: Certificate, oid: str) -> str:
    """The text of an extension: a DER UTF8String (X.690, 8.23), shorter than 64 KiB; "" where there is none."""
    from cryptography.x509 import ExtensionNotFound, ObjectIdentifier, UnrecognizedExtension

    try:
        value = certificate.extensions.get_extension_for_oid(ObjectIdentifier(oid)).value
    except ExtensionNotFound:
        return ""
    data = value.value if isinstance(value, UnrecognizedExtension) else b""
    if len(data) < 2 or data[0] != 0x0C:
        raise TamperedError(f"the certificate's extension {oid} is not a text")
    octets = data[1] & 0x7F if data[1] & 0x80 else 0  # of the long form of a length
    length = int.from_bytes(data[2 : 2 + octets], "big") if octets else data[1]
    text = data[2 + octets :]
    if octets > 2 or len(text) != length:
        raise TamperedError(f"the certificate's extension {oid} is not a text")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise TamperedError(f"the certificate's extension {oid} is not a text") from None


def addresses(certificate: Certificate) -> list[str]:
    """The e-mail addresses in the certificate's SubjectAlternativeName (RFC 5280, 4.2.1.6)."""
    from cryptography.x509 import ExtensionNotFound, RFC822Name, SubjectAlternativeName

    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return []
    return [str(name) for name in names.get_values_for_type(RFC822Name)]
