"""Issuing a certificate over HTTP: alone, and two people against each other for each of many."""

import datetime as dt
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Final

from accounts.models import User
from bench.cpu import beside, cost, typical
from bench.pages import COLLEAGUE, LICENSEE, Site
from bench.person import PATIENCE, Person, words
from bench.report import Line
from certificates.forms.particulars import texts
from certificates.models import Certificate
from certificates.operations.drafting import save_draft
from certificates.states import Status
from journal.models import Entry

BUDGET_MS: Final = 150.0
# What the one who comes second must be told: who was first, and when.
TOLD: Final = "was issued by {name} on [0-9/]{{10}} at [0-9:]{{5}}"


def facts(blank: Certificate, today: dt.date) -> dict[str, str]:
    """A certificate as it is typed, filed today under an ITN of its own."""
    return {
        "itn": f"X{today:%Y%m%d}{blank.number % 1_000_000:06d}",
        "country_of_origin": "BW",
        "date_of_issue": today.isoformat(),
        "value_usd": "12,345.67",
        "number_of_parcels": "2",
        "consignee_name": "Example Diamonds Ltd.",
        "consignee_address": "1 Example Road\nRamat Gan 52521",
        "consignee_country": "IL",
        "carat_weight": "98.76",
        "hs_code": "7102.31",
        "port_of_export": "4701",
    }


def draft(blanks: Sequence[Certificate], *, today: dt.date) -> None:
    """Save a complete draft of each, ready to be read back."""
    typist = User.objects.get(email=LICENSEE)
    for blank in blanks:
        save_draft(blank, fields=texts(facts(blank, today), blank), version=None, actor=typist)


def alone(
    site: Site, blanks: Sequence[Certificate], *, rounds: int, today: dt.date
) -> Iterator[Line]:
    """All requests of one issue: the form is shown, the draft is kept while it is typed and when
    it is done, the certificate is read back, and issued. The first blank warms up."""
    person = site.person(LICENSEE)
    waiting = iter(blanks)

    def one() -> None:
        blank = next(waiting)
        issue(person, blank, facts(blank, today))

    one()
    each = (len(blanks) - 1) // rounds
    costs = [cost(one, each, site.workers) for _ in range(rounds)]
    yield Line(
        f"Issue of a certificate, {site.rows:,} rows",
        typical(costs).cpu_ms,
        "ms CPU",
        BUDGET_MS,
        beside=f"{beside(costs)}, for five requests",
    )


def issue(person: Person, blank: Certificate, typed: Mapping[str, str]) -> None:
    """Fill in, read back, attest and issue, as the browser does."""
    page = f"/certificates/{blank}/issue/"
    version = person.get(page).hidden("version")
    kept = person.post(
        f"/certificates/{blank}/draft/",
        {**typed, "version": version},
        expect=(200,),
        accept="application/json",
    )
    version = str(json.loads(kept.text)["version"])
    person.post(page, {**typed, "version": version}, expect=(302,))
    read_back = person.get(f"{page}read-back/")
    attested = {"draft_version": read_back.hidden("draft_version"), "attested": "on"}
    reasons = re.findall(r'name="(reason_[a-z_]+)"', read_back.text)
    attested |= dict.fromkeys(reasons, "Measured.")
    person.post(f"{page}read-back/", attested, expect=(302,))


def against_each_other(site: Site, blanks: Sequence[Certificate]) -> Iterator[Line]:
    """Two contacts of a firm press Issue for the same certificate at the same moment, again and
    again: one issues it, the other is told by whom it was issued and when. The blanks have
    drafts."""
    people = {email: site.person(email) for email in (LICENSEE, COLLEAGUE)}
    reasons = _reasons(people[LICENSEE], blanks[0])

    both = threading.Barrier(2, timeout=PATIENCE)

    def press(email: str) -> list[int | str]:
        answers: list[int | str] = []
        for blank in blanks:
            both.wait()
            reply = people[email].post(
                f"/certificates/{blank}/issue/read-back/",
                {"draft_version": "1", "attested": "on", **reasons},
                expect=(302, 409),
            )
            answers.append(reply.status if reply.status == 302 else words(reply.text))
        return answers

    began = perf_counter()
    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(people, pool.map(press, people), strict=True))
    seconds = perf_counter() - began

    names = {email: str(User.objects.get(email=email)) for email in people}
    outcomes = Counter(
        outcome(str(blank), (LICENSEE, mine), (COLLEAGUE, theirs), names)
        for blank, mine, theirs in zip(blanks, answers[LICENSEE], answers[COLLEAGUE], strict=True)
    )
    won = {email: sum(answer == 302 for answer in given) for email, given in answers.items()}
    count = len(blanks)
    yield Line(
        f"Two people, {count:,} blanks: issued once",
        _issued_once(blanks),
        "certificates",
        count,
        exactly=True,
        beside=f"the one was first {won[LICENSEE]:,} times, the other {won[COLLEAGUE]:,} times",
    )
    yield Line(
        f"Two people, {count:,} blanks: told who was first, and when",
        outcomes["told"],
        "refusals",
        count,
        exactly=True,
        beside=f"{seconds:.0f} s in all",
    )


def _reasons(person: Person, blank: Certificate) -> dict[str, str]:
    """A reason for whatever is worth a second look; all these certificates say the same."""
    page = person.get(f"/certificates/{blank}/issue/read-back/").text
    return dict.fromkeys(re.findall(r'name="(reason_[a-z_]+)"', page), "Measured.")


def outcome(
    number: str,
    one: tuple[str, int | str],
    other: tuple[str, int | str],
    names: Mapping[str, str],
) -> str:
    """ "told" if one of the two issued and the other was told so."""
    for (winner, first), (_, second) in ((one, other), (other, one)):
        if first == 302 and isinstance(second, str):
            told = TOLD.format(name=re.escape(names[winner]))
            return "told" if re.search(f"{number} {told}", second) else "unclear"
    return "both" if one[1] == other[1] == 302 else "neither"


def _issued_once(blanks: Sequence[Certificate]) -> int:
    """How many are issued, with exactly one entry in the journal that says so."""
    numbers = [blank.number for blank in blanks]
    entries = Counter(
        Entry.objects.filter(
            verb="certificate:issued",
            subject="certificate",
            subject_id__in=[str(number) for number in numbers],
        ).values_list("subject_id", flat=True)
    )
    issued = Certificate.objects.filter(number__in=numbers, status=Status.ISSUED)
    return sum(entries[str(row.number)] == 1 for row in issued)
