"""Compare certificates, receipts, counts, duties and releases with what the journal says."""

from collections.abc import Iterator

from certificates.facts import facts_of
from certificates.models import Certificate
from certificates.verification import custody, duties, receipts, releases
from journal import replay


def differences() -> Iterator[str]:
    """One line for each row that is not what the journal's entries about it add up to."""
    yield from replay.compare(
        "certificate",
        Certificate.objects.all(),
        facts_of,
        key="number",
        unsaid=facts_of(Certificate()),
        called="US",
    )
    for room in (receipts, custody, duties, releases):
        yield from room.differences()
