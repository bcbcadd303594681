"""What stands between the set-up and gunicorn: secrets made once, work done once, no orphans."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.db import OperationalError, connections

from kpportal import gunicorn_settings, serve
from kpportal.demo import surroundings
from kpportal.embedded import keeper, place
from tests.setup.waiting import wait_until_kept_no_more

ROOT = Path(serve.__file__).resolve().parents[1]


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    first = surroundings.kept(path, lambda: "made up")
    assert first == surroundings.kept(path, lambda: "made up again") == "made up"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_that_make_a_secret_at_once_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"

    def while_another_is_quicker() -> str:
        path.write_text("theirs\n")
        return "ours"

    assert surroundings.kept(path, while_another_is_quicker) == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_the_password_that_is_made_up_is_one_the_portal_accepts() -> None:
    password = surroundings.made_up_password()
    validate_password(password)
    assert password != surroundings.made_up_password()


def test_a_demonstration_is_told_everything_it_needs_and_keeps_what_it_was_told(
    tmp_path: Path,
) -> None:
    environ = {"KPPORTAL_ALLOWED_HOSTS": "portal.example"}
    surroundings.set_demonstration_environment(environ, tmp_path, "8001")
    assert environ["KPPORTAL_ALLOWED_HOSTS"] == "portal.example"
    assert environ["KPPORTAL_BASE_URL"] == "http://127.0.0.1:8001"
    assert environ["KPPORTAL_DEMO"] == environ["KPPORTAL_HTTP_ONLY"] == "1"
    again: dict[str, str] = {}
    surroundings.set_demonstration_environment(again, tmp_path, "8001")
    for secret in ("KPPORTAL_SECRET_KEY", "KPPORTAL_DEMO_PASSWORD"):
        assert environ[secret] == again[secret]
        assert len(again[secret]) >= 12


def test_a_password_that_is_given_is_not_replaced(tmp_path: Path) -> None:
    environ = {"KPPORTAL_DEMO_PASSWORD": "given by hand", "KPPORTAL_SECRET_KEY": "given too"}
    surroundings.set_demonstration_environment(environ, tmp_path, "8000")
    assert environ["KPPORTAL_DEMO_PASSWORD"] == "given by hand"
    assert list(tmp_path.iterdir()) == []


def test_static_files_are_collected_when_one_of_them_changed(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected: list[str] = []
    (tmp_path / "source").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "source" / "a.css").write_text("a{}")
    settings.STATIC_ROOT = tmp_path / "root"
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    monkeypatch.setattr(serve, "call_command", lambda name, **_: collected.append(name))
    serve.collect_static()
    serve.collect_static()
    assert collected == ["collectstatic"]
    (tmp_path / "source" / "a.css").write_text("a{color:red}")
    serve.collect_static()
    assert collected == ["collectstatic"] * 2


@pytest.mark.django_db
def test_the_demonstration_is_loaded_into_an_empty_database_only_or_after_a_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(name: str, **_: object) -> None:
        loaded.append(name)
        get_user_model().objects.create(email=f"{len(loaded)}@firm.example")
        if len(loaded) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(serve, "call_command", load)
    unfinished = tmp_path / "unfinished"
    with pytest.raises(KeyboardInterrupt):
        serve.load_demonstration(unfinished)
    serve.load_demonstration(unfinished)
    serve.load_demonstration(unfinished)
    assert loaded == ["demo"] * 2
    assert not unfinished.exists()


def test_one_sign_in_per_role_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people = [("issuer", "a@x.example"), ("issuer", "b@x.example"), ("overseer", "o@x.example")]
    monkeypatch.setattr(serve, "import_string", lambda name: lambda: people)
    serve.show_sign_ins("pass-word")
    said = capsys.readouterr().out
    assert "pass-word" in said
    assert "issuer    a@x.example" in said
    assert "overseer  o@x.example" in said
    assert "b@x.example" not in said


@pytest.mark.django_db(transaction=True)
def test_only_one_process_at_a_time_prepares_a_database() -> None:
    taken = "SELECT pg_try_advisory_lock(%s)"
    with connections["default"].cursor() as cursor:
        with serve.one_at_a_time():
            cursor.execute(taken, [serve.PREPARING])
            assert cursor.fetchone() == (False,)
        cursor.execute("SET lock_timeout = '30s'")
        cursor.execute("SELECT pg_advisory_lock(%s)", [serve.PREPARING])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [serve.PREPARING])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_a_database_that_never_answers_is_not_waited_for_without_end() -> None:
    nowhere = connections["default"].copy()
    nowhere.settings_dict = {**nowhere.settings_dict, "HOST": "/nowhere"}
    with pytest.raises(OperationalError, match="/nowhere"):
        serve.connect(nowhere, deadline=0.0)


def test_two_portals_of_one_user_do_not_fight_over_gunicorns_own_socket() -> None:
    assert gunicorn_settings.control_socket_disable
    assert gunicorn_settings.worker_class == "gthread"


# --- the whole way, with the smallest of Django projects ----------------------------------------

PROJECT = {
    "settings.py": """
