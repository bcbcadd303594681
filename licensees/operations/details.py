"""Change what a firm is called and where it is found (domain R2.2)."""

from collections.abc import Mapping
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees import evidence, rules
from licensees.jurisdictions import STATES
from licensees.models import Licensee
from licensees.operations.applications import is_box
from licensees.operations.licensing import EIN

# What may be changed, and how many characters of it are kept.
DETAILS: Final[Mapping[str, int]] = {
    "legal_name": 256,
    "address": 400,
    "telephone": 40,
    "fax": 40,
    "email": 254,
    "ein": 10,
    "state_of_incorporation": 2,
    "ace_account": 60,
}
_REQUIRED: Final = {
    "legal_name": "Give the firm’s legal name.",
    "address": "Give the firm’s address.",
}
_PRINTED: Final = ("legal_name", "address")


@transaction.atomic
def change_details(licensee: Licensee, *, details: Mapping[str, str], actor: User) -> Licensee:
    """Change some of ``DETAILS`` and return the firm; what stays the same is not journaled.

    Certificates keep what was printed; from now on an ordinary licensee exports under the new
    name and address. Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``detail_missing``, ``detail_too_long``, ``not_latin``, ``box_too_many_lines`` and
    ``box_line_too_long`` for a name or address the paper cannot carry (domain 4.5),
    ``address_is_box`` (15 CFR 30.6(a)(1)(ii)), ``ein_malformed``, ``state_unknown``,
    ``email_malformed``, ``licensee_exists`` for a name or EIN of another firm.
    """
    firm = Licensee.objects.select_for_update().get(pk=licensee.pk)
    if not actor.has_perm(rules.LICENSE, firm):
        raise PermissionDenied
    cleaned = {name: _cleaned(name, text) for name, text in details.items()}
    changes = {
        name: (getattr(firm, name), text)
        for name, text in cleaned.items()
        if getattr(firm, name) != text
    }
    if not changes:
        return firm
    for name, (_, text) in changes.items():
        setattr(firm, name, text)
    try:
        # The unique name and EIN decide, also between two who change at once.
        with transaction.atomic():
            firm.save(update_fields=[*changes])
    except IntegrityError as error:
        field = "ein" if "ein" in changes and "legal_name" not in changes else "legal_name"
        raise OperationRefused(
            "licensee_exists",
            f"There is a licensee named {firm.legal_name} or with the EIN {firm.ein} already.",
            field=field,
        ) from error
    record(
        "licensee:changed",
        "licensee",
        firm.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes=changes,
    )
    return firm


def _cleaned(name: str, text: str) -> str:
    """One detail as it is kept, or a refusal."""
    longest = DETAILS[name]
    if name in _PRINTED:
        wording = evidence.wording(text, multiline=name == "address")
        text = wording.text
        for code, detail in wording.faults:
            raise OperationRefused(code, detail, field=name)
    else:
        text = " ".join(text.split())
    if not text and name in _REQUIRED:
        raise OperationRefused("detail_missing", _REQUIRED[name], field=name)
    if len(text) > longest:
        raise OperationRefused(
            "detail_too_long", f"At most {longest} characters can be kept.", field=name
        )
    _check(name, text)
    return text


def _check(name: str, text: str) -> None:
    match name:
        case "address" if is_box(text):
            raise OperationRefused(
                "address_is_box", "Give the place of business, not a P.O. box.", field=name
            )
        case "ein" if not EIN.fullmatch(text):
            raise OperationRefused("ein_malformed", "An EIN is written NN-NNNNNNN.", field=name)
        case "state_of_incorporation" if text not in STATES:
            raise OperationRefused("state_unknown", "Choose a state or territory.", field=name)
        case "email" if text:
            try:
                validate_email(text)
            except ValidationError as error:
                raise OperationRefused(
                    "email_malformed", "That is no e-mail address.", field=name
                ) from error
