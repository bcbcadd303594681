"""A mistaken sale is taken back by a counter-entry; the receipt itself never changes."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from certificates.models import Certificate, Draft, Receipt, Release
from certificates.operations.counter_entry import LONGEST_REASON, reverse
from certificates.operations.counting import count, explain
from certificates.operations.drafting import save_draft
from certificates.operations.stock import sell
from certificates.operations.voiding import void
from certificates.pdf.receipt import receipt as receipt_pdf
from certificates.pdf.record import receipt_face_of
from certificates.states import Status
from certificates.verification import differences
from licensees.models import Licensee
from licensees.operations.licensing import suspend
from tests.cast import Cast, today
from tests.pages.reading import pdf_text
from tests.unchanged import forbidden, journaled, refused


def sale_of(cast: Cast, quantity: int = 3, firm: Licensee | None = None) -> Receipt:
    firm = firm or cast.firm_a
    return sell(
        licensee=firm,
        numbers=[cast.in_stock().number for _ in range(quantity)],
        paid_usd=Decimal(20) * quantity,
        method="check",
        sold_on=today(),
        contact=cast.contact_of(firm),
        today=today(),
        actor=cast.staff,
    )


def reversed_by(cast: Cast, sale: Receipt, *numbers: int, **changes: Any) -> Receipt:
    terms = {"reason": "Sold to the wrong firm", "today": today(), "actor": cast.staff, **changes}
    return reverse(sale, numbers=numbers, **terms)


def blank(number: int) -> Certificate:
    return Certificate.objects.get(number=number)


def test_blanks_go_back_into_stock_and_a_counter_entry_says_so(cast: Cast) -> None:
    sale = sale_of(cast)
    first, second, third = sale.numbers

    with journaled(
        ("certificate:put_back", "certificate", first),
        ("certificate:put_back", "certificate", third),
        ("receipt:countered", "receipt", sale.number + 1),
    ):
        counter = reversed_by(cast, sale, third, first)

    counter.refresh_from_db()
    assert (counter.number, counter.reverses, counter.licensee) == (
        sale.number + 1, sale, cast.firm_a,
    )  # fmt: skip
    assert (counter.quantity, counter.numbers, counter.paid_usd) == (
        -2, [first, third], Decimal("-40.00"),
    )  # fmt: skip
    assert (counter.sold_on, counter.sold_by, counter.contact) == (
        today(), cast.staff, cast.contact_a,
    )  # fmt: skip
    for number in (first, third):
        row = blank(number)
        assert (row.status, row.licensee, row.receipt, row.date_of_sale) == (
            Status.IN_STOCK, None, None, None,
        )  # fmt: skip
    assert blank(second).licensee == cast.firm_a
    assert list(differences()) == []


def test_a_blank_taken_back_is_sold_again_and_each_receipt_tells_its_own(cast: Cast) -> None:
    sale = sale_of(cast, 1)
    (number,) = sale.numbers
    reversed_by(cast, sale, number)

    again = sell(
        licensee=cast.firm_b, numbers=[number], paid_usd=Decimal(20), method="cash",
        sold_on=today(), contact=cast.contact_b, today=today(), actor=cast.staff,
    )  # fmt: skip

    assert Receipt.objects.filter(numbers__contains=[number]).count() == 3
    with refused("not_available_any_more", "numbers"):
        reversed_by(cast, sale, number)
    reversed_by(cast, again, number)
    assert blank(number).status == Status.IN_STOCK
    assert list(differences()) == []


def test_the_receipt_prints_the_same_bytes_before_and_after(cast: Cast) -> None:
    sale = sale_of(cast)
    before = receipt_pdf(receipt_face_of(sale))

    counter = reversed_by(cast, sale, sale.numbers[0])

    assert receipt_pdf(receipt_face_of(Receipt.objects.get(pk=sale.pk))) == before
    said = pdf_text(receipt_pdf(receipt_face_of(counter)))
    assert f"COUNTER-ENTRY to receipt {sale.number}" in said
    assert "($20.00)" in said
    assert "-20" not in said
    assert "Sold to the wrong firm" in said
    assert "COUNTER-ENTRY" not in pdf_text(before)


def test_the_longest_reason_fits_on_the_paper(cast: Cast) -> None:
    sale = sale_of(cast, 1)
    reason = " ".join(["W" * 49] * 6)

    counter = reversed_by(cast, sale, *sale.numbers, reason=reason)

    assert len(reason) == LONGEST_REASON - 1
    assert receipt_pdf(receipt_face_of(counter))


def test_what_the_firm_typed_goes_with_the_sale(cast: Cast) -> None:
    sale = sale_of(cast, 2)
    for number in sale.numbers:
        save_draft(blank(number), fields={"waybill": "1"}, version=None, actor=cast.issuer)

    reversed_by(cast, sale, sale.numbers[0])

    assert [draft.certificate.number for draft in Draft.objects.all()] == [sale.numbers[1]]


def test_the_blanks_of_a_suspended_firm_can_be_taken_back(cast: Cast) -> None:
    sale = sale_of(cast, 1)
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert reversed_by(cast, sale, *sale.numbers).quantity == -1


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        pytest.param("reason_missing", "reason", {"reason": " \n"}, id="no reason"),
        pytest.param("reason_too_long", "reason", {"reason": "x" * 301}, id="long"),
        pytest.param("not_latin", "reason", {"reason": "Ошибка 錯"}, id="not printable"),
        pytest.param("numbers_missing", "numbers", {"numbers": []}, id="no numbers"),
        pytest.param("number_not_positive", "numbers", {"numbers": [0]}, id="zero"),
        pytest.param("not_on_this_receipt", "numbers", {"numbers": [1]}, id="not on it"),
    ],
)
def test_a_counter_entry_says_what_and_why(
    cast: Cast, code: str, field: str, changes: dict[str, Any]
) -> None:
    sale = sale_of(cast, 1)
    terms = {"reason": "Mistake", "numbers": sale.numbers, **changes}

    with refused(code, field):
        reverse(sale, today=today(), actor=cast.staff, **terms)


def test_a_counter_entry_is_not_taken_back(cast: Cast) -> None:
    sale = sale_of(cast, 1)
    counter = reversed_by(cast, sale, *sale.numbers)

    with refused("reversal_of_reversal"):
        reversed_by(cast, counter, *sale.numbers)


def test_nothing_is_taken_back_twice(cast: Cast) -> None:
    sale = sale_of(cast)
    reversed_by(cast, sale, sale.numbers[1])

    with refused("not_available_any_more", "numbers") as refusal:
        reversed_by(cast, sale, *sale.numbers)
    assert f"US{sale.numbers[1]}" in refusal.value.detail
    assert f"US{sale.numbers[0]}" not in refusal.value.detail


def test_a_used_or_void_form_stays_with_the_firm(cast: Cast) -> None:
    used = cast.issued()
    sale = sale_of(cast, 2)
    void(
        blank(sale.numbers[1]), reason="damaged", notes="", form_disposition="destroyed",
        replacement=None, today=today(), actor=cast.issuer,
    )  # fmt: skip
    assert used.receipt

    with refused("not_available_any_more", "numbers"):
        reversed_by(cast, used.receipt, used.number)
    with refused("not_available_any_more", "numbers") as refusal:
        reversed_by(cast, sale, *sale.numbers)
    assert f"US{sale.numbers[1]}" in refusal.value.detail


def test_nothing_is_taken_back_from_a_firm_whose_licence_has_ended(cast: Cast) -> None:
    sale = sale_of(cast, 1)
    void(
        blank(sale.numbers[0]), reason="surrendered", notes="", form_disposition="returned",
        replacement=None, today=today(), actor=cast.staff,
    )  # fmt: skip
    Licensee.objects.filter(pk=cast.firm_a.pk).update(status="terminated", ended_on=today())

    with refused("licence_ended"):
        reversed_by(cast, sale, *sale.numbers)


def test_a_form_that_a_count_did_not_find_is_settled_first(cast: Cast) -> None:
    sale = sale_of(cast, 1)
    counted = count(
        cast.firm_a, counted_on=today(), occasion="yearly", numbers=[], today=today(),
        actor=cast.issuer,
    )  # fmt: skip

    with refused("count_difference_open", "numbers"):
        reversed_by(cast, sale, *sale.numbers)
    explain(
        counted.differences.get(), explanation="Never handed over", today=today(), actor=cast.staff
    )
    assert reversed_by(cast, sale, *sale.numbers)


def test_a_blank_that_replaces_a_void_one_stays_with_the_firm(cast: Cast) -> None:
    sale, row = sale_of(cast, 1), cast.issued()
    void(
        row, reason="replaced", notes="", form_disposition="destroyed",
        replacement=blank(sale.numbers[0]), today=today(), actor=cast.issuer,
    )  # fmt: skip

    with refused("replaces_a_void_one", "numbers"):
        reversed_by(cast, sale, *sale.numbers)


def test_a_blank_for_which_a_release_was_asked_stays_until_it_is_withdrawn(cast: Cast) -> None:
    sale = sale_of(cast, 1, cast.carrier)
    Release.objects.create(
        certificate=blank(sale.numbers[0]), licensee=sale.licensee, route="destination",
        country="VE", evidence="x",
        requested_by=cast.carrier_issuer, requested_at=timezone.now(),
    )  # fmt: skip

    with refused("release_open", "numbers"):
        reversed_by(cast, sale, *sale.numbers)
    Release.objects.update(
        state="withdrawn", decided_by=cast.carrier_issuer, decided_at=timezone.now()
    )
    assert reversed_by(cast, sale, *sale.numbers)


@pytest.mark.parametrize(
    "person", ["issuer", "manager", "reviewer", "overseer", "administrator", "stranger"]
)
def test_nobody_but_staff_takes_a_sale_back(cast: Cast, person: str) -> None:
    sale, actor = sale_of(cast, 1), getattr(cast, person)

    with forbidden():
        reversed_by(cast, sale, *sale.numbers, actor=actor)
