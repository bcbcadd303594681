"""Reviews of licensees, what they found, and the two clocks of every firm."""

from reviews.models.finding import Finding
from reviews.models.review import Body, Clock, Review, clocks, clocks_of

__all__ = ["Body", "Clock", "Finding", "Review", "clocks", "clocks_of"]
