"""Files as people send them: real ones, and ones that are not what they say."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter


def pdf_bytes(pages: int = 1, password: str = "") -> bytes:
    """A PDF of empty letter pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(612, 792)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def picture_bytes(kind: str = "PNG", width: int = 8, height: int = 8) -> bytes:
    """A picture in one color."""
    out = BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, kind)
    return out.getvalue()


def upload(name: str = "paper.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a form hands it over; a small PDF, unless told otherwise."""
    return SimpleUploadedFile(name, pdf_bytes() if content is None else content, "text/html")
