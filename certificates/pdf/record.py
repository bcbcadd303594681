"""From a certificate of the register, or a draft's particulars, to what is printed."""

import datetime as dt

from certificates.models import Certificate, Country, Receipt
from certificates.particulars import Particulars
from certificates.pdf.face import Face, Marking
from certificates.pdf.receipt import ReceiptFace
from certificates.states import Status

MIXED = "****"  # asterisks where the origin is mixed (note to 31 CFR 592.307(b))


def face_of(certificate: Certificate, facts: Certificate | Particulars | None = None) -> Face:
    """What the paper of ``certificate`` says; with ``facts``, what it would say.

    One query, for the names of the two countries.
    """
    said = certificate if facts is None else facts
    names = dict(
        Country.objects.filter(
            code__in=[said.country_of_origin or "", said.consignee_country]
        ).values_list("code", "name")
    )
    destination = names.get(said.consignee_country, "")
    return Face(
        number=certificate.number,
        country_of_origin=MIXED
        if said.mixed_origin
        else names.get(said.country_of_origin or "", ""),
        itn=said.itn,
        date_of_issue=said.date_of_issue,
        date_of_expiry=said.date_of_expiry,
        value_usd=said.value_usd,
        exporter_name=said.exporter_name,
        exporter_address=said.exporter_address,
        number_of_parcels=said.number_of_parcels,
        consignee_name=said.consignee_name,
        consignee_address="\n".join(filter(None, [said.consignee_address, destination])),
        carat_weight=said.carat_weight,
        hs_code=said.hs_code,
    )


def marking_of(certificate: Certificate, *, for_issuer: bool, today: dt.date) -> Marking:
    """What is written across the sheet.

    Only the issuer prints the original, until it ships or expires.
    """
    match certificate.status:
        case Status.VOID:
            return Marking.VOID
        case Status.IN_STOCK | Status.AVAILABLE:
            return Marking.DRAFT
        case Status.ISSUED if for_issuer and not certificate.is_expired(today):
            return Marking.ORIGINAL
        case _:
            return Marking.COPY


def receipt_face_of(receipt: Receipt) -> ReceiptFace:
    """What a receipt or counter-entry says. What became of its numbers later changes nothing."""
    return ReceiptFace(
        number=receipt.number,
        sold_on=receipt.sold_on,
        licensee_name=receipt.licensee.legal_name,
        licensee_address=receipt.licensee.address,
        contact_name=str(receipt.contact.user),
        method=receipt.get_method_display(),
        unit_price_usd=receipt.unit_price_usd,
        quantity=receipt.quantity,
        total_usd=receipt.paid_usd,
        numbers=tuple(receipt.numbers),
        reverses=receipt.reverses.number if receipt.reverses else None,
        reason=receipt.reason,
    )
