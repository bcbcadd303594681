"""Compare every release with what the journal says of it."""

from collections.abc import Iterator

from certificates.facts import facts_of_release
from certificates.models import Release
from journal import replay


def differences() -> Iterator[str]:
    """One line for each release that is not what its entries add up to."""
    rows = Release.objects.select_related("certificate").prefetch_related("papers")
    yield from replay.compare(
        "release",
        rows,
        facts_of_release,
        named=lambda release: f"Release {release.pk}",
        called="Release ",
    )
