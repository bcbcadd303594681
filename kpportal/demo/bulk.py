"""Let PostgreSQL check the sharing of ITNs once for many certificates, not once for each."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, transaction

from certificates.models import Certificate


@contextmanager
def shared_itns_checked_at_the_end() -> Iterator[None]:
    """A transaction at whose end the exclusion constraints of the register are checked.

    Their indexes make a row five times dearer to write, and three times for each life. Inside,
    the constraints are dropped; adding them again checks every row there is, and if one breaks
    them, or anything else happens, the constraints are back and the rows are gone. Others wait
    for the table meanwhile, so this is for demonstration data only.
    """
    constraints = [
        constraint
        for constraint in Certificate._meta.constraints
        if isinstance(constraint, ExclusionConstraint)
    ]
    with transaction.atomic():
        _check_what_waits()
        with connection.schema_editor(atomic=False) as editor:
            for constraint in constraints:
                editor.remove_constraint(Certificate, constraint)
        yield
        _check_what_waits()
        with connection.schema_editor(atomic=False) as editor:
            for constraint in constraints:
                editor.add_constraint(Certificate, constraint)


def _check_what_waits() -> None:
    """A table with checks still to be made at commit cannot be altered: make them now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
