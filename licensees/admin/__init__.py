"""The audit desk's pages of everything about firms; Django finds them by this package."""

from licensees.admin import addresses, agreements, applications, firms, money, people, training

__all__ = ["addresses", "agreements", "applications", "firms", "money", "people", "training"]
