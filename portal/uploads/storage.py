"""Where people's photos and voice notes lie: never under an address that a web server hands out by itself."""

from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

_looking = ContextVar("looking", default=False)


class NothingIsDeleted(RuntimeError):
    """A file was to be deleted while somebody only looks at what would be: the code does not wait for the commit."""


@contextmanager
def nothing_is_deleted():
    """In this block no private file is deleted: whoever tries gets NothingIsDeleted."""
    token = _looking.set(True)
    try:
        yield
    finally:
        _looking.reset(token)


class PrivateStorage(FileSystemStorage):
    """Files under MEDIA_ROOT/private, readable by the server's user only and without a public address."""

    @property
    def base_location(self):
        # Asked each time, so that a test that moves MEDIA_ROOT moves the photos as well.
        return Path(settings.MEDIA_ROOT) / "private"

    @property
    def location(self):
        return str(self.base_location.absolute())

    @property
    def base_url(self):
        return None

    def delete(self, name):
        if _looking.get():
            raise NothingIsDeleted(name)
        super().delete(name)

    @property
    def file_permissions_mode(self):
        return 0o600

    @property
    def directory_permissions_mode(self):
        return 0o700


def private_storage():
    """``STORAGES["private"]`` where an installation names one (a private bucket), else the local folder."""
    return storages["private"] if "private" in settings.STORAGES else PrivateStorage()


def random_name(instance, filename):
    """A name that says nothing: what a person called the file may say a lot."""
    name = uuid4().hex
    return f"{instance.folder}/{name[:2]}/{name}.{instance.extension}"
