"""`manage.py verify_journal` finds what was changed behind the portal's back, and names it."""

import hashlib
import re
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.operations import deactivate, reactivate
from certificates.models import Certificate, Duty
from certificates.operations.counter_entry import reverse
from certificates.operations.counting import count, explain
from certificates.operations.duties import discharge
from certificates.operations.printing import calibrate
from certificates.operations.shipping import ship
from certificates.verification import differences
from journal import chain, replay
from journal.models import Entry
from licensees.models import Contact
from licensees.operations.licensing import reinstate, suspend
from licensees.operations.people import dismiss
from tests.cast import Cast, today


def verify(*options: str) -> str:
    out = StringIO()
    call_command("verify_journal", *options, stdout=out)
    return out.getvalue()


def complaint(*options: str) -> str:
    """What the command says when it exits with 1."""
    with pytest.raises(CommandError) as refusal:
        verify(*options)
    assert refusal.value.returncode == 1
    return str(refusal.value)


def behind_its_back(sql: str, *values: Any) -> None:
    """Change the tables as their owner can, with every guard of the database off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        assert cursor.rowcount > 0, "nothing was changed"
        cursor.execute("SET LOCAL session_replication_role = origin")


def head() -> tuple[int, str]:
    last = Entry.objects.latest("id")
    return last.pk, last.hash


@pytest.fixture
def lives(cast: Cast) -> dict[str, Certificate]:
    """Certificates that lived through every step."""
    return {
        "available": cast.available(),
        "issued": cast.issued(),
        "shipped": cast.shipped(cast.carrier),
        "delivered": cast.delivered(cast.firm_b),
        "void": cast.voided(),
    }


def entry_of(certificate: Certificate, verb: str) -> int:
    return Entry.objects.about("certificate", certificate.number).get(verb=f"certificate:{verb}").pk


# --- Nothing is wrong -------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_new_portal_is_clean_and_its_head_is_all_zeros() -> None:
    assert verify().splitlines()[-1] == f"0:{chain.GENESIS}"


@pytest.mark.usefixtures("lives")
def test_after_every_step_of_a_life_it_is_clean_and_prints_count_and_head() -> None:
    count, hash_of_last = head()

    lines = verify().splitlines()

    assert lines == [
        f"{count} entries, and everything is as they say.",
        f"{count}:{hash_of_last}",
    ]
    assert count == Entry.objects.count() > 10


def test_a_head_noted_earlier_is_found_again_after_the_journal_has_grown(
    cast: Cast, lives: dict[str, Certificate]
) -> None:
    noted = verify().splitlines()[-1]
    cast.issued()

    assert verify("--expect", noted).splitlines()[-1] != noted


@pytest.mark.django_db
def test_nothing_noted_yet_is_a_head_too() -> None:
    assert verify("--expect", f"0:{chain.GENESIS}")


@pytest.mark.django_db(transaction=True)
def test_what_is_shipped_while_it_reads_is_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    issued = cast.issued()
    issuer = cast.issuer
    shipped: list[Certificate] = []
    read = replay.told

    def told_after_the_shipment(*args: Any, **options: Any) -> dict[str, dict[str, Any]]:
        def shipping() -> None:
            try:
                ship(issued, shipped_on=today(), seal_number="SEAL-1", today=today(), actor=issuer)
            finally:
                connection.close()

        if not shipped:
            shipped.append(issued)
            thread = Thread(target=shipping)
            thread.start()
            thread.join()
        return read(*args, **options)

    monkeypatch.setattr(replay, "told", told_after_the_shipment)

    assert "everything is as they say" in verify()
    issued.refresh_from_db()
    assert issued.status == "shipped"


# --- An entry was changed ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "value"),
    [
        pytest.param("changes = jsonb_set(changes, '{value_usd,1}', %s)", '"1.00"', id="a change"),
        pytest.param("actor = %s", "somebody@else.example", id="the actor"),
        pytest.param("actor_id = %s", 999, id="the actor's key"),
        pytest.param("at = at - %s::interval", "1 day", id="the time"),
        pytest.param("verb = %s", "certificate:voided", id="the verb"),
        pytest.param("subject_id = %s", "1", id="the subject"),
        pytest.param("licensee_id = %s", 999, id="the licensee"),
    ],
)
def test_a_changed_entry_is_named(
    lives: dict[str, Certificate], change: str, value: str | int
) -> None:
    number = entry_of(lives["issued"], "issued")

    behind_its_back(f"UPDATE journal_entry SET {change} WHERE id = %s", value, number)

    assert complaint().startswith(f"Entry {number} is bad")


def test_an_entry_changed_together_with_its_hash_is_given_away_by_the_next(
    lives: dict[str, Certificate],
) -> None:
    number = entry_of(lives["issued"], "issued")
    behind_its_back("UPDATE journal_entry SET actor = 'nobody' WHERE id = %s", number)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT previous_hash || E'\\n' || {chain.PAYLOAD} FROM journal_entry WHERE id = %s",
            [number],
        )
        (text,) = cursor.fetchone()
    forged = hashlib.sha256(text.encode()).hexdigest()

    behind_its_back("UPDATE journal_entry SET hash = %s WHERE id = %s", forged, number)

    assert complaint().startswith(f"Entry {number + 1} is bad")


def test_a_deleted_entry_is_named(lives: dict[str, Certificate]) -> None:
    number = entry_of(lives["issued"], "issued")

    behind_its_back("DELETE FROM journal_entry WHERE id = %s", number)

    assert f"entry {number} is missing" in complaint()


def test_an_entry_forged_with_the_guards_off_is_named(lives: dict[str, Certificate]) -> None:
    count, hash_of_last = head()

    behind_its_back(
        "INSERT INTO journal_entry"
        " (id, actor, verb, subject, subject_id, changes, previous_hash, hash)"
        " VALUES (%s, '', 'certificate:delivered', 'certificate', '1', '{}', %s, %s)",
        count + 1,
        hash_of_last,
        "f" * 64,
    )

    assert complaint().startswith(f"Entry {count + 1} is bad")


def test_an_entry_forged_by_plain_sql_joins_the_chain_and_names_the_certificate(
    lives: dict[str, Certificate],
) -> None:
    row = lives["issued"]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (actor, verb, subject, subject_id, changes,"
            " previous_hash, hash) VALUES ('', 'certificate:corrected', 'certificate', %s, %s,"
            " '', '')",
            [str(row.number), '{"value_usd": ["12345.67", "1.00"]}'],
        )

    assert f"{row}: value_usd is '12345.67', the journal says '1.00'" in complaint()


# --- The end was cut off ----------------------------------------------------------------------


def measure_printer(cast: Cast, right_mm: int) -> None:
    """Write an entry about something that is not compared."""
    calibrate(right_mm=Decimal(right_mm), down_mm=Decimal(0), actor=cast.issuer)


def cut(entries: int) -> None:
    behind_its_back(
        "DELETE FROM journal_entry WHERE id > (SELECT max(id) FROM journal_entry) - %s", entries
    )


@pytest.mark.usefixtures("lives")
def test_an_end_cut_off_is_told_by_the_head_noted_earlier(cast: Cast) -> None:
    measure_printer(cast, 1)
    count, hash_of_last = head()
    cut(1)

    assert verify(), "what is left fits together"
    assert f"Entry {count} is missing" in complaint("--expect", f"{count}:{hash_of_last}")


def test_an_end_cut_off_is_told_by_the_certificate_that_is_further(
    lives: dict[str, Certificate],
) -> None:
    cut(1)

    assert f"{lives['void']}: status is 'void', the journal says 'issued'" in complaint()


@pytest.mark.usefixtures("lives")
def test_an_end_written_anew_is_told_by_the_head_noted_earlier(cast: Cast) -> None:
    measure_printer(cast, 1)
    count, hash_of_last = head()
    cut(1)
    measure_printer(cast, 2)

    assert head()[0] == count
    assert verify(), "the new end fits"
    assert complaint("--expect", f"{count}:{hash_of_last}").startswith(f"Entry {count} is bad")


@pytest.mark.parametrize("text", ["", "5", f"x:{'0' * 64}", f"5:{'0' * 63}", f"5:{'g' * 64}"])
@pytest.mark.django_db
def test_a_head_that_was_not_printed_so_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="as this command printed them"):
        verify(f"--expect={text}")


# --- A certificate was changed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "change", "fact"),
    [
        ("available", "date_of_sale = date_of_sale - 1", "date_of_sale"),
        (
            "available",
            "status = 'in_stock', licensee_id = NULL, receipt_id = NULL, date_of_sale = NULL",
            "status",
        ),
        ("issued", "value_usd = value_usd + 0.01", "value_usd"),
        ("issued", "carat_weight = carat_weight * 10", "carat_weight"),
        ("issued", "itn = 'X20260102000001'", "itn"),
        ("issued", "country_of_origin = NULL, mixed_origin = true", "country_of_origin"),
        ("issued", "licensee_id = licensee_id + 1", "licensee_id"),
        ("issued", "issued_by_id = issued_by_id + 1", "issued_by_id"),
        (
            "issued",
            """acknowledged_warnings = '{"many_parcels": "yes"}'""",
            "acknowledged_warnings",
        ),
        ("shipped", "shipped_on = shipped_on + 1", "shipped_on"),
        ("shipped", "seal_number = 'SEAL-2'", "seal_number"),
        ("delivered", "delivered_on = delivered_on + 1", "delivered_on"),
        ("void", "void_reason = 'damaged'", "void_reason"),
        ("void", "void_notes = 'never mind'", "void_notes"),
    ],
)
def test_a_changed_certificate_is_named_with_the_fact(
    lives: dict[str, Certificate], status: str, change: str, fact: str
) -> None:
    row = lives[status]

    behind_its_back(f"UPDATE certificates_certificate SET {change} WHERE id = %s", row.pk)

    assert re.search(rf"{row}: {fact} is .*, the journal says ", complaint())


def removed(row: Certificate) -> str:
    behind_its_back("DELETE FROM certificates_certificate WHERE id = %s", row.pk)
    return f"{row}: the journal tells of it, the register has no such certificate"


def copied(row: Certificate) -> str:
    columns = [
        field.column
        for field in Certificate._meta.concrete_fields
        if field.column not in ("id", "number", "itn")
    ]
    behind_its_back(
        f"INSERT INTO certificates_certificate (number, itn, {', '.join(columns)})"
        f" SELECT 777, 'X20260102000001', {', '.join(columns)}"
        " FROM certificates_certificate WHERE id = %s",
        row.pk,
    )
    return "US777: the journal knows nothing of it"


def renumbered(row: Certificate) -> str:
    behind_its_back("UPDATE certificates_certificate SET number = 777 WHERE id = %s", row.pk)
    return "US777: the journal knows nothing of it"


@pytest.mark.parametrize("tamper", [removed, copied, renumbered])
def test_a_certificate_removed_inserted_or_renumbered_is_named(
    lives: dict[str, Certificate], tamper: Callable[[Certificate], str]
) -> None:
    expected = tamper(lives["delivered"])

    assert expected in complaint()


# --- Something else that is journaled was changed ---------------------------------------------


@pytest.fixture
def everything(cast: Cast, lives: dict[str, Certificate]) -> dict[str, Certificate]:
    """Besides the certificates: accounts closed and opened, firms suspended, duties done."""
    deactivate(cast.loner, actor=cast.administrator)
    deactivate(cast.stranger, actor=cast.administrator)
    reactivate(cast.stranger, actor=cast.administrator)
    suspend(cast.firm_b, reason="Test", today=today(), actor=cast.staff)
    suspend(cast.carrier, reason="Test", today=today(), actor=cast.staff)
    reinstate(cast.carrier, reason="Test", today=today(), actor=cast.staff)
    back = cast.available()
    assert back.receipt
    reverse(back.receipt, numbers=[back.number], reason="Mistake", today=today(), actor=cast.staff)
    counted = count(
        cast.firm_a, counted_on=today(), occasion="yearly", numbers=[], today=today(),
        actor=cast.issuer,
    )  # fmt: skip
    assert counted.differences.get().number == lives["available"].number
    again = count(
        cast.firm_a, counted_on=today(), occasion="yearly",
        numbers=[lives["available"].number, 99], today=today(), actor=cast.issuer,
    )  # fmt: skip
    explain(again.differences.get(), explanation="Misread", today=today(), actor=cast.staff)
    assert cast.manager
    dismiss(Contact.objects.get(user=cast.colleague), actor=cast.staff)
    for number, duty in enumerate(Duty.objects.open().filter(certificate=lives["shipped"])):
        discharge(
            duty,
            method="fax",
            sent_at=timezone.localtime(),
            reference=f"Page {number}",
            actor=cast.staff,
        )
    return lives


def test_after_everything_that_is_journaled_it_is_clean(
    everything: dict[str, Certificate],
) -> None:
    assert "everything is as they say" in verify()


def in_receipt(change: str) -> str:
    return f"UPDATE certificates_receipt SET {change} WHERE number = 2"


def in_firm(change: str, firm: str = "A") -> str:
    return f"UPDATE licensees_licensee SET {change} WHERE legal_name = 'Firm {firm} (test)'"


def in_contact(change: str, person: str = "issuer-a") -> str:
    return (
        f"UPDATE licensees_contact SET {change} WHERE user_id ="
        f" (SELECT id FROM accounts_user WHERE email = '{person}@tests.example')"
    )


def in_user(change: str, person: str = "issuer-a") -> str:
    return f"UPDATE accounts_user SET {change} WHERE email = '{person}@tests.example'"


def in_counter(change: str) -> str:
    return f"UPDATE certificates_receipt SET {change} WHERE reverses_id IS NOT NULL"


def in_count(change: str) -> str:
    return f"UPDATE certificates_stockcount SET {change} WHERE numbers = '{{}}'"


def in_difference(change: str, kind: str) -> str:
    return f"UPDATE certificates_countdifference SET {change} WHERE kind = '{kind}'"


def of_duty(status: str, code: str) -> str:
    return (
        f"WHERE code = '{code}' AND certificate_id ="
        f" (SELECT min(id) FROM certificates_certificate WHERE status = '{status}')"
    )


def in_duty(change: str, status: str, code: str) -> str:
    return f"UPDATE certificates_duty SET {change} {of_duty(status, code)}"


NOT_DONE = "discharged_at = NULL, discharged_by_id = NULL, method = '', sent_at = NULL"
DONE = "discharged_at = now(), discharged_by_id = 1, method = 'fax', sent_at = now()"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        pytest.param(sql, words, id=words)
        for sql, words in (
            (in_receipt("paid_usd = 19, unit_price_usd = 19"), "Receipt 2: unit_price_usd is"),
            (in_receipt("paid_usd = 40, quantity = 2"), "Receipt 2: quantity is 2"),
            (in_receipt("sold_on = sold_on + 1"), "Receipt 2: sold_on is"),
            (in_receipt("method = 'cash'"), "Receipt 2: method is 'cash'"),
            (in_receipt("licensee_id = 999"), "Receipt 2: licensee_id is 999"),
            (in_receipt("sold_by_id = 999"), "Receipt 2: sold_by_id is 999"),
            (in_receipt("numbers = '{7}'"), "Receipt 2: numbers is [7]"),
            (in_counter("reason = 'Because'"), "reason is 'Because', the journal says 'Mistake'"),
            (in_counter("reverses_id = 1"), "certificates is [], the journal says"),
            (in_counter("paid_usd = -40, quantity = -2"), "quantity is -2, the journal says -1"),
            (in_count("numbers = '{7}'"), "numbers is [7], the journal says []"),
            (in_count("expected = '{7}'"), "expected is [7]"),
            (in_count("counted_on = counted_on - 1"), "counted_on is"),
            (in_count("occasion = 'review'"), "occasion is 'review', the journal says 'yearly'"),
            (in_count("counted_by_id = 999"), "counted_by_id is 999"),
            (
                "DELETE FROM certificates_stockcount",
                "the journal tells of it, the register has no such count",
            ),
            (in_difference("number = 7", "missing"), "number is 7"),
            (in_difference("kind = 'unexpected'", "missing"), "kind is 'unexpected'"),
            (
                in_difference("explanation = 'Never mind'", "unexpected"),
                "explanation is 'Never mind', the journal says 'Misread'",
            ),
            (in_difference("settled_by_id = 999", "unexpected"), "settled_by_id is 999"),
            (
                in_difference(
                    "state = 'explained', explanation = 'x', settled_by_id = 1, settled_at = now()",
                    "missing",
                ),
                "state is 'explained', the journal says 'open'",
            ),
            (
                "DELETE FROM certificates_countdifference WHERE kind = 'missing'",
                "the journal tells of it, the register has no such difference",
            ),
            (in_receipt("number = 99"), "Receipt 99: the journal knows nothing of it"),
            (
                "DELETE FROM certificates_receipt WHERE number = 5",
                "Receipt 5: the journal tells of it",
            ),
            (
                in_firm("status = 'suspended', suspended_on = '2026-01-02'"),
                "(Firm A (test)): status is 'suspended'",
            ),
            (
                in_firm("status = 'active', suspended_on = NULL", "B"),
                "status is 'active', the journal says 'suspended'",
            ),
            (
                in_firm("status = 'suspended', suspended_on = '2026-01-02'", "C"),
                "the journal says 'active'",
            ),
            (in_firm("kind = 'carrier'"), "kind is 'carrier'"),
            (in_firm("address = 'Elsewhere'"), "address is 'Elsewhere'"),
            (in_firm("ein = '11-1111111'"), "ein is '11-1111111'"),
            (in_firm("state_of_incorporation = 'DE'"), "state_of_incorporation is 'DE'"),
            (in_firm("effective_on = effective_on + 1"), "effective_on is '2020-01-02'"),
            (in_firm("legal_name = 'Firm Z'"), "legal_name is 'Firm Z'"),
            (
                in_contact(
                    "licensee_id = (SELECT id FROM licensees_licensee WHERE kind = 'carrier')"
                ),
                "(issuer-a@tests.example for Firm C (test)): licensee_id is",
            ),
            (in_contact("role = 'manager'"), "role is 'manager', the journal says 'issuer'"),
            (in_contact("ended_at = now() + interval '1 day'"), "has_ended is True"),
            (in_contact("ended_at = NULL", "colleague-a"), "has_ended is False"),
            (
                in_contact(
                    "user_id = (SELECT id FROM accounts_user WHERE email LIKE 'loner@%%')",
                    "manager-a",
                ),
                "user is 'loner@tests.example', the journal says 'manager-a@tests.example'",
            ),
            (
                in_contact(
                    "user_id = (SELECT id FROM accounts_user WHERE email LIKE 'loner@%%')",
                    "colleague-a",
                ),
                "the journal says 'colleague-a@tests.example'",
            ),
            (in_user("office = 'staff'", "loner"), "office is 'staff'"),
            (
                in_user("office = '', agency = ''", "staff"),
                "office is '', the journal says 'staff'",
            ),
            (in_user("is_active = false"), "is_active is False"),
            (in_user("is_active = true", "loner"), "is_active is True, the journal says False"),
            (in_user("is_active = false", "issuer-b"), "is_active is False, the journal says True"),
            (in_user("name = 'Somebody Else'"), "name is 'Somebody Else'"),
            (in_user("email = 'x@tests.example'", "loner"), "email is 'x@tests.example'"),
            (
                "DELETE FROM accounts_user WHERE email = 'loner@tests.example'",
                "the journal tells of it, the register has no such user",
            ),
            (
                f"DELETE FROM certificates_duty {of_duty('shipped', 'census_copy')}",
                "says that census_copy was done, and there is no such duty",
            ),
            (
                in_duty(NOT_DONE, "shipped", "advance_notice"),
                "advance_notice is owed, the journal says that it was done",
            ),
            (
                in_duty(NOT_DONE, "void", "advance_notice"),
                "advance_notice is owed",
            ),
            (
                in_duty(DONE, "issued", "advance_notice"),
                "advance_notice is done, the journal knows nothing of it",
            ),
            (
                in_duty(DONE, "void", "aes_correction"),
                "aes_correction is done, the journal knows nothing of it",
            ),
            (
                in_duty("sent_at = sent_at - interval '1 day'", "shipped", "census_copy"),
                "census_copy: sent_at is",
            ),
            (
                in_duty("reference = 'Another'", "void", "advance_notice"),
                "advance_notice: reference is 'Another'",
            ),
            (
                in_duty("method = 'email'", "shipped", "census_copy"),
                "census_copy: method is 'email', the journal says 'fax'",
            ),
        )
    ],
)
@pytest.mark.usefixtures("everything")
def test_what_was_changed_is_named_with_what_the_journal_says(sql: str, words: str) -> None:
    behind_its_back(sql)

    assert words in complaint()


def test_a_certificate_moved_to_another_receipt_is_missed_there(
    lives: dict[str, Certificate],
) -> None:
    row = lives["available"]
    behind_its_back(
        "UPDATE certificates_certificate SET receipt_id ="
        " (SELECT id FROM certificates_receipt WHERE number = 2) WHERE id = %s",
        row.pk,
    )

    lines = list(differences())

    assert any(f"certificates is [], the journal says [{row.number}]" in line for line in lines)


def test_a_receipt_missing_in_the_middle_is_named(lives: dict[str, Certificate]) -> None:
    behind_its_back("DELETE FROM certificates_receipt WHERE number = 3")

    assert any("Receipt 4: it follows receipt 2" in line for line in differences())


@pytest.mark.django_db
def test_a_user_whom_the_journal_does_not_know_is_named() -> None:
    User.objects.create(email="new@tests.example", name="New", office="staff")

    assert "(new@tests.example): the journal knows nothing of it" in complaint()
