"""The server's side of re-encoding: hand a file to the child process and read back two JPEGs or a reason."""

import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import reencode

MAX_BYTES = 10 * 1024 * 1024
SENTENCES = {
    "empty": _("%(name)s is empty. Choose another photo."),
    "too_big": _("%(name)s is too big. A photo can have 10 MB at most."),
    "not_a_photo": _("%(name)s is not a photo. Choose a JPEG, PNG, WebP or HEIC picture."),
    "too_many_pixels": _("%(name)s has too many dots. A photo can have 25 megapixels at most."),
    "too_heavy": _("%(name)s is too heavy to open. Take the photo again with your phone."),
    "damaged": _("%(name)s is damaged and cannot be opened. Take the photo again or choose another one."),
    "busy": _("We could not open %(name)s in time. Send it again in a minute."),
}
# Each child may take reencode.MEMORY_LIMIT: however many people send at once, no more than this many work at a time.
_children = threading.BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Two JPEGs of our own making; width and height in pixels are those of the large one."""

    large: bytes
    small: bytes
    width: int
    height: int


def shown_name(name):
    """A file's name as an error may quote it: short, on one line, and with its own direction of writing."""
    printable = "".join(character for character in name if character.isprintable())
    short = printable if len(printable) <= 40 else f"{printable[:24]}…{printable[-12:]}"
    return f"\u2068{short}\u2069"


def refusal(code, name):
    return ValidationError(SENTENCES[code], code=code, params={"name": shown_name(name)})


def refuse_by_size(upload):
    """What costs nothing to find out: a ValidationError for an empty file and for one of more than MAX_BYTES."""
    if upload.size == 0:
        raise refusal("empty", upload.name)
    if upload.size > MAX_BYTES:
        raise refusal("too_big", upload.name)


def reencoded(upload):
    """The Picture in an UploadedFile; a ValidationError that names the file says why there is none."""
    refuse_by_size(upload)
    with tempfile.TemporaryDirectory(prefix="photo-") as folder:
        source, large, small = (Path(folder, name) for name in ("source", "large.jpg", "small.jpg"))
        with source.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        answer = _ask_child(source, large, small)
        if "error" in answer:
            raise refusal(answer["error"], upload.name)
        return Picture(
            large=large.read_bytes(), small=small.read_bytes(), width=answer["width"], height=answer["height"]
        )


def _ask_child(*paths):
    """The child's answer. A child that dies, by its limits or by a decoder's crash, means a damaged picture."""
    if not _children.acquire(timeout=reencode.WALL_SECONDS):
        return {"error": "busy"}
    try:
        child = subprocess.run(
            # -I: nothing from the working directory or PYTHON* variables; no environment: no secret to be read there.
            [sys.executable, "-I", reencode.__file__, *map(str, paths)],
            env={"MALLOC_ARENA_MAX": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=reencode.WALL_SECONDS,
        )
        return json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        return {"error": "too_heavy"}
    except json.JSONDecodeError:
        return {"error": "damaged"}
    finally:
        _children.release()
