"""All addresses of the portal (design 5)."""

from django.urls import include, path

from accounts.urls import sign_in_patterns

urlpatterns = [
    path("account/", include("accounts.urls")),
    path("account/", include(sign_in_patterns)),
    path("reviews/", include("reviews.urls")),
]
