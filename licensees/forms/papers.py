"""The form field for a paper, used wherever one is uploaded."""

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from licensees.papers import ENDINGS, LARGEST, MEGABYTE


class PaperField(forms.FileField):
    """One PDF, PNG or JPEG. Empty and too large is said here, the rest by ``keep_paper``.

    Name the field ``paper``, so that the refusals of ``keep_paper`` stand at it.
    """

    widget = forms.FileInput(attrs={"accept": ",".join(ENDINGS)})
    default_error_messages = {
        "empty": "The file is empty.",
        "too_large": f"The file is larger than {LARGEST // MEGABYTE} MB.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", f"PDF, PNG or JPEG, at most {LARGEST // MEGABYTE} MB.")
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> UploadedFile | None:
        """Refuse what is too large before anybody reads it."""
        upload = cast(UploadedFile | None, super().to_python(data))
        if upload is not None and (upload.size or 0) > LARGEST:
            raise forms.ValidationError(self.error_messages["too_large"], code="too_large")
        return upload
