"""The bench measures what it says: a small run of all of it, and the facts it leaves behind."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.cluster import FEW, MANY, Cluster
from bench.report import BEGIN, END
from bench.run import SCALES
from bench.selling import FIRST_NUMBER
from kpportal.embedded import keeper

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "performance.md"
SCALE = SCALES["smoke"]


@dataclass(frozen=True)
class Run:
    """What the bench printed, its exit code, and the databases it left."""

    output: str
    code: int
    cluster: Cluster

    def row(self, what: str) -> list[str]:
        """The cells of the line whose first cell begins so: budget, measured, verdict, beside."""
        rows = [row for row in self.rows() if row[0].startswith(what)]
        assert len(rows) == 1, (what, self.output)
        return rows[0][1:]

    def rows(self) -> list[list[str]]:
        """The table that was printed, without its head."""
        lines = [line for line in self.output.splitlines() if line.startswith("| ")]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]

    def counted(self, database: str, what: str) -> int:
        """One number out of a database."""
        [(count,)] = self.cluster.run(database, f"SELECT count(*) FROM {what}")
        return int(count)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A small run, in a folder that the server's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="kp-bench-"))
    folder.chmod(0o711)
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--smoke", "--folder", folder],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    cluster = Cluster(folder)
    yield Run(done.stdout, done.returncode, cluster)
    keeper.stop(next(folder.glob("**/data")))
    shutil.rmtree(folder)


def test_every_budget_has_its_line(run: Run) -> None:
    budgets = [
        ("List page of a licensee, 300 rows", "≤ 25 ms CPU"),
        ("List page of a licensee, beside 100 rows", "≤ 1.25 times"),
        ("List page of staff, 300 rows", "≤ 25 ms CPU"),
        ("List page of staff, beside 100 rows", "≤ 1.25 times"),
        ("Detail page of a licensee, 300 rows", "≤ 25 ms CPU"),
        ("Detail page of a licensee, beside 100 rows", "≤ 1.25 times"),
        ("Detail page of staff, 300 rows", "≤ 25 ms CPU"),
        ("Detail page of staff, beside 100 rows", "≤ 1.25 times"),
        ("Issue of a certificate", "≤ 150 ms CPU"),
        ("Queries of a page, the most of", "≤ 12 queries"),
        ("Queries of a page of the audit desk", "≤ 12 queries"),
        ("PDF, complete", "≤ 10 ms CPU"),
        ("PDF, to print on a form", "≤ 10 ms CPU"),
        ("Two people, 12 blanks: issued once", "= 12 certificates"),
        ("Two people, 12 blanks: told who was first", "= 12 refusals"),
        ("8 sales at once: receipts given", "= 8 receipts"),
        ("8 sales at once: gaps", "= 0 gaps"),
        ("8 sales at once: errors", "= 0 errors"),
    ]
    for what, budget in budgets:
        assert run.row(what)[0] == budget, what
    for what in ("List page of a licensee, dearest", "List page of staff, dearest",
                 "Lists found without an index", "verify_journal"):  # fmt: skip
        assert run.row(what)[0] == "", what


def test_the_figures_that_do_not_depend_on_the_machine_are_kept(run: Run) -> None:
    for what in ("Two people, 12 blanks: issued", "Two people, 12 blanks: told", "8 sales"):
        for row in run.rows():
            if row[0].startswith(what):
                assert row[3] == "kept", row
    for what in ("Queries of a page, the most", "Queries of a page of the audit desk"):
        assert run.row(what)[2] == "kept", run.row(what)


def test_a_missed_budget_is_the_exit_code(run: Run) -> None:
    missed = [row[0] for row in run.rows() if row[3] == "MISSED"]

    assert run.code == (1 if missed else 0)
    assert [f"Missed: {what}" for what in missed] == re.findall(r"^Missed: .*$", run.output, re.M)


def test_as_many_certificates_are_there_as_it_says(run: Run) -> None:
    bulk = f"certificates_certificate WHERE number < {FIRST_NUMBER}"

    assert run.counted(FEW, "certificates_certificate") == SCALE.few
    assert run.counted(MANY, bulk) == SCALE.many


def test_each_issue_and_sale_that_was_measured_is_in_the_register(run: Run) -> None:
    issued = f"certificates_certificate WHERE number >= {FIRST_NUMBER} AND status = 'issued'"
    entries = "journal_entry WHERE verb = 'certificate:issued'"
    sold = "certificates_receipt WHERE number <= (SELECT count(*) FROM certificates_receipt)"

    assert run.counted(MANY, issued) == 1 + SCALE.issues + SCALE.contest  # the first warms up
    assert run.counted(MANY, entries) == 1 + SCALE.issues + SCALE.contest
    assert run.counted(MANY, sold) == run.counted(MANY, "certificates_receipt")


def test_both_people_pressed_for_every_blank(run: Run) -> None:
    beside = run.row("Two people, 12 blanks: issued once")[3]
    one, other = map(int, re.findall(r"([0-9]+) times", beside))

    assert one + other == SCALE.contest


def test_a_small_run_leaves_the_document_alone(run: Run) -> None:
    assert "| What" in run.output
    kept = DOCUMENT.read_text()

    assert "300 rows" not in kept
    assert kept.count(BEGIN) == kept.count(END) == 1
