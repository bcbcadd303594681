"""Uploads: what is kept, what is refused, where the bytes lie."""

import datetime as dt
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from journal.errors import OperationRefused
from journal.models import Entry
from licensees.forms.papers import PaperField
from licensees.models import Paper, cabinet
from licensees.operations.papers import MOST_OF_APPLICATION, keep_paper, sweep, take_back
from licensees.papers import ENDINGS, LARGEST, NAME_LENGTH, clean_name, judge
from tests.licensees.applying import started
from tests.licensees.uploads import pdf_bytes, picture_bytes, upload
from tests.unchanged import journaled, refused


def huge_png() -> bytes:
    """A PNG of few bytes that says it has 10 billion pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


GOOD = [
    pytest.param("a.pdf", pdf_bytes(), "application/pdf", id="pdf"),
    pytest.param("A.PDF", pdf_bytes(3), "application/pdf", id="pdf-in-capitals"),
    pytest.param("a.png", picture_bytes("PNG"), "image/png", id="png"),
    pytest.param("a.jpg", picture_bytes("JPEG"), "image/jpeg", id="jpg"),
    pytest.param("a.jpeg", picture_bytes("JPEG"), "image/jpeg", id="jpeg"),
]
BAD = [
    pytest.param("a.pdf", b"", "paper_empty", id="empty"),
    pytest.param("a.pdf", b"%PDF-" + b"0" * LARGEST, "paper_too_large", id="too-large"),
    pytest.param("a.html", b"<script>alert(1)</script>", "paper_type_unknown", id="html"),
    pytest.param("a.pdf", b"<script>alert(1)</script>", "paper_type_unknown", id="html-as-pdf"),
    pytest.param("a.svg", b"<svg/>", "paper_type_unknown", id="svg"),
    pytest.param("a.gif", b"GIF89a", "paper_type_unknown", id="gif"),
    pytest.param("a.exe", pdf_bytes(), "paper_type_unknown", id="pdf-as-exe"),
    pytest.param("a", pdf_bytes(), "paper_type_unknown", id="no-ending"),
    pytest.param("a.png", pdf_bytes(), "paper_not_what_it_says", id="pdf-as-png"),
    pytest.param("a.pdf", picture_bytes(), "paper_not_what_it_says", id="png-as-pdf"),
    pytest.param("a.png", picture_bytes("JPEG"), "paper_not_what_it_says", id="jpeg-as-png"),
    pytest.param("a.pdf", b"%PDF-1.7\nnothing", "paper_not_what_it_says", id="only-a-header"),
    pytest.param("a.pdf", pdf_bytes(0), "paper_not_what_it_says", id="no-page"),
    pytest.param("a.pdf", pdf_bytes(1, "x"), "paper_not_what_it_says", id="encrypted"),
    pytest.param("a.png", picture_bytes()[:40], "paper_not_what_it_says", id="png-cut-off"),
    pytest.param(
        "a.jpg", picture_bytes("JPEG", 90, 90)[:400], "paper_not_what_it_says", id="jpeg-cut-off"
    ),
    pytest.param("a.png", huge_png(), "paper_not_what_it_says", id="too-many-pixels"),
]


def judged(name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content)
    # A browser sends a name without folders; the judge must not rely on it.
    return judge(name, len(content), file.file)


@pytest.mark.parametrize(("name", "content", "kind"), GOOD)
def test_a_pdf_png_or_jpeg_is_known_by_its_content(name: str, content: bytes, kind: str) -> None:
    assert judged(name, content) == (name, kind)


@pytest.mark.parametrize(("name", "content", "code"), BAD)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        judged(name, content)
    assert (refusal.value.code, refusal.value.field) == (code, "paper")


@given(
    st.binary(max_size=300), st.sampled_from([b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
)
def test_no_bytes_make_the_judge_fail(tail: bytes, head: bytes) -> None:
    for ending in ENDINGS:
        with suppress(OperationRefused):
            judged(f"a{ending}", head + tail)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\papers\\tax.pdf", "tax.pdf"),
        ("tax\r\nSet-Cookie: a=b.pdf", "tax Set-Cookie a=b.pdf"),
        ('"quoted".pdf', "quoted.pdf"),
        ("gpj\u202efdp.pdf", "gpjfdp.pdf"),
        ("\x00\x1f.pdf", "pdf"),
        ("…", "…"),
        ("", "paper"),
        ("x" * 400 + ".pdf", "x" * (NAME_LENGTH - 4) + ".pdf"),
    ],
)
def test_a_name_is_cleaned(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(st.text())
def test_no_name_keeps_what_a_header_or_the_database_cannot_carry(typed: str) -> None:
    name = clean_name(typed)
    assert 0 < len(name) <= NAME_LENGTH
    assert name.isprintable()
    assert not set(name) & set('/\\"\r\n')
    name.encode()


def test_a_paper_is_kept_under_a_random_name_with_its_fingerprint(cast: Any) -> None:
    firm, staff = cast.firm_a, cast.staff
    with journaled(("paper:kept", "paper", None)) as entries:
        paper = keep_paper(
            upload("tax return.pdf"), purpose="authority", licensee=firm, actor=staff
        )
    assert paper.name == "tax return.pdf"
    assert "tax" not in paper.stored_as
    with cabinet().open(paper.stored_as) as file:
        assert file.read() == pdf_bytes()
    assert entries[0].changes["sha256"] == [None, paper.sha256]
    assert (entries[0].actor, entries[0].licensee_id) == (cast.staff.email, cast.firm_a.pk)


def test_an_application_keeps_twenty_papers(cast: Any) -> None:
    row = started()
    papers = [
        keep_paper(upload(), purpose="other", application=row) for _ in range(MOST_OF_APPLICATION)
    ]
    with refused("paper_too_many", "paper"):
        keep_paper(upload(), purpose="other", application=row)
    take_back(papers[0])
    keep_paper(upload(), purpose="other", application=row)


def test_a_paper_is_taken_back_once(cast: Any) -> None:
    paper = take_back(keep_paper(upload(), purpose="other", licensee=cast.firm_a))
    with refused("paper_taken_out"):
        take_back(paper)


@pytest.mark.django_db
def test_a_file_that_no_paper_names_is_swept_away_after_a_day() -> None:
    kept = keep_paper(upload(), purpose="other")
    stray = cabinet().save("stray", upload())
    now = timezone.now()

    assert sweep(now=now + dt.timedelta(hours=23)) == 0
    assert cabinet().exists(stray)
    assert sweep(now=now + dt.timedelta(hours=25)) >= 1

    assert cabinet().exists(kept.stored_as)
    assert not cabinet().exists(stray)


@pytest.mark.django_db
def test_the_file_of_a_transaction_that_fails_is_named_by_no_paper() -> None:
    kept: list[Paper] = []
    with suppress(DatabaseError), transaction.atomic():
        kept.append(keep_paper(upload(), purpose="other"))
        raise DatabaseError

    assert not Paper.objects.filter(pk=kept[0].pk).exists()
    sweep(now=timezone.now() + dt.timedelta(days=2))
    assert not cabinet().exists(kept[0].stored_as)


@pytest.mark.django_db
def test_sweeping_an_empty_cabinet_is_no_trouble(tmp_path: Any, settings: Any) -> None:
    papers = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "none"},
    }
    settings.STORAGES = {**settings.STORAGES, "papers": papers}

    assert sweep(now=timezone.now()) == 0


def test_the_database_deletes_no_paper(cast: Any) -> None:
    keep_paper(upload(), purpose="other", licensee=cast.firm_a)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM licensees_paper")


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"0" * (LARGEST + 1), "too_large")], ids=["empty", "big"]
)
def test_the_field_says_at_once_what_is_empty_or_too_large(content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        PaperField().clean(SimpleUploadedFile("a.pdf", content))
    assert wrong.value.code == code


def test_an_entry_of_a_paper_names_no_bytes_and_no_place(cast: Any) -> None:
    paper = keep_paper(upload(), purpose="other", licensee=cast.firm_a)
    entry = Entry.objects.get(subject="paper", subject_id=str(paper.pk))
    assert "stored_as" not in entry.changes
    assert Path(paper.stored_as).name == paper.stored_as
