"""What a server hands over is answered with a page, even where Django could not make a request."""

from wsgiref.util import setup_testing_defaults

import pytest

from kpportal.wsgi import application


@pytest.mark.parametrize(
    ("content_type", "query", "status"),
    [
        ("text/plain; charset=hex", "next=/", "400 Bad Request"),
        ("text/plain; charset=rot13", "next=/", "400 Bad Request"),
        ("text/plain; charset=utf-7", "next=%2B2AA-", "400 Bad Request"),
        ("text/plain; title*=no-such''x", "", "400 Bad Request"),
        ("text/plain; charset=utf-8", "&".join(["a=1"] * 600), "400 Bad Request"),
        ("text/plain; charset=us-ascii", "next=%C3%A9", "200 OK"),
    ],
)
def test_no_content_type_breaks_the_making_of_a_request(db, content_type, query, status):
    environ = {
        "HTTP_HOST": "testserver",
        "PATH_INFO": "/account/login/",
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
    }
    setup_testing_defaults(environ)
    said = []

    answer = application(environ, lambda status, headers: said.append((status, dict(headers))))
    answer.close()

    assert said[0][0] == status
    assert "Content-Security-Policy" in said[0][1]
