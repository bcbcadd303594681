"""How files that are made for one reader are answered."""

from django.http import HttpResponse


def made_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file that nobody on the way keeps; a PDF opens in the browser, all else is saved."""
    how = "inline" if content_type == "application/pdf" else "attachment"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'{how}; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
