"""What photos and voice notes know about a person, how long they are kept, and how they are forgotten."""

from datetime import timedelta

from portal.extensions import PersonalFile

from .models import Photo, VoiceNote

DRAFT_LIFE = timedelta(days=7)


def export_photos(user):
    """One dict a photo that the person sent; `file` is its name among `files_of`."""
    for photo in _sent_by(Photo, user):
        yield {
            **_facts_of(photo),
            "shows": photo.alt,
            "width": photo.width,
            "height": photo.height,
        }


def export_voice_notes(user):
    """One dict a voice note that the person sent; `file` is its name among `voices_of`."""
    for note in _sent_by(VoiceNote, user):
        yield {**_facts_of(note), "says": note.says, "seconds": note.seconds}


def _sent_by(kind, user):
    return kind.objects.sent_by(user).in_clear().select_related("content_type")


def _facts_of(attachment):
    kind = attachment.content_type
    return {
        "id": str(attachment.pk),
        "sent_at": attachment.created_at.isoformat(),
        "attached_to": f"{kind.app_label}.{kind.model}:{attachment.object_id}" if kind else "",
        "bytes": attachment.bytes,
        "file": name_of(attachment),
        "address": attachment.get_absolute_url(),
    }


def files_of(user):
    """The photos as they are kept: re-encoded, without what the phone wrote into them."""
    return files_among(Photo.objects.sent_by(user).in_clear())


def voices_of(user):
    return files_among(VoiceNote.objects.sent_by(user).in_clear())


def files_among(attachments):
    """For an app whose rows are somebody's while another person sent what goes with them."""
    for attachment in attachments:
        yield PersonalFile(name=name_of(attachment), open=attachment.opened)


def name_of(attachment):
    """What a photo or a voice note is called in the archive."""
    return f"{attachment.pk}.{attachment.extension}"


def erase_photos(user):
    """Delete all photos that the person sent, files included; returns how many."""
    return _deleted(Photo.objects.sent_by(user))


def erase_voice_notes(user):
    return _deleted(VoiceNote.objects.sent_by(user))


def expire_photos(before):
    """Delete the photos of forms that were never sent; an attached one goes with what it is attached to."""
    return _deleted(Photo.objects.unsent().filter(created_at__lt=before))


def expire_voice_notes(before):
    return _deleted(VoiceNote.objects.unsent().filter(created_at__lt=before))


def _deleted(attachments):
    count, _details = attachments.delete()
    return count
