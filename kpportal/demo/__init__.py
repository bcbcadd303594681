"""Demonstration data: invented firms and people, tied to the published totals of 2015 to 2018."""

from kpportal.demo.people import OF_FIRMS, OF_OFFICES


def sign_ins() -> list[tuple[str, str]]:
    """The people worth signing in as, each with what they are in words and an e-mail address.

    Needs no Django. All have the same password, which ``manage.py demo`` prints.
    """
    return [(person.words, person.email) for person in (*OF_FIRMS, *OF_OFFICES) if person.words]
