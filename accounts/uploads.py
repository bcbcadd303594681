"""How much a request with files may bring. Django bounds what is no file only."""

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Far above one paper of 10 MB, so that a photo that is a little too large gets its words on the
# page; beyond it the answer is 400, and nothing is written to disk.
LARGEST_REQUEST: Final = 32 * 1024 * 1024  # bytes


class BoundedUploads(FileUploadHandler):
    """Refuses a request that says it is larger than ``LARGEST_REQUEST``; keeps no file itself.

    A request that says no length has no body for Django, so that what it says is what it brings.
    """

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        """Asked once, before anything is read."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig(f"A request of {content_length} bytes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand every piece on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
