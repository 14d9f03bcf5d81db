"""A recording on its way in: one file that every phone plays, or the reason why there is none."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from . import reencode_sound
from .decoding import decoded, refusal, refuse_by_size, written

SENTENCES = {
    "empty": _("%(name)s is empty. Record it again."),
    "too_big": _("%(name)s is too big. A voice note can have 10 MB at most."),
    "not_a_sound": _("%(name)s is not a recording. Choose one that your phone plays, or record a new one."),
    "a_film": _("%(name)s is a video. Send a recording of your voice alone."),
    "too_long": _("%(name)s is too long. Record a shorter one, or several."),
    "silent": _("There is nothing to hear in %(name)s. Record it again."),
    "too_heavy": _("%(name)s is too heavy to open. Record it again with your phone."),
    "damaged": _("%(name)s is damaged and cannot be opened. Record it again or choose another one."),
    "busy": _("We could not open %(name)s in time. Send it again in a minute."),
}


@dataclass(frozen=True, kw_only=True)
class Recording:
    """An MP4 of our own making with sound alone, and how long it is in seconds."""

    content: bytes
    seconds: int


def reencoded(upload):
    """The Recording in an UploadedFile; a ValidationError that names the file says why there is none."""
    refuse_by_size(upload, SENTENCES)
    with tempfile.TemporaryDirectory(prefix="voice-") as folder:
        source, target = Path(folder, "source"), Path(folder, "voice.m4a")
        answer = decoded(reencode_sound, written(upload, source), target, settings.PORTAL_VOICE_SECONDS)
        if "error" in answer:
            raise refusal(SENTENCES, answer["error"], upload.name)
        return Recording(content=target.read_bytes(), seconds=answer["seconds"])
