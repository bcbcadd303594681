"""A certificate's facts as plain values: what the journal carries and what is compared with it."""

from typing import Any, Final

from certificates.models import Certificate, Release
from certificates.particulars import ALL
from journal.record import Changes, plain

# Every column of a certificate but its number, which never changes, and its key.
FACTS: Final = (
    "status",
    "licensee_id",
    "receipt_id",
    "date_of_sale",
    *ALL,
    "issued_at",
    "issued_by_id",
    "attestation",
    "acknowledged_warnings",
    "shipment_released_at",
    "shipment_released_by_id",
    "seal_number",
    "shipped_on",
    "delivered_on",
    "voided_on",
    "voided_by_id",
    "void_reason",
    "void_notes",
    "form_disposition",
    "replacement_id",
)


def facts_of(certificate: Certificate) -> dict[str, Any]:
    """The certificate's facts by name, as the journal writes them."""
    return {fact: plain(getattr(certificate, fact)) for fact in FACTS}


def changed(before: dict[str, Any], certificate: Certificate) -> Changes:
    """The facts that differ from ``before``, each with its value before and after."""
    return {
        fact: (before[fact], value)
        for fact, value in facts_of(certificate).items()
        if before[fact] != value
    }


# Every column of a release but its key; the certificate stands there by its number.
RELEASE_FACTS: Final = (
    "route",
    "country",
    "evidence",
    "registration",
    "found_on",
    "carat_weight",
    "state",
    "requested_by_id",
    "requested_at",
    "decided_by_id",
    "decided_at",
    "note",
)


def facts_of_release(release: Release) -> dict[str, Any]:
    """A release's facts by name, as the journal writes them."""
    return {
        "certificate": release.certificate.number,
        "papers": sorted(paper.pk for paper in release.papers.all()),
        **{fact: plain(getattr(release, fact)) for fact in RELEASE_FACTS},
    }
