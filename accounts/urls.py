"""Addresses below /account/: ours, and the part of allauth's that we use."""

from allauth.account import views as allauth_views
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

from accounts import views, views_mail

app_name = "accounts"
# allauth's pages would take a PUT as a POST.
asked_or_sent = require_http_methods(("GET", "HEAD", "POST"))

urlpatterns = [
    path("", views.AccountPage.as_view(), name="account"),
    path("session/", views.SessionClock.as_view(), name="session"),
    path("mail/", views_mail.MailList.as_view(), name="mail"),
    path("mail/<int:pk>/try-again/", views_mail.TryAgain.as_view(), name="try_mail_again"),
    path("users/", views.UserList.as_view(), name="users"),
    path("users/invite/", views.UserInvite.as_view(), name="invite"),
    path("users/<int:pk>/", views.UserPage.as_view(), name="user"),
    path("users/<int:pk>/deactivate/", views.UserActivation.as_view(), name="deactivate"),
    path(
        "users/<int:pk>/reactivate/",
        views.UserActivation.as_view(active=True),
        name="reactivate",
    ),
]

# Outside the namespace, under the names allauth itself uses. Signing up, changing addresses and
# the like are left out: people are invited.
sign_in_patterns = [
    path("login/", asked_or_sent(allauth_views.login), name="account_login"),
    path("logout/", asked_or_sent(allauth_views.logout), name="account_logout"),
    path("inactive/", asked_or_sent(allauth_views.account_inactive), name="account_inactive"),
    path(
        "password/change/",
        asked_or_sent(allauth_views.password_change),
        name="account_change_password",
    ),
    path(
        "password/reset/",
        asked_or_sent(allauth_views.password_reset),
        name="account_reset_password",
    ),
    path(
        "password/reset/done/",
        asked_or_sent(allauth_views.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        asked_or_sent(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        asked_or_sent(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
