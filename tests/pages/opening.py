"""Open a page as somebody, and pick out its rows, links and forms."""

from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.pages.reading import Element, main


def get(client: Client, user: User, name: str, *args: int) -> Element:
    """The page with this name as ``user`` gets it."""
    client.force_login(user)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.status_code
    return main(answer)


def rows(shown: Element) -> list[str]:
    """The words of each row of the page's table."""
    return [row.text for table in shown.all("tbody") for row in table.all("tr")]


def links(shown: Element) -> list[str]:
    """Where the links of a page lead."""
    return [link["href"] for link in shown.all("a")]


def forms(shown: Element) -> list[str]:
    """What the forms of a page send to."""
    return [form["action"] for form in shown.all("form", method="post")]
