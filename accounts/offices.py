"""The offices a user can hold. Someone without one acts only for the firms that appointed them."""

from django.db.models import TextChoices


class Office(TextChoices):
    """What a user is, apart from any firm (design 1)."""

    STAFF = "staff", "USKPA staff"
    REVIEWER = "reviewer", "USKPA reviewer"
    OVERSEER = "overseer", "Government overseer"
    ADMINISTRATOR = "administrator", "Administrator"


class Agency(TextChoices):
    """The agencies whose people oversee (domain 1.1)."""

    STATE = "state", "Department of State"
    CENSUS = "census", "Census Bureau"
    CBP = "cbp", "Customs and Border Protection"
    HSI = "hsi", "Homeland Security Investigations"
    OFAC = "ofac", "Office of Foreign Assets Control"
