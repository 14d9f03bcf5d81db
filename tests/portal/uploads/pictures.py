"""Pictures as phones make them, and files as attackers do."""

import io
import os
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS_IFD = 0x8825
ORIENTATION = 0x0112


def upload(content, name="photo.jpg", content_type="image/jpeg"):
    """What arrives with a form. The type is the sender's claim, so nothing may depend on it."""
    return SimpleUploadedFile(name, content, content_type)


def picture(size=(64, 48), colour=None, mode="RGB"):
    colour = tuple(os.urandom(len(mode))) if colour is None else colour
    return Image.new(mode, size, colour)


def encoded(image, kind="JPEG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(name="photo.jpg", size=(64, 48)):
    """An honest small photo, another one each time."""
    return upload(encoded(picture(size)), name)


def located_exif(orientation=1):
    """EXIF as a phone writes it: camera, orientation and the place, in degrees of latitude and longitude."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "A camera"
    gps = exif.get_ifd(GPS_IFD)
    gps.update({1: "N", 2: (45.0, 30.0, 36.0), 3: "E", 4: (9.0, 5.0, 24.0)})
    return exif


def png(width, height, data):
    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def black_png(width, height):
    """A valid PNG of any size whose bytes are few: 13,000 x 13,000 fit in half a megabyte."""
    deflate, row = zlib.compressobj(9), bytes(1 + 3 * width)
    return png(width, height, b"".join([deflate.compress(row) for _ in range(height)]) + deflate.flush())


def polyglot():
    """A photo that is a ZIP archive and holds a page as well."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("page.html", "<script>alert(1)</script>")
    return encoded(picture(), comment=b"<script>alert(1)</script>") + archive.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
