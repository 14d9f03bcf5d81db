"""What photos know about a person, how long they are kept, and how they are forgotten."""

from datetime import timedelta

from portal.extensions import PersonalFile

from .models import Photo

DRAFT_LIFE = timedelta(days=7)


def export_photos(user):
    """One dict a photo that the person sent; `file` is its name among `files_of`."""
    for photo in Photo.objects.filter(owner=user).select_related("content_type"):
        yield {
            "id": str(photo.pk),
            "sent_at": photo.created_at.isoformat(),
            "shows": photo.alt,
            "attached_to": f"{photo.content_type.app_label}.{photo.content_type.model}:{photo.object_id}"
            if photo.content_type
            else "",
            "width": photo.width,
            "height": photo.height,
            "bytes": photo.bytes,
            "file": name_of(photo),
            "address": photo.get_absolute_url(),
        }


def files_of(user):
    """The photos as they are kept: re-encoded, without what the phone wrote into them."""
    return files_among(Photo.objects.filter(owner=user))


def files_among(photos):
    """For an app whose rows are somebody's while another person sent the photos that go with them."""
    for photo in photos:
        yield PersonalFile(name=name_of(photo), open=photo.file.open)


def name_of(photo):
    """What a photo is called in the archive."""
    return f"{photo.pk}.jpg"


def erase_photos(user):
    """Delete all photos that the person sent, files included; returns how many."""
    count, _details = Photo.objects.filter(owner=user).delete()
    return count


def expire_photos(before):
    """Delete the photos of forms that were never sent; an attached one goes with what it is attached to."""
    count, _details = Photo.objects.unsent().filter(created_at__lt=before).delete()
    return count
