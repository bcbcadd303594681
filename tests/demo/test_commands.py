"""The commands that fill an installation and give it its first administrator."""

import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from accounts.models import Mail, User
from kpportal.demo import sign_ins
from kpportal.management.commands import demo
from tests.cast import Cast, today

ALWAYS = [
    "issuer@firm-a.example",
    "manager@firm-a.example",
    "issuer@firm-b.example",
    "issuer@carrier-c.example",
    "staff@uskpa.example",
    "staff2@uskpa.example",
    "overseer@state.example",
    "overseer@census.example",
    "admin@uskpa.example",
]


def run(*command: str, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


# --- demo -------------------------------------------------------------------------------------


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the command asks for the demonstration, without the work."""
    asked: list[dict[str, Any]] = []

    def noted(*, tell: Callable[[str], None], **how: Any) -> None:
        asked.append(how)
        tell("a step")

    monkeypatch.setattr(demo, "load", noted)
    return asked


def test_the_sign_ins_are_known_without_django() -> None:
    program = (
        "import sys; from kpportal.demo import sign_ins; print(sign_ins()); "
        "sys.exit('django' in sys.modules)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == str(sign_ins())


def test_everybody_worth_signing_in_as_is_listed_with_what_they_are() -> None:
    emails = [email for _, email in sign_ins()]

    assert set(ALWAYS) <= set(emails)
    assert len(set(emails)) == len(emails)
    assert all(words for words, _ in sign_ins())


def test_it_prints_the_steps_and_every_sign_in_with_the_password(
    loads: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPPORTAL_DEMO_PASSWORD", "said in advance")

    printed = run("demo")

    assert loads == [{"today": today(), "password": "said in advance", "certificates": None}]
    assert printed.startswith("a step\n")
    assert "password said in advance (from KPPORTAL_DEMO_PASSWORD)" in printed
    for words, email in sign_ins():
        assert f"{words} " in printed
        assert email in printed


def test_a_password_that_nobody_said_is_made_up_and_printed_again_the_next_time(
    loads: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KPPORTAL_DEMO_PASSWORD", raising=False)

    with override_settings(DATA_DIR=tmp_path / "data"):
        printed = run("demo")
        assert run("demo") == printed

    first, second = loads
    assert first["password"] == second["password"]
    assert len(first["password"]) >= 12
    assert first["password"] in printed


def test_it_can_be_silent_for_the_program_that_prints_for_it(
    loads: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPPORTAL_DEMO_PASSWORD", "said in advance")

    assert run("demo", verbosity=0) == ""
    assert len(loads) == 1


def test_more_certificates_are_asked_for_by_number(
    loads: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPPORTAL_DEMO_PASSWORD", "said in advance")

    run("demo", "--certificates", "100000")

    assert loads[0]["certificates"] == 100_000


@pytest.mark.parametrize("text", ["-1", "many", "", "1e5", "٣"])
def test_a_number_that_is_none_is_refused(loads: list[dict[str, Any]], text: str) -> None:
    with pytest.raises(CommandError, match="say how many"):
        run("demo", f"--certificates={text}")
    assert loads == []


@pytest.mark.django_db
def test_a_refusal_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPPORTAL_DEMO_PASSWORD", "said in advance")

    with (
        override_settings(DEMONSTRATION=False, DEBUG=False),
        pytest.raises(CommandError, match="KPPORTAL_DEMO=1"),
    ):
        run("demo")


# --- create_administrator ---------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_administrator_chooses_a_password_by_the_link_that_is_printed(
    client: Client,
) -> None:
    printed = run("create_administrator", "Head@Office.example", "Head of Office")

    user = User.objects.get()
    assert (user.email, user.name, user.office) == (
        "head@office.example",
        "Head of Office",
        "administrator",
    )
    assert not user.has_usable_password()
    link = printed.split()[-1]
    page = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(page, {"password1": "t4pioca pudding", "password2": "t4pioca pudding"})
    user.refresh_from_db()
    assert user.check_password("t4pioca pudding")


def test_later_administrators_are_invited(cast: Cast) -> None:
    there = cast.administrator

    with pytest.raises(CommandError, match="ask them for an invitation"):
        run("create_administrator", "second@office.example", "Second")
    assert list(User.objects.all()) == [there]


@pytest.mark.parametrize(
    ("email", "name", "complaint"),
    [
        ("office.example", "Head", "is not an e-mail address"),
        ("head@office.example", "  ", "name"),
        ("staff@tests.example", "Head", "already has an account"),
    ],
)
def test_an_administrator_needs_an_address_of_their_own_and_a_name(
    cast: Cast, email: str, name: str, complaint: str
) -> None:
    there = cast.staff

    with pytest.raises(CommandError, match=complaint):
        run("create_administrator", email, name)
    assert list(User.objects.all()) == [there]
    assert not Mail.objects.exclude(recipient__endswith="@tests.example").exists()
