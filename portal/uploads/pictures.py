"""A photo on its way in: two JPEGs, or the reason why there are none."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from . import reencode
from .decoding import decoded, refusal, refuse_by_size, written

SENTENCES = {
    "empty": _("%(name)s is empty. Choose another photo."),
    "too_big": _("%(name)s is too big. A photo can have 10 MB at most."),
    "not_a_photo": _("%(name)s is not a photo. Choose a JPEG, PNG, WebP or HEIC picture."),
    "too_many_pixels": _("%(name)s has too many dots. A photo can have 25 megapixels at most."),
    "too_heavy": _("%(name)s is too heavy to open. Take the photo again with your phone."),
    "damaged": _("%(name)s is damaged and cannot be opened. Take the photo again or choose another one."),
    "busy": _("We could not open %(name)s in time. Send it again in a minute."),
}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Two JPEGs of our own making; width and height in pixels are those of the large one."""

    large: bytes
    small: bytes
    width: int
    height: int


def reencoded(upload):
    """The Picture in an UploadedFile; a ValidationError that names the file says why there is none."""
    refuse_by_size(upload, SENTENCES)
    with tempfile.TemporaryDirectory(prefix="photo-") as folder:
        source, large, small = (Path(folder, name) for name in ("source", "large.jpg", "small.jpg"))
        answer = decoded(reencode, written(upload, source), large, small)
        if "error" in answer:
            raise refusal(SENTENCES, answer["error"], upload.name)
        return Picture(
            large=large.read_bytes(), small=small.read_bytes(), width=answer["width"], height=answer["height"]
        )
