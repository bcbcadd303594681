"""What every request passes: its charset, what browsers keep, the idle time-out, refusals."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import render_to_string

from journal.errors import OperationRefused

SEEN = "seen_at"
BEGAN = "began_at"
# Writing the session on every request would cost a query each; a minute is close enough.
GRAIN_SECONDS = 60
SESSION_PATH = "/account/session/"

Handler = Callable[[HttpRequest], HttpResponse]


class CharsetMiddleware:
    """Answers 400 to a request that says it is written in anything but UTF-8 or ASCII.

    Django would read form and address alike in whatever charset the header names, also in one
    that is no text (hex), or that yields characters no database stores (UTF-7). The page is put
    together without the request, because reading that is what would fail.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset")
        if charset is not None:
            if charset.lower() not in ("utf-8", "us-ascii"):
                return HttpResponseBadRequest(render_to_string("400.html"))
            # ASCII is UTF-8 too, and an address may hold more than the body's charset can.
            request.encoding = "utf-8"
        return self.get_response(request)


class PrivateMiddleware:
    """Lets no browser or proxy keep what a signed-in user was shown, or whether one is signed in.

    An answer that says itself how long it may be kept is left as it is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came_in = request.user.is_authenticated
        response = self.get_response(request)
        if came_in or request.user.is_authenticated or request.path_info == SESSION_PATH:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class IdleTimeoutMiddleware:
    """Signs out a user who has asked for nothing for ``IDLE_SECONDS``, or came in too long ago.

    However busy, a session ends after ``SESSION_COOKIE_AGE``. The page that asks how much time is
    left (``session``) does not count as activity.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = int(time.time())
        if request.user.is_authenticated:
            seen = request.session.get(SEEN, now)
            began = request.session.setdefault(BEGAN, now)
            if now - seen >= settings.IDLE_SECONDS or now - began >= settings.SESSION_COOKIE_AGE:
                logout(request)
            elif not _only_asks(request) and (
                SEEN not in request.session or now - seen >= GRAIN_SECONDS
            ):
                request.session[SEEN] = now
        return self.get_response(request)


def _only_asks(request: HttpRequest) -> bool:
    return request.method == "GET" and request.path_info == SESSION_PATH


def seconds_left(request: HttpRequest) -> int:
    """Seconds until the idle time-out ends this session; 0 when nobody is signed in."""
    if not request.user.is_authenticated:
        return 0
    seen = request.session.get(SEEN, int(time.time()))
    return max(0, int(settings.IDLE_SECONDS - (time.time() - seen)))


class RefusalMiddleware:
    """Shows an operation's refusal that no form caught as a page with status 409."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 for OperationRefused; leave everything else to Django."""
        if not isinstance(exception, OperationRefused):
            return None
        return render(request, "409.html", {"detail": exception.detail}, status=409)
