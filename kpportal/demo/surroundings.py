"""What a demonstration must be told, made up once and kept beside its data.

Standard library only: manage.py asks before Django is set up.
"""

import os
import secrets
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from pathlib import Path

# No letters or digits that look like others on a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def set_demonstration_environment(
    environ: MutableMapping[str, str], data_dir: Path, port: str
) -> None:
    """What a demonstration on this machine needs to be told; what is set already stays."""
    environ.setdefault("KPPORTAL_DEMO", "1")
    environ.setdefault("KPPORTAL_HTTP_ONLY", "1")
    environ.setdefault("KPPORTAL_ALLOWED_HOSTS", "127.0.0.1,localhost")
    environ.setdefault("KPPORTAL_BASE_URL", f"http://127.0.0.1:{port}")
    if "KPPORTAL_SECRET_KEY" not in environ:
        environ["KPPORTAL_SECRET_KEY"] = kept(
            data_dir / "secret-key", lambda: secrets.token_urlsafe(48)
        )
    if "KPPORTAL_DEMO_PASSWORD" not in environ:
        environ["KPPORTAL_DEMO_PASSWORD"] = kept(data_dir / "demo-password", made_up_password)


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in a file that only its owner reads; made at first, the same one ever after."""
    if not path.exists():
        making = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w") as file:
            file.write(make() + "\n")
        with suppress(FileExistsError):  # another process was quicker: its secret counts
            os.link(making, path)
        making.unlink()
    return path.read_text().strip()


def made_up_password() -> str:
    """A password that is easy to copy from a screen; about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
