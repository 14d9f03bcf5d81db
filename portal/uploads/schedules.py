"""What comes round by itself."""

from django.utils import timezone

from .models import Photo, VoiceNote
from .privacy import DRAFT_LIFE


def purge_orphans(older_than=DRAFT_LIFE):
    """Delete files without a row, which a crash between file and row leaves behind; returns how many. Run weekly.

    `older_than`: a file that is younger may be about to get its row.
    """
    before = timezone.now() - older_than
    return sum(_purge(kind, before) for kind in (Photo, VoiceNote))


def _purge(kind, before):
    storage = kind._meta.get_field("file").storage
    count = 0
    for folder in _folders(storage, kind.folder):
        names = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
        for column in kind.files:
            names -= set(kind.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))
        for name in names:
            if storage.get_modified_time(name) < before:
                storage.delete(name)
                count += 1
    return count


def _folders(storage, root):
    try:
        return [f"{root}/{name}" for name in storage.listdir(root)[0]]
    except FileNotFoundError:
        return []
