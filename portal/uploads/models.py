import hashlib
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.access import limited

from .pictures import reencoded, refuse_by_size
from .querysets import PhotoQuerySet
from .reencode import SMALL_SIDE
from .storage import private_storage, random_name

UNSENT_LIMIT = 60  # photos that one person may leave lying in forms never sent
# How often one person has a picture decoded. Each may cost reencode.CPU_SECONDS and there are few decoders: whoever
# sends nothing but heavy ones must not keep them from the others. It is a dozen full forms an hour.
DECODED = "60/h"


class DraftIsFull(Exception):
    """The form already holds as many photos as it may."""


class Enough(ValidationError):
    """The person has sent enough for now: whatever else came with the form would be refused alike."""


class Photo(models.Model):
    """A picture that somebody sent with a form: first with its draft, then attached to what the form made."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    draft = models.UUIDField(_("client id of the form"))
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, editable=False, related_name="+")
    object_id = models.CharField(max_length=36, blank=True, editable=False)
    target = GenericForeignKey()
    position = models.PositiveSmallIntegerField(_("position"))
    file = models.FileField(_("file"), storage=private_storage, upload_to=random_name)
    small = models.FileField(_("small file"), storage=private_storage, upload_to=random_name)
    width = models.PositiveSmallIntegerField(_("width in pixels"))
    height = models.PositiveSmallIntegerField(_("height in pixels"))
    bytes = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint of what was sent"), max_length=64, editable=False)
    alt = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("sent at"), default=timezone.now, editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["created_at", "position"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="portal_photo_target")]
        constraints = [
            # A phone that sends twice stores once ...
            models.UniqueConstraint(fields=["owner", "draft", "sha256"], name="portal_photo_once"),
            # ... and two sendings at the same moment cannot exceed the form's limit.
            models.UniqueConstraint(fields=["owner", "draft", "position"], name="portal_photo_place"),
        ]

    def __str__(self):
        return str(self.pk)

    def get_absolute_url(self):
        return reverse("photo", args=[self.pk])

    @property
    def small_url(self):
        return reverse("photo_small", args=[self.pk])

    @property
    def small_size(self):
        """(width, height) of the small file in pixels, for a page that must not jump while it loads."""
        scale = min(1, SMALL_SIDE / max(self.width, self.height))
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    def visible_to(self, user):
        """A draft's photo is its owner's alone; an attached one is seen by whoever may see what it is attached to."""
        if self.content_type_id is None:
            return self.owner_id == user.pk
        target = self.target
        if target is None:
            return False
        kind = self.content_type
        return user.has_perm(f"{kind.app_label}.view_{kind.model}", target)

    def is_open_to(self, request):
        """Whether it is shown now. What is confidential asks why it is opened, on a page of its own, and says by
        `is_open_to(request)` whether that was answered; a picture has no room for the question."""
        asks = getattr(self.target, "is_open_to", None)
        return asks is None or asks(request)

    @classmethod
    def keep(cls, upload, *, owner, draft, limit):
        """Store an UploadedFile with a draft and return its Photo; what is there already is not stored again.

        Raises a ValidationError that names the file if it is refused, Enough if the owner has UNSENT_LIMIT photos lying
        about or sends more often than DECODED, DraftIsFull if the draft holds `limit` of them. Decoding takes a second
        or so: do not call it inside a transaction.
        """
        photos = cls.objects.of_draft(owner, draft)
        sha256 = _fingerprint(upload)
        if known := photos.filter(sha256=sha256).first():
            return known
        if _free_place(photos, limit) is None:
            raise DraftIsFull
        if cls.objects.filter(owner=owner).unsent().count() >= UNSENT_LIMIT:
            raise Enough(
                _(
                    "You have many photos in forms that you did not send. Send or empty one of those forms first."
                ),
                code="too_many_unsent",
            )
        refuse_by_size(upload)
        if limited(None, "portal.uploads.decoded", DECODED, by=owner):
            raise Enough(
                _(
                    "You have sent very many photos. What we have is kept: send the rest in an hour, or go on without."
                ),
                code="too_many_an_hour",
            )
        picture = reencoded(upload)
        while (place := _free_place(photos, limit)) is not None:
            try:
                return cls._store(picture, owner=owner, draft=draft, position=place, sha256=sha256)
            except (
                IntegrityError
            ):  # the same form came in twice at once: take its photo, or try the next place
                if known := photos.filter(sha256=sha256).first():
                    return known
        raise DraftIsFull

    @classmethod
    def _store(cls, picture, **fields):
        photo = cls(width=picture.width, height=picture.height, bytes=len(picture.large), **fields)
        try:
            photo.file.save("", ContentFile(picture.large), save=False)
            photo.small.save("", ContentFile(picture.small), save=False)
            with transaction.atomic():
                photo.save(force_insert=True)
        except BaseException:
            for file in (photo.file, photo.small):
                file.delete(save=False)
            raise
        return photo


def claim(draft, owner, target, limit=None):
    """Attach the photos of a draft to what its form made, in the caller's transaction; returns how many.

    Asking again is harmless: photos that are attached already stay where they are. What another form of the owner's
    brought to the same target is not attached twice but deleted; beyond `limit` photos of theirs the rest stay unsent.
    """
    attached, sent = (
        Photo.objects.attached_to(target).filter(owner=owner),
        Photo.objects.of_draft(owner, draft),
    )
    there = set(attached.values_list("sha256", flat=True))
    sent.unsent().filter(sha256__in=there).delete()
    fitting = sent.unsent().order_by("position").values_list("pk", flat=True)
    if limit is not None:
        fitting = fitting[: max(0, limit - len(there))]
    kind = ContentType.objects.get_for_model(target)
    return Photo.objects.filter(pk__in=list(fitting)).update(content_type=kind, object_id=str(target.pk))


def _fingerprint(upload):
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _free_place(photos, limit):
    taken = set(photos.values_list("position", flat=True))
    return next((place for place in range(limit) if place not in taken), None)


@receiver(post_delete, sender=Photo, dispatch_uid="portal.uploads.delete_files")
def _delete_files(sender, instance, **kwargs):
    # A signal, because rows also go by cascade; on commit, because a rolled-back deletion must keep its files.
    for file in (instance.file, instance.small):
        transaction.on_commit(lambda storage=file.storage, name=file.name: storage.delete(name), robust=True)
