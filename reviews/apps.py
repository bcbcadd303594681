"""On-site reviews of licensees: two clocks each, one of USKPA's and one of the government's."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Registers the reviews with Django."""

    name = "reviews"
    verbose_name = "Reviews"
