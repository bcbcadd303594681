"""What a log may not hold: the key of an application, which stands in its address."""

import logging
import re
from typing import Final

_KEY: Final = re.compile(r"(/apply/)[A-Za-z0-9_-]{20,}")


class WithoutKeys(logging.Filter):
    """Writes ``/apply/…/`` for every address that opens an application."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its words without keys."""
        words = record.getMessage()
        hidden = _KEY.sub(r"\1…", words)
        if hidden != words:
            record.msg, record.args = hidden, ()
        return True
