"""How the bench counts CPU, judges a figure against its budget, and writes figures down."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict

from bench.cpu import TICKS_A_SECOND, cost, spent
from bench.issuing import TOLD, outcome
from bench.person import Person, Unexpected
from bench.plans import reads_through
from bench.report import BEGIN, END, Line, table, write
from bench.run import FILTERS
from certificates.filters import CertificateFilter

TICK = 1 / TICKS_A_SECOND
A, B = "a@example.test", "b@example.test"
NAMES = {A: "Ada (test)", B: "Bo (test)"}

# Has a child use CPU, says how much that was while it lives and again when it is gone.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", '''
import sys, time
while time.process_time() < 0.3: pass
print(time.process_time(), flush=True)
sys.stdin.read()
'''], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
print(child.stdout.readline().strip(), flush=True)
sys.stdin.readline()
child.communicate()
print("gone", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    """A process whose child has used CPU and now waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.communicate()


def test_the_cpu_of_a_child_counts_while_it_lives_and_when_it_has_ended(
    parent: subprocess.Popen[str],
) -> None:
    assert parent.stdin
    assert parent.stdout
    used_by_child = float(parent.stdout.readline())
    living = spent(parent.pid)
    parent.stdin.write("\n")
    parent.stdin.flush()
    parent.stdout.readline()
    ended = spent(parent.pid)

    assert living >= used_by_child - 2 * TICK
    assert ended >= living - 2 * TICK


def test_the_cpu_of_the_one_who_asks_is_not_counted(parent: subprocess.Popen[str]) -> None:
    assert parent.stdout
    parent.stdout.readline()  # from now on it waits

    found = cost(lambda: sum(range(500_000)), 20, [parent.pid])

    assert found.cpu_ms * 20 <= 2 * TICK * 1000
    assert found.wall_ms > 0


def test_each_call_is_made_as_often_as_it_says(parent: subprocess.Popen[str]) -> None:
    calls: list[int] = []
    cost(lambda: calls.append(1), 7, [parent.pid])
    assert len(calls) == 7


def test_a_process_that_is_not_there_is_not_free_of_charge() -> None:
    with pytest.raises(ProcessLookupError):
        spent(2**22 + 1)


@pytest.mark.parametrize(
    ("line", "kept", "budget", "measured", "verdict"),
    [
        pytest.param(Line("x", 25, "ms", 25), True, "≤ 25 ms", "25 ms", "kept", id="just"),
        pytest.param(Line("x", 25.1, "ms", 25), False, "≤ 25 ms", "25.1 ms", "MISSED", id="over"),
        pytest.param(Line("x", 9, "ms", 10), True, "≤ 10 ms", "9 ms", "kept", id="under"),
        pytest.param(
            Line("x", 999, "times", 1000, exactly=True),
            False,
            "= 1,000 times",
            "999 times",
            "MISSED",
            id="too few",
        ),
        pytest.param(
            Line("x", 1001, "times", 1000, exactly=True),
            False,
            "= 1,000 times",
            "1,001 times",
            "MISSED",
            id="too many",
        ),
        pytest.param(Line("x", 3.14159, "s"), True, "", "3.14 s", "", id="no budget"),
    ],
)
def test_a_figure_is_judged_by_its_budget(
    line: Line, kept: bool, budget: str, measured: str, verdict: str
) -> None:
    assert line.is_kept is kept
    assert line.cells() == ("x", budget, measured, verdict, "")


def test_the_figures_take_the_place_of_the_last_ones(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    figures = table([Line("Page", 12, "ms", 25, beside="`?a=b`")])

    write(document, figures)

    text = document.read_text()
    assert text.startswith("before\n")
    assert text.endswith(f"{END}\nafter\n")
    assert figures in text
    assert "old" not in text
    assert len({len(row) for row in figures.splitlines()}) == 1


@pytest.mark.parametrize("text", ["nothing", f"{BEGIN} only", f"{END}{BEGIN}"])
def test_a_document_without_a_place_for_figures_is_left_alone(tmp_path: Path, text: str) -> None:
    document = tmp_path / "performance.md"
    document.write_text(text)

    with pytest.raises(ValueError, match="no place"):
        write(document, "figures")

    assert document.read_text() == text


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(302, "US7 was issued by Ada (test) on 01/31/2026 at 09:05.", "told", id="one"),
        pytest.param("US7 was issued by Bo (test) on 01/31/2026 at 09:05.", 302, "told", id="two"),
        pytest.param(302, 302, "both", id="both issued it"),
        pytest.param("US7 was issued by Bo.", "US7 was issued by Ada.", "neither", id="nobody"),
        pytest.param(302, "US7 is issued.", "unclear", id="not said by whom"),
        pytest.param(
            302, "US7 was issued by Bo (test) on 01/31/2026 at 09:05.", "unclear", id="wrong name"
        ),
        pytest.param(302, "US7 was issued by Ada (test).", "unclear", id="not said when"),
        pytest.param(
            302, "US8 was issued by Ada (test) on 01/31/2026 at 09:05.", "unclear", id="another one"
        ),
    ],
)
def test_a_refusal_is_clear_if_it_says_who_was_first_and_when(
    one: int | str, other: int | str, expected: str
) -> None:
    assert outcome("US7", (A, one), (B, other), NAMES) == expected
    assert TOLD


def test_the_list_is_measured_under_every_filter_it_has() -> None:
    measured = {name for query in FILTERS for name in QueryDict(query.removeprefix("?"))}

    assert measured == set(CertificateFilter.base_filters)


INDEX = {"Node Type": "Index Scan", "Relation Name": "certificates_certificate"}
WHOLE = {"Node Type": "Seq Scan", "Relation Name": "certificates_certificate"}
FIRMS = {"Node Type": "Seq Scan", "Relation Name": "licensees_licensee"}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(WHOLE, True, id="at the top"),
        pytest.param({"Node Type": "Limit", "Plans": [FIRMS, {"Plans": [WHOLE]} | FIRMS]}, True,
                     id="deep inside"),
        pytest.param({"Node Type": "Nested Loop", "Plans": [INDEX, FIRMS]}, False,
                     id="a small table"),
    ],
)  # fmt: skip
def test_a_plan_that_reads_the_whole_register_is_found(
    plan: dict[str, Any], expected: bool
) -> None:
    assert reads_through(plan) is expected


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers each path that is a number with that status."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        body = b"<main>As <b>bad</b> as it gets</main>"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[SimpleNamespace]:
    """Something that answers, but is not the portal."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield SimpleNamespace(port=server.server_address[1])
        server.shutdown()
        thread.join()


def test_an_answer_that_is_not_expected_is_not_measured(site: SimpleNamespace) -> None:
    with closing(Person(site.port)) as person:
        assert person.get("/200/").status == 200
        for status in (302, 404, 409, 500):
            with pytest.raises(Unexpected, match=f"answered {status}: As bad as it gets"):
                person.get(f"/{status}/")