import os
from pathlib import Path
from kpportal import embedded
SECRET_KEY = os.environ["KPPORTAL_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["KPPORTAL_ALLOWED_HOSTS"].split(",")
INSTALLED_APPS = ["django.contrib." + name for name in ("auth", "contenttypes", "staticfiles")]
ROOT_URLCONF = "kpportal.urls"
DATABASES = {"default": embedded.database(embedded.configured_data_dir())}
STATIC_URL, STATIC_ROOT = "static/", Path(__file__).parent / "static"
STATIC_ROOT.mkdir(exist_ok=True)
""",
    "urls.py": """
import os
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda request: HttpResponse(f"{User.objects.count()} {os.getpid()}"))]
""",
    "wsgi.py": """
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
""",
    "__init__.py": "",
    "demo/__init__.py": "",
}


@pytest.fixture
def project() -> Iterator[Path]:
    """A folder with our own server in it, around a portal of one page."""
    with tempfile.TemporaryDirectory(prefix="kp-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        package = folder / "kpportal"
        for inner in ("embedded", "demo"):
            (package / inner).mkdir(parents=True)
        for module in (
            "serve.py",
            "gunicorn_settings.py",
            "demo/surroundings.py",
            *map(str, ROOT.glob("kpportal/embedded/*.py")),
        ):
            inside = (ROOT / "kpportal" / module).relative_to(ROOT / "kpportal")
            (package / inside).write_bytes((ROOT / "kpportal" / module).read_bytes())
        for module, source in PROJECT.items():
            (package / module).write_text(source)
        yield folder
        keeper.stop(place.locate(folder / "var", durable=True).data)


@contextlib.contextmanager
def served(project: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The portal of a folder, once it says that it can be reached, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        **os.environ,
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "DJANGO_SETTINGS_MODULE": "kpportal.settings",
        "KPPORTAL_DATA_DIR": str(project / "var"),
        "KPPORTAL_SECRET_KEY": "only-for-this-test",
        "KPPORTAL_ALLOWED_HOSTS": "127.0.0.1",
    }
    del environ["DATABASE_URL"]
    with subprocess.Popen(
        [sys.executable, "-m", "kpportal.serve", "--no-demo"],
        cwd=project,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            said = next(line for line in process.stdout if line.startswith("The portal is at"))
            assert f"http://127.0.0.1:{port}/" in said
            yield process, port
        finally:
            process.kill()


def page(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_the_portal_leaves_nothing_running_however_it_ends(project: Path) -> None:
    data = place.locate(project / "var", durable=True).data
    for how in (signal.SIGKILL, signal.SIGTERM):
        with served(project) as (process, port):
            answer = page(port)
            assert answer.startswith(b"HTTP/1.0 200 OK")
            database = keeper.postmaster(data)
            assert database is not None
            process.send_signal(how)
            assert process.stdout is not None
            # The processes of gunicorn hold the other end of this pipe; it ends with the last.
            process.stdout.read()
        wait_until_kept_no_more(project / "var")
        assert keeper.postmaster(data) is None
        with pytest.raises(ConnectionRefusedError):
            page(port)
