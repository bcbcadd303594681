"""What the portal wrote into its outbox."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import Mail


@contextmanager
def written() -> Iterator[list[Mail]]:
    """The messages written inside, oldest first; to be read afterwards."""
    before = set(Mail.objects.values_list("pk", flat=True))
    letters: list[Mail] = []
    yield letters
    letters.extend(Mail.objects.exclude(pk__in=before).order_by("pk"))
