"""The server's side of re-encoding, whatever is sent: what it costs nothing to refuse, and the child that decodes."""

import json
import subprocess
import sys
import threading

from django.core.exceptions import ValidationError

from . import sandbox

MAX_BYTES = 10 * 1024 * 1024
# Each child may take its decoder's MEMORY_LIMIT: however many people send at once, no more than this many work.
_children = threading.BoundedSemaphore(2)


def shown_name(name):
    """A file's name as an error may quote it: short, on one line, and with its own direction of writing."""
    printable = "".join(character for character in name if character.isprintable())
    short = printable if len(printable) <= 40 else f"{printable[:24]}…{printable[-12:]}"
    return f"\u2068{short}\u2069"


def refusal(sentences, code, name):
    """The ValidationError that says by `sentences[code]` why the file of that name is not taken."""
    return ValidationError(sentences[code], code=code, params={"name": shown_name(name)})


def refuse_by_size(upload, sentences):
    """What costs nothing to find out: a ValidationError for an empty file and for one of more than MAX_BYTES."""
    if upload.size == 0:
        raise refusal(sentences, "empty", upload.name)
    if upload.size > MAX_BYTES:
        raise refusal(sentences, "too_big", upload.name)


def written(upload, path):
    """The uploaded file at that path, where the child finds it."""
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


def decoded(decoder, *arguments):
    """What the child answers. A child that dies, by its limits or by a decoder's crash, means a damaged file."""
    if not _children.acquire(timeout=decoder.WALL_SECONDS):
        return {"error": "busy"}
    try:
        child = subprocess.run(
            # -I: nothing from the working directory or PYTHON* variables; no environment: no secret to be read there.
            [sys.executable, "-I", sandbox.__file__, decoder.__file__, *map(str, arguments)],
            env={"MALLOC_ARENA_MAX": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=decoder.WALL_SECONDS,
        )
        return json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        return {"error": "too_heavy"}
    except json.JSONDecodeError:
        return {"error": "damaged"}
    finally:
        _children.release()
