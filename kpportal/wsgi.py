"""The portal as a WSGI application, for gunicorn."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpportal.settings")


class PortalRequest(WSGIRequest):
    """A request that is read as UTF-8, whatever charset its Content-Type names.

    Django reads the address in that charset while it makes the request, outside of everything
    that turns a failure into a page. `accounts.middleware.CharsetMiddleware` refuses the charset.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(
                meta.get("CONTENT_TYPE", "")
            )
        except ValueError:
            self.content_type, self.content_params = "", {"charset": "unreadable"}


class PortalHandler(WSGIHandler):
    """Django's handler with our kind of request."""

    request_class = PortalRequest


django.setup(set_prefix=False)
application = PortalHandler()
