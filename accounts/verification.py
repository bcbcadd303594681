"""Compare every user's present facts with what the journal says they should be."""

from collections.abc import Iterator
from typing import Final

from accounts.models import User
from journal import replay

FACTS: Final = ("email", "name", "office", "agency", "is_active")


def differences() -> Iterator[str]:
    """One line for each user whose facts are not those the journal's entries add up to."""
    return replay.compare("user", User.objects.get_queryset(), _facts, named=_named)


def _facts(user: User) -> replay.Facts:
    return {fact: getattr(user, fact) for fact in FACTS}


def _named(user: User) -> str:
    return f"user {user.pk} ({user.email})"
