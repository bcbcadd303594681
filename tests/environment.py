"""The environment of the tests; loaded before Django's settings (``-p tests.environment``).

They use a cluster of their own under ``var/test``, without fsync; every worker has its own
database in it. With DATABASE_URL set, that server is used instead.
"""

import os
from pathlib import Path
from urllib.parse import quote

from kpportal import embedded

ROOT = Path(__file__).resolve().parent.parent

os.environ.update(
    KPPORTAL_SECRET_KEY="only-for-the-tests",
    KPPORTAL_ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    KPPORTAL_HTTP_ONLY="1",
    KPPORTAL_DEMO="1",
    KPPORTAL_BASE_URL="http://testserver",
    EMAIL_URL="memorymail://",
    # Playwright's own event loop runs in the thread of the test; nothing here is asynchronous.
    DJANGO_ALLOW_ASYNC_UNSAFE="1",
)

if "DATABASE_URL" not in os.environ:
    # The handle keeps the server up for as long as this process lives.
    SERVER = embedded.start(ROOT / "var" / "test", durable=False)
    _place = embedded.database(ROOT / "var" / "test", durable=False)
    os.environ["DATABASE_URL"] = (
        f"postgresql://{_place['USER']}@{quote(_place['HOST'], safe='')}"
        f":{_place['PORT']}/{_place['NAME']}"
    )
