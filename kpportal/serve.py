"""Serves the portal: starts the database, brings it up to date, then becomes gunicorn.

`make run` ends here, and a container starts here with `--no-demo`. For a demonstration everything
an installation must otherwise be told is made up once and kept beside the data.
"""

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import import_string

from kpportal import embedded
from kpportal.demo.surroundings import set_demonstration_environment

# Any number: whoever prepares this database holds the lock of this name in it.
PREPARING = 0x6B70706F72
PATIENCE = 60.0  # seconds for a database that is starting


def main() -> None:
    """Prepare what is missing, then hand this process over to gunicorn."""
    options = parser().parse_args()
    port = os.environ.get("PORT") or "8000"
    data_dir = embedded.configured_data_dir()

    try:
        with step("Starting PostgreSQL"):
            server = embedded.start_if_configured()
    except embedded.EmbeddedError as error:
        sys.exit(f"\n{error}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpportal.settings")
    if not options.no_demo:
        data_dir.mkdir(parents=True, exist_ok=True)
        set_demonstration_environment(os.environ, data_dir, port)
    django.setup()
    with one_at_a_time():
        with step("Bringing the database up to date"):
            call_command("migrate", interactive=False, verbosity=0)
        collect_static()
        if not options.no_demo:
            load_demonstration(data_dir / "demonstration-unfinished")
    if not options.no_demo:
        show_sign_ins(os.environ["KPPORTAL_DEMO_PASSWORD"])
    connections.close_all()
    sys.stdout.flush()
    if server is not None:
        server.survive_exec()
    os.execv(  # noqa: S606 - our own Python
        sys.executable,
        [
            *(sys.executable, "-m", "gunicorn", "--config", "python:kpportal.gunicorn_settings"),
            *("--bind", f"{options.host}:{port}", "kpportal.wsgi:application"),
        ],
    )


def parser() -> argparse.ArgumentParser:
    """What can be said on the command line."""
    arguments = argparse.ArgumentParser(prog="python -m kpportal.serve", description=__doc__)
    arguments.add_argument("--host", default="127.0.0.1", help="address to listen on")
    arguments.add_argument(
        "--no-demo", action="store_true", help="no demonstration data or defaults"
    )
    return arguments


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show what is being done, and how many seconds it took."""
    started = time.monotonic()
    print(f"  {what} …", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Only one process prepares this database; the others wait, then find it done."""
    with closing(connections["default"].copy()) as connection:
        connect(connection, time.monotonic() + PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
            yield


def connect(connection: BaseDatabaseWrapper, deadline: float) -> None:
    """Connect to the database; one on another machine may still be starting, and is waited for."""
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def collect_static() -> None:
    """Collect and compress the static files, unless none has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT, "collected.txt")
    digest = hashlib.sha256(f"{django.__version__} {settings.STORAGES}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    with step("Collecting the static files"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest.hexdigest())


def load_demonstration(unfinished: Path) -> None:
    """Load demonstration data into an empty database; the file marks a load that was cut off.

    Where it is there already, its accounts get the password that is printed.
    """
    users = get_user_model().objects
    if users.exists() and not unfinished.exists():
        if users.filter(is_demonstration=True).exists():
            call_command("demo", verbosity=0)
        return
    with step("Loading the demonstration data"):
        unfinished.touch()
        call_command("demo", verbosity=0)
        unfinished.unlink()


def show_sign_ins(password: str) -> None:
    """Print one sign-in per role."""
    # The demonstration knows the models, which cannot be imported before Django is set up.
    sign_ins: list[tuple[str, str]] = import_string("kpportal.demo.sign_ins")()
    one_each: dict[str, str] = {}
    for role, email in sign_ins:
        one_each.setdefault(role, email)
    width = max(map(len, one_each), default=0)
    print(f"\nSign in with the password {password} as")
    for role, email in one_each.items():
        print(f"  {role:<{width}}  {email}")


if __name__ == "__main__":
    main()
