"""The receipt of a firm's yearly acknowledgment (domain 2.4)."""

from django.utils import timezone

from licensees.models import Acknowledgment
from licensees.numbers import runs
from licensees.pdf.sheet import LABEL, WORDS, Sheet


def receipt(row: Acknowledgment) -> bytes:
    """Everything that was frozen when it was signed; the same bytes for ever."""
    sheet = Sheet("Annual acknowledgment", row.reference)
    signed_at = timezone.localtime(row.signed_at)
    sheet.facts(
        [
            ("Licensee", row.licensee.legal_name),
            ("Licence number", str(row.licensee.number)),
            ("Calendar year", str(row.year)),
            ("Licence agreement", row.agreement_version or "No version on file"),
            ("Certificates issued in the year", f"{row.certificates_issued:,}"),
            ("Certificates shipped in the year", f"{row.certificates_shipped:,}"),
        ]
    )
    sheet.rule()
    sheet.heading(f"What was acknowledged (version {row.wording.version})")
    for paragraph in row.text.split("\n\n"):
        sheet.words(paragraph, WORDS)
    sheet.heading("Certificates issued or shipped in the year")
    if row.certificate_numbers:
        sheet.columns(runs(row.certificate_numbers))
    else:
        sheet.words("None.")
    sheet.heading("Signed in the portal")
    sheet.facts(
        [
            ("By", row.signer_name),
            ("Title in the firm", row.signer_title),
            ("Account", row.signed_by.email),
            ("On", f"{signed_at:%m/%d/%Y at %H:%M} {signed_at.tzname()}"),
        ]
    )
    sheet.words(
        "USKPA has received this acknowledgment. It was signed by a manager of the firm after"
        " signing in; there is no signature on paper.",
        LABEL,
    )
    return sheet.pdf(f"Acknowledgment of {row.licensee.legal_name} for {row.year}")
