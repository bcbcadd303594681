"""Two at once over the same blanks: whoever comes second decides on what is true by then."""

from functools import partial

import pytest

from certificates.models import Certificate, Receipt, StockCount, ledgers
from certificates.operations.counter_entry import reverse
from certificates.operations.counting import count, explain, report_lost
from certificates.operations.custody import take_back, write_off
from certificates.operations.issue import issue
from certificates.operations.stock import sell
from certificates.states import Status
from certificates.verification import differences
from journal.errors import OperationRefused
from tests.at_once import at_once, one_after_the_other
from tests.cast import Cast, today

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_cast: Cast) -> Cast:
    return transactional_cast


def issuing(cast: Cast, blank: Certificate) -> partial[Certificate]:
    return partial(
        issue, blank, facts=cast.particulars(), attested=True, acknowledged={},
        draft_version=None, today=today(), actor=cast.issuer,
    )  # fmt: skip


def reversing(cast: Cast, blank: Certificate) -> partial[Receipt]:
    assert blank.receipt
    return partial(
        reverse, blank.receipt, numbers=[blank.number], reason="Mistake", today=today(),
        actor=cast.staff,
    )  # fmt: skip


def counting(cast: Cast, *numbers: int) -> partial[StockCount]:
    return partial(
        count, cast.firm_a, counted_on=today(), occasion="yearly", numbers=numbers,
        today=today(), actor=cast.issuer,
    )  # fmt: skip


def code(answer: object) -> str:
    assert isinstance(answer, OperationRefused), answer
    return answer.code


def whole() -> None:
    """Whoever won, everything adds up."""
    assert all(ledger.agrees for ledger in ledgers().values())
    assert list(differences()) == []


@pytest.mark.parametrize("first", ["reverse", "issue"])
def test_a_sale_taken_back_and_an_issue_do_not_pass_each_other(cast: Cast, first: str) -> None:
    blank = cast.available()
    calls = [reversing(cast, blank), issuing(cast, blank)]

    _, refusal = one_after_the_other(*(calls if first == "reverse" else calls[::-1]))

    blank.refresh_from_db()
    if first == "issue":
        assert (code(refusal), blank.status) == ("not_available_any_more", Status.ISSUED)
    else:
        assert isinstance(refusal, Exception)
        assert blank.status == Status.IN_STOCK
    whole()


def test_a_sale_is_taken_back_once(cast: Cast) -> None:
    blank = cast.available()

    answers = at_once([reversing(cast, blank), reversing(cast, blank)])

    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    assert [code(refusal) for refusal in refusals] == ["not_available_any_more"]
    assert Receipt.objects.exclude(reverses=None).count() == 1
    whole()


@pytest.mark.parametrize("first", ["count", "issue"])
def test_a_count_and_an_issue_do_not_pass_each_other(cast: Cast, first: str) -> None:
    blank = cast.available()
    calls = [counting(cast, blank.number), issuing(cast, blank)]

    answers = one_after_the_other(*(calls if first == "count" else calls[::-1]))

    row = next(answer for answer in answers if isinstance(answer, StockCount))
    assert row.expected == ([blank.number] if first == "count" else [])
    assert row.differences.count() == (first == "issue")
    whole()


@pytest.mark.parametrize("first", ["write off", "sell"])
def test_a_write_off_and_a_sale_do_not_pass_each_other(cast: Cast, first: str) -> None:
    blank = cast.in_stock()
    calls = [
        partial(
            write_off, numbers=[blank.number], reason="damaged", notes="",
            form_disposition="destroyed", today=today(), actor=cast.staff,
        ),
        partial(
            sell, licensee=cast.firm_a, numbers=[blank.number], paid_usd=20, method="cash",
            sold_on=today(), contact=cast.contact_a, today=today(), actor=cast.staff,
        ),
    ]  # fmt: skip

    _, refusal = one_after_the_other(*(calls if first == "write off" else calls[::-1]))

    assert code(refusal) == "number_taken"
    blank.refresh_from_db()
    assert blank.status == (Status.VOID if first == "write off" else Status.AVAILABLE)
    whole()


def test_a_difference_is_settled_once(cast: Cast) -> None:
    cast.available()
    difference = counting(cast)().differences.get()

    answers = at_once(
        [
            partial(
                explain, difference, explanation="Found", today=today(), actor=cast.staff
            ),
            partial(
                report_lost, difference, reason="blank_lost", notes="Gone", today=today(),
                actor=cast.staff,
            ),
        ]
    )  # fmt: skip

    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    assert [code(refusal) for refusal in refusals] == ["already_settled"]
    whole()


def test_a_blank_is_returned_or_taken_back_into_stock_not_both(cast: Cast) -> None:
    blank = cast.available()

    answers = at_once(
        [
            reversing(cast, blank),
            partial(
                take_back, cast.firm_a, numbers=[blank.number], note="", today=today(),
                actor=cast.staff,
            ),
        ]
    )  # fmt: skip

    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refusals) == 1
    assert code(refusals[0]) in ("not_available_any_more", "not_of_this_firm")
    whole()
