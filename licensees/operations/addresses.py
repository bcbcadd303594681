"""Keep a firm's address book: consignees, and the principals a carrier ships for."""

import datetime as dt
import json
import re
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import plain, record
from licensees import evidence, rules
from licensees.models import Licensee, Paper, Party
from licensees.models.addresses import PARTY_FACTS
from licensees.operations.papers import keep_paper

WRITTEN_AUTHORITY: Final = "15 CFR 30.3(f)"
# An EIN, or whatever the principal's own country gives out.
TAX_ID: Final = re.compile(r"[A-Z0-9][A-Z0-9 .\-]{2,18}[A-Z0-9]", re.ASCII)
_AUTHORITY: Final = ("authority_reference", "authority_from", "authority_until")


@transaction.atomic
def keep_party(
    licensee: Licensee,
    *,
    part: str,
    name: str,
    address: str,
    country: str,
    actor: User,
    tax_id: str | None = None,
    authority_reference: str | None = None,
    authority_from: dt.date | None = None,
    authority_until: dt.date | None = None,
    paper: UploadedFile | None = None,
) -> Party:
    """Put a consignee or a carrier's principal into an address book, or change it there.

    An entry with the same part, name and country gets the new address; its tax id (None) and its
    written authority (``authority_reference`` None) stay unless they are stated. Both days of an
    authority are included; without ``authority_until`` it runs until withdrawn.

    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``licence_ended``, ``part_unknown``, ``principals_are_for_carriers`` for the principal of an
    ordinary firm, which exports only what is its own (domain 1.1); ``name_missing``,
    ``address_missing``, ``country_malformed``, ``country_unknown``, what the paper cannot carry
    (``not_latin``, ``box_too_many_lines``, ``box_line_too_long``), ``tax_id_malformed``,
    ``tax_id_not_of_principal``, ``authority_not_of_principal``, ``authority_incomplete``,
    ``authority_dates_reversed``, and what ``keep_paper`` refuses.
    """
    firm = _firm_held(licensee.pk, actor)
    if part not in Party.Part.values:
        raise OperationRefused("part_unknown", "An address book holds consignees and principals.")
    if part == Party.Part.EXPORTER and not firm.is_carrier:
        raise OperationRefused(
            "principals_are_for_carriers",
            f"{firm} may issue for its own exports only; principals are kept by carriers.",
            source="USKPA licence agreement",
        )
    name, address = _name(name), _address(address)
    party = (
        firm.parties.select_for_update(of=("self",))
        .filter(part=part, name=name, country=country, retired_at=None)
        .first()
    )
    return _write(
        "party:kept",
        party or Party(licensee=firm, part=part),
        actor,
        paper,
        name=name,
        address=address,
        country=country,
        tax_id=tax_id,
        authority_reference=authority_reference,
        authority_from=authority_from,
        authority_until=authority_until,
    )


@transaction.atomic
def change_party(
    party: Party,
    *,
    name: str,
    address: str,
    country: str,
    seen: str | None,
    actor: User,
    tax_id: str | None = None,
    authority_reference: str | None = None,
    authority_from: dt.date | None = None,
    authority_until: dt.date | None = None,
    paper: UploadedFile | None = None,
) -> Party:
    """Change an entry of an address book; certificates keep what was printed.

    ``seen`` is the ``seal_of`` the entry as the person saw it, None where nobody saw it. The
    rest is as for ``keep_party``, with its refusals; also ``already_retired``,
    ``entry_changed`` where somebody else saved the entry meanwhile, ``party_exists`` where
    another entry has that name and country.
    """
    _firm_held(party.licensee_id, actor)
    row = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    _require_kept(row)
    if seen is not None and seen != seal_of(row):
        raise OperationRefused(
            "entry_changed",
            f"Somebody changed {row.name} while you had it open. Open it again and look first.",
        )
    return _write(
        "party:changed",
        row,
        actor,
        paper,
        name=_name(name),
        address=_address(address),
        country=country,
        tax_id=tax_id,
        authority_reference=authority_reference,
        authority_from=authority_from,
        authority_until=authority_until,
    )


@transaction.atomic
def retire_party(party: Party, *, actor: User) -> Party:
    """Take an entry out of the address book; certificates keep what was printed.

    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``already_retired``.
    """
    row = Party.objects.select_for_update(of=("self",)).select_related("licensee").get(pk=party.pk)
    if not User.objects.get(pk=actor.pk).has_perm(rules.KEEP_ADDRESSES, row.licensee):
        raise PermissionDenied
    _require_kept(row)
    row.retired_at = timezone.now()
    row.save(update_fields=["retired_at"])
    record(
        "party:retired",
        "party",
        row.pk,
        actor=actor,
        licensee_id=row.licensee_id,
        changes={"name": (row.name, None)},
    )
    return row


def seal_of(party: Party) -> str:
    """A mark of everything an entry says, which changes with any of it and tells none of it."""
    facts = [plain(getattr(party, fact)) for fact in PARTY_FACTS]
    return salted_hmac("licensees.party", json.dumps(facts), algorithm="sha256").hexdigest()


