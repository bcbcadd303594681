"""What an issuer attests, with its version. A new wording gets a new version, never an edit."""

from typing import Final

VERSION: Final = "2026-11"

TEXT: Final = (
    "I attest, for the firm named as licensee, that the facts on this certificate are true and"
    " complete; that the filing with the ITN shown is for this shipment and was accepted by the"
    " Automated Export System; that the rough diamonds in this shipment were handled in accordance"
    " with the Kimberley Process Certification Scheme and were not traded to fund conflict; and"
    " that they will be sealed in a tamper-resistant container and travel with the original of"
    " this certificate."
)
