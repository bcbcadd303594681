"""Makes, starts and shares the server of a cluster."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kpportal.embedded import keeper
from kpportal.embedded.place import (
    NAME,
    PORT,
    USER,
    EmbeddedError,
    Place,
    give,
    locate,
    make_folders,
    programs,
)

PROJECT = Path(__file__).resolve().parent.parent.parent
MAJOR = "18"
# "Do you speak TLS?" (SSLRequest), which every PostgreSQL answers before it knows who asks.
QUESTION = struct.pack("!ii", 8, 80877103)
PATIENCE = 120.0  # seconds for the server to start, to recover or to answer

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "250",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


class Server:
    """A process's hold on a running cluster; its forked children hold it too while they live."""

    def __init__(self, place: Place, users: int) -> None:
        self._place = place
        self._users: int | None = users

    def close(self) -> None:
        """Let go of the cluster; the last one out sees the server stopped before this returns."""
        if self._users is None:
            return
        os.close(self._users)
        self._users = None
        users = _open(self._place, "users.lock")
        try:
            if keeper.try_lock(users):
                keeper.stop(self._place.data)
            else:  # others use it, or the keeper was quicker and is stopping it
                fcntl.flock(users, fcntl.LOCK_SH)
        finally:
            os.close(users)

    def survive_exec(self) -> None:
        """Keep the hold when this process becomes another program, which will not know of it."""
        if self._users is not None:
            os.set_inheritable(self._users, True)


def configured_data_dir() -> Path:
    """The portal's data folder: KPPORTAL_DATA_DIR, or `var` in the project."""
    return Path(os.environ.get("KPPORTAL_DATA_DIR") or PROJECT / "var").absolute()


def start_if_configured() -> Server | None:
    """Use the portal's own cluster until this process ends, unless DATABASE_URL names a server."""
    return None if os.environ.get("DATABASE_URL") else start(configured_data_dir())


def start(data_dir: Path, *, durable: bool = True) -> Server:
    """Use the cluster under a folder: make it and start it if need be, and hold it until `close`.

    `durable=False` is for tests: another cluster, which may be lost when the machine stops. Raises
    EmbeddedError where no server can run.
    """
    place = locate(data_dir, durable=durable)
    make_folders(place)
    users = _open(place, "users.lock")
    try:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a server is being stopped
        with _gate(place):
            _ensure_running(place)
    except BaseException:
        os.close(users)
        raise
    return Server(place, users)


def _open(place: Place, name: str) -> int:
    handle = os.open(place.home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give(place, handle)
    return handle


@contextmanager
def _gate(place: Place) -> Iterator[None]:
    """One process at a time makes or starts a cluster."""
    handle = _open(place, "gate.lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _start_keeper(place: Place, *command: str | Path) -> None:
    """Start a keeper in the background; it inherits the lock by which it is known to be there."""
    account = (os.geteuid(), os.getegid())
    if place.account is not None:
        account = (place.account.pw_uid, place.account.pw_gid)
    handle = _open(place, "keeper.lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # an earlier keeper is about to go
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", keeper.__file__, place.home, *map(str, account), *command],
            pass_fds=[handle],
            start_new_session=True,
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    finally:
        os.close(handle)


def _has_keeper(place: Place) -> bool:
    handle = _open(place, "keeper.lock")
    try:
        return not keeper.try_lock(handle)
    finally:
        os.close(handle)


def _environment() -> dict[str, str]:
    """Ours, without somebody's PGPORT or PGOPTIONS, which are meant for another server."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return {**ours, "LC_ALL": "C"}


def _run(place: Place, program: str, *arguments: str | Path) -> str:
    """Run one of PostgreSQL's programs as the cluster's account; EmbeddedError if it fails."""
    account = place.account
    run_as: dict[str, Any] = {}
    if account is not None:
        run_as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's programs
            [programs(account) / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            cwd=place.home,
            env=_environment(),
            start_new_session=True,
            umask=0o077,
            check=True,
            **run_as,
        )
    except subprocess.CalledProcessError as error:
        raise EmbeddedError(f"{program} failed: {error.output.strip()}") from error
    return str(done.stdout)


def _ensure_running(place: Place) -> None:
    if not _is_ready(place):
        if not place.data.exists():
            _make_cluster(place)
        written_by = (place.data / "PG_VERSION").read_text().strip()
        if written_by != MAJOR:
            raise EmbeddedError(
                f"{place.data} was written by PostgreSQL {written_by}; the portal brings {MAJOR}. "
                "Dump it with the old version, or name another folder in KPPORTAL_DATA_DIR."
            )
        _start(place)
    elif not _has_keeper(place):
        _start_keeper(place)
    if _sql(place, f"SELECT FROM pg_database WHERE datname = '{NAME}'") == "(0 rows)":
        _sql(place, f"CREATE DATABASE {NAME}")


def _sql(place: Place, statement: str) -> str:
    """Run a statement in the maintenance database; the last line of what psql says."""
    server = ("-h", place.socket_folder, "-p", str(PORT), "-U", USER, "-d", "postgres")
    return _run(place, "psql", "-X", *server, "-c", statement).strip().split("\n")[-1]


def _make_cluster(place: Place) -> None:
    """Make the files of a new cluster; one that is interrupted leaves nothing that counts."""
    making = "data.making"  # no full paths: PostgreSQL's programs hand their arguments to a shell
    shutil.rmtree(place.home / making, ignore_errors=True)
    speed = () if place.durable else ("--no-sync",)
    _run(place, "initdb", "-D", making, "-U", USER, "--auth=trust", *LOCALE, *speed)
    (place.home / making).rename(place.data)


def _start(place: Place) -> None:
    """Start the server, which recovers by itself from whatever ended the last one."""
    log = place.home / "server.log"
    options = ["-D", place.data.name, "-k", str(place.socket_folder), "-p", str(PORT)]
    for name, value in {**SETTINGS, **({} if place.durable else NOT_DURABLE)}.items():
        options += ["-c", f"{name}={value}"]
    deadline = time.monotonic() + PATIENCE
    while True:
        _forget_the_dead(place)
        if log.exists():
            log.replace(place.home / "server.log.1")
        _start_keeper(place, programs(place.account) / "postgres", *options)
        while _has_keeper(place) and time.monotonic() < deadline:
            if _answers(place):
                return
            time.sleep(0.02)
        said = log.read_text(errors="replace").strip() if log.exists() else "It said nothing."
        # The last processes of a killed server may need a moment to notice, and go.
        if "is still in use" not in said or time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL does not start. {said}")
        time.sleep(0.2)


def _is_ready(place: Place) -> bool:
    """Whether the server answers; one that is starting, recovering or stopping is waited for."""
    deadline = time.monotonic() + PATIENCE
    while keeper.postmaster(place.data) is not None and time.monotonic() < deadline:
        if _answers(place):
            return True
        time.sleep(0.02)
    return False


def _answers(place: Place) -> bool:
    """Whether the server lets people in; a dying one may still accept, but says nothing."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.settimeout(1.0)
            probe.connect(str(place.socket))
            probe.sendall(QUESTION)
            answered = probe.recv(1) in (b"N", b"S")
            return answered and "ready" in (place.data / "postmaster.pid").read_text()
        except OSError:
            return False


def _forget_the_dead(place: Place) -> None:
    """Remove the marks of a killed server, whose process number may since belong to another."""
    if keeper.postmaster(place.data) is None and Path("/proc/self").exists():
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        place.socket.with_name(f"{place.socket.name}.lock").unlink(missing_ok=True)