def _firm_held(licensee_id: int, actor: User) -> Licensee:
    firm = Licensee.objects.select_for_update().get(pk=licensee_id)
    if not User.objects.get(pk=actor.pk).has_perm(rules.KEEP_ADDRESSES, firm):
        raise PermissionDenied
    if firm.has_ended:
        raise OperationRefused("licence_ended", f"The licence of {firm} has ended.")
    return firm


def _require_kept(row: Party) -> None:
    if row.retired_at is not None:
        raise OperationRefused("already_retired", f"{row.name} was taken out already.")


def _write(
    verb: str, party: Party, actor: User, upload: UploadedFile | None, **facts: Any
) -> Party:
    """Check the facts, write what differs, and journal it; nothing differs: nothing happens."""
    is_new = party.pk is None
    before = party.told()
    old_tax_id = party.tax_id
    _check_country(facts["country"])
    party.name, party.address, party.country = facts["name"], facts["address"], facts["country"]
    if facts["tax_id"] is not None:
        party.tax_id = _tax_id(facts["tax_id"], party)
    if facts["authority_reference"] is not None:
        _authorize(party, **{name: facts[name] for name in _AUTHORITY})
    if upload is not None:
        if not party.authority_reference:
            raise OperationRefused(
                "authority_incomplete",
                "Say the reference of the authority that this paper shows.",
                field="authority_reference",
            )
        party.authority_paper = keep_paper(
            upload, purpose=Paper.Purpose.AUTHORITY, licensee=party.licensee, actor=actor
        )
    now = party.told()
    changes = {fact: (before[fact], now[fact]) for fact in PARTY_FACTS if before[fact] != now[fact]}
    if party.tax_id != old_tax_id:
        # Two tax ids may end alike: that it was changed is told all the same.
        changes["tax_id"] = (before["tax_id"], now["tax_id"])
    if not changes:
        return party
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError as error:
        raise OperationRefused(
            "party_exists",
            f"{party.name} in that country is in the address book already.",
            field="name",
        ) from error
    if is_new:
        told = {fact: (None, value) for fact, (_, value) in changes.items()}
        changes = {"part": (None, party.part), **told}
    record(
        verb,
        "party",
        party.pk,
        actor=actor,
        licensee_id=party.licensee_id,
        changes=changes,
    )
    return party


def _name(text: str) -> str:
    found = evidence.wording(text, multiline=False)
    if not found.text:
        raise OperationRefused("name_missing", "State the name.", field="name")
    return _printable("name", found)


def _address(text: str) -> str:
    found = evidence.wording(text, multiline=True)
    if not found.text:
        raise OperationRefused("address_missing", "State the address.", field="address")
    return _printable("address", found)


def _printable(field: str, found: evidence.Wording) -> str:
    for fault in found.faults:
        raise OperationRefused(fault.code, fault.text, field=field, source="31 CFR 592.307")
    return found.text


def _check_country(code: str) -> None:
    if not re.fullmatch(r"[A-Z]{2}", code, re.ASCII):
        raise OperationRefused(
            "country_malformed", "A country is two capital letters.", field="country"
        )
    if code not in evidence.destinations():
        raise OperationRefused("country_unknown", "Choose a country of the list.", field="country")


def _tax_id(text: str, party: Party) -> str:
    text = " ".join(text.upper().split())
    if text and party.part != Party.Part.EXPORTER:
        raise OperationRefused(
            "tax_id_not_of_principal", "Only a principal's tax id is kept.", field="tax_id"
        )
    if text and not TAX_ID.fullmatch(text):
        raise OperationRefused(
            "tax_id_malformed",
            "A tax id has 4 to 20 letters and digits, such as 12-3456789.",
            field="tax_id",
        )
    return text


def _authorize(
    party: Party,
    *,
    authority_reference: str,
    authority_from: dt.date | None,
    authority_until: dt.date | None,
) -> None:
    """Write the authority on an entry; an empty reference without days takes it away."""
    reference = " ".join(authority_reference.split())
    stated = bool(reference or authority_from or authority_until)
    if stated and party.part != Party.Part.EXPORTER:
        raise OperationRefused(
            "authority_not_of_principal",
            "Only a principal gives written authority.",
            field="authority_reference",
        )
    if stated and not (reference and authority_from):
        raise OperationRefused(
            "authority_incomplete",
            "A written authority has a reference and a first day.",
            field="authority_from" if reference else "authority_reference",
            source=WRITTEN_AUTHORITY,
        )
    if authority_from and authority_until and authority_until < authority_from:
        raise OperationRefused(
            "authority_dates_reversed",
            "The authority would end before it begins.",
            field="authority_until",
        )
    if reference != party.authority_reference:
        party.authority_paper = None  # it showed another authority
    party.authority_reference = reference
    party.authority_from, party.authority_until = authority_from, authority_until
