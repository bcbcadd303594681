"""The portal as an installation serves it: gunicorn with one worker, on a port of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.cluster import PROJECT
from kpportal.embedded.keeper import follow_us

PATIENCE = 30  # seconds for gunicorn to stop


class Portal:
    """A running gunicorn; leaving the ``with`` block stops it. What it says goes into ``log``."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        # We listen and gunicorn inherits it: requests wait from now on until it has started.
        with socket.socket() as listener, log.open("w") as said:
            listener.bind(("127.0.0.1", 0))
            listener.listen(256)
            self.port: int = listener.getsockname()[1]
            self._process = subprocess.Popen(  # noqa: S603 - our own Python
                [
                    *(sys.executable, "-m", "gunicorn"),
                    *("--config", "python:kpportal.gunicorn_settings"),
                    *("--bind", f"fd://{listener.fileno()}", "kpportal.wsgi:application"),
                ],
                cwd=PROJECT,
                env={**os.environ, **environment},
                pass_fds=[listener.fileno()],
                preexec_fn=follow_us(),  # however the bench ends, its portals end with it
                stdout=said,
                stderr=said,
            )

    @property
    def pid(self) -> int:
        """The process whose child is the one worker."""
        return self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
