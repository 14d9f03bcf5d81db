import hashlib
from contextlib import contextmanager
from functools import partial
from io import BytesIO
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
from portal.sealing import Cell, SealedTextField, data_key

from . import pictures, recordings
from .decoding import refuse_by_size
from .querysets import AttachmentQuerySet
from .reencode import SMALL_SIDE
from .storage import private_storage, random_name


class DraftIsFull(Exception):
    """The form already holds as many of them as it may."""


class Enough(ValidationError):
    """The person has sent enough for now: whatever else came with the form would be refused alike."""


class Attachment(models.Model):
    """A file that somebody sent with a form: first with its draft, then attached to what the form made.

    One with a `key` is told in confidence: its files are cells of that data key (portal/sealing), in the store and in
    every backup of it. `content()` opens them.

    A kind of them names its `files` (the columns that hold files; `folder` and `extension` of theirs), its `own`
    columns besides, its `sentences` (why one is refused) and limits, and re-encodes what it is sent.
    """

    files = ("file",)
    own = ()
    folder = extension = ""
    sentences = {}
    unsent_limit = 60  # that one person may leave lying in forms never sent
    # How often one person has one decoded. Each may cost a decoder's CPU_SECONDS and there are few decoders: whoever
    # sends nothing but heavy ones must not keep them from the others. It is a dozen full forms an hour.
    decoded_rate = "60/h"
    too_many_unsent = too_many_an_hour = ""

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
    bytes = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint of what was sent"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("sent at"), default=timezone.now, editable=False)
    key = models.UUIDField(_("data key"), null=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["created_at", "position"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="%(app_label)s_%(class)s_target")]
        constraints = [
            # A phone that sends twice stores once ...
            models.UniqueConstraint(fields=["owner", "draft", "sha256"], name="%(app_label)s_%(class)s_once"),
            # ... and two sendings at the same moment cannot exceed the form's limit.
            models.UniqueConstraint(
                fields=["owner", "draft", "position"], name="%(app_label)s_%(class)s_place"
            ),
        ]

    def __str__(self):
        return str(self.pk)

    def content(self, name="file"):
        """The bytes of one of its `files`. Raises FileNotFoundError; of sealed ones what `data_key` raises, too."""
        with getattr(self, name).open() as file:
            kept = file.read()
        return data_key(self.key).unseal(Cell(kept), place=self._place(name)) if self.key else kept

    @contextmanager
    def opened(self, name="file"):
        """As `content`, for whoever reads from a file."""
        yield BytesIO(self.content(name))

    def seal_anew(self, key):
        """Seal its files, of a form not sent yet, with that data key instead of the one that it has.

        In the caller's transaction; the files as they were go with its end. Raises what `content` raises.
        """
        contents = {name: self.content(name) for name in self.files}
        before = [(getattr(self, name).storage, getattr(self, name).name) for name in self.files]
        self.key = key
        for name, content in contents.items():
            getattr(self, name).save("", ContentFile(self._as_kept(name, content)), save=False)
        self.save(update_fields=["key", *self.files])
        for storage, path in before:
            transaction.on_commit(partial(storage.delete, path), robust=True)

    def _as_kept(self, name, content):
        """What of its content lies in the store."""
        return data_key(self.key).seal(content, place=self._place(name)).raw if self.key else content

    def _place(self, name):
        return f"{self._meta.db_table}|{name}|{self.pk}"

    def visible_to(self, user):
        """A draft's file is its owner's alone; an attached one is seen by whoever may see what it is attached to. Where
        there is a rule `open_files_of_…` as well, that lets somebody in to the files, and to nothing else."""
        if self.content_type_id is None:
            return self.owner_id == user.pk
        target = self.target
        if target is None:
            return False
        kind = self.content_type
        return any(
            user.has_perm(f"{kind.app_label}.{verb}_{kind.model}", target)
            for verb in ("view", "open_files_of")
        )

    def is_open_to(self, request):
        """Whether it is shown now. What is confidential asks why it is opened, on a page of its own, and says by
        `is_open_to(request)` whether that was answered; a file has no room for the question."""
        asks = getattr(self.target, "is_open_to", None)
        return asks is None or asks(request)

    @classmethod
    def keep(cls, upload, *, owner, draft, limit, key=None):
        """Store an UploadedFile with a draft and return what it became; what is there already is not stored again.
        With the number of a data key it is sealed.

        Raises a ValidationError that names the file if it is refused, Enough if the owner has `unsent_limit` of them
        lying about or sends more often than `decoded_rate`, DraftIsFull if the draft holds `limit` of them. Decoding
        takes a second or so: do not call it inside a transaction.
        """
        kept = cls.objects.of_draft(owner, draft)
        sha256 = _fingerprint(upload, data_key(key).derived("fingerprint") if key else b"")
        if known := kept.filter(sha256=sha256).first():
            return known
        if _free_place(kept, limit) is None:
            raise DraftIsFull
        if cls.objects.filter(owner=owner).unsent().count() >= cls.unsent_limit:
            raise Enough(cls.too_many_unsent, code="too_many_unsent")
        refuse_by_size(upload, cls.sentences)
        if limited(None, f"portal.uploads.decoded.{cls._meta.model_name}", cls.decoded_rate, by=owner):
            raise Enough(cls.too_many_an_hour, code="too_many_an_hour")
        facts, contents = cls._reencoded(upload)
        while (place := _free_place(kept, limit)) is not None:
            try:
                return cls._store(
                    contents, owner=owner, draft=draft, position=place, sha256=sha256, key=key, **facts
                )
            except (
                IntegrityError
            ):  # the same form came in twice at once: take what it stored, or try the next place
                if known := kept.filter(sha256=sha256).first():
                    return known
        raise DraftIsFull

    @classmethod
    def _reencoded(cls, upload):
        """(values of its own columns, content of each of its `files`); a ValidationError that names a bad file."""
        raise NotImplementedError

    @classmethod
    def _store(cls, contents, **fields):
        made = cls(bytes=len(contents["file"]), **fields)
        try:
            for name, content in contents.items():
                getattr(made, name).save("", ContentFile(made._as_kept(name, content)), save=False)
            with transaction.atomic():
                made.save(force_insert=True)
        except BaseException:
            for name in contents:
                getattr(made, name).delete(save=False)
            raise
        return made


class Photo(Attachment):
    """A picture, re-encoded as two JPEGs."""

    files = ("file", "small")
    own = ("width", "height", "alt")
    folder, extension = "photos", "jpg"
    sentences = pictures.SENTENCES
    too_many_unsent = _(
        "You have many photos in forms that you did not send. Send or empty one of those forms first."
    )
    too_many_an_hour = _(
        "You have sent very many photos. What we have is kept: send the rest in an hour, or go on without."
    )

    small = models.FileField(_("small file"), storage=private_storage, upload_to=random_name)
    width = models.PositiveSmallIntegerField(_("width in pixels"))
    height = models.PositiveSmallIntegerField(_("height in pixels"))
    alt = models.CharField(_("what the photo shows"), max_length=200, blank=True)

    class Meta(Attachment.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

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

    @classmethod
    def _reencoded(cls, upload):
        picture = pictures.reencoded(upload)
        facts = {"width": picture.width, "height": picture.height}
        return facts, {"file": picture.large, "small": picture.small}


class VoiceNote(Attachment):
    """A recording of somebody's voice, re-encoded as AAC in an MP4 file."""

    own = ("seconds", "words", "sealed_words")
    folder, extension = "voice", "m4a"
    sentences = recordings.SENTENCES
    unsent_limit = 20
    too_many_unsent = _(
        "You have many voice notes in forms that you did not send. Send or empty one of those forms first."
    )
    too_many_an_hour = _(
        "You have sent very many voice notes. What we have is kept: send the rest in an hour, or go on without."
    )

    seconds = models.PositiveSmallIntegerField(_("length in seconds"))
    words = models.CharField(_("what it says"), max_length=500, blank=True)
    sealed_words = SealedTextField(_("what it says"), sealed_by="key", null=True)

    class Meta(Attachment.Meta):
        verbose_name = _("voice note")
        verbose_name_plural = _("voice notes")
        constraints = [
            *Attachment.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(key=None, sealed_words__isnull=True)
                | models.Q(key__isnull=False, words=""),
                name="words_told_in_confidence_are_sealed",
            ),
        ]

    def get_absolute_url(self):
        return reverse("voice_note", args=[self.pk])

    @property
    def says(self):
        """What whoever sent it has written beside it, "" where nothing."""
        return self.words if self.key is None else self.sealed_words or ""

    def say(self, words):
        """Write down what it says."""
        if self.key is None:
            self.words = words
        else:
            self.sealed_words = words
        self.save(update_fields=["words", "sealed_words"])

    @property
    def length(self):
        """Minutes and seconds: "1:05"."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"

    @classmethod
    def _reencoded(cls, upload):
        recording = recordings.reencoded(upload)
        return {"seconds": recording.seconds}, {"file": recording.content}


def claim(draft, owner, target, limit=None, *, kind=Photo):
    """Attach what a draft holds of that kind to what its form made, in the caller's transaction; returns how many.

    Asking again is harmless: what is attached already stays where it is. What another form of the owner's brought to
    the same target is not attached twice but deleted; beyond `limit` of theirs the rest stay unsent. A target that is
    told in confidence says by `sealed_with` with which data key: what is not sealed with that stays unsent as well.
    """
    attached = kind.objects.attached_to(target).filter(owner=owner)
    sent = kind.objects.of_draft(owner, draft)
    there = set(attached.values_list("sha256", flat=True))
    sent.unsent().filter(sha256__in=there).delete()
    key = getattr(target, "sealed_with", None)
    fitting = sent.unsent().filter(key=key).order_by("position").values_list("pk", flat=True)
    if limit is not None:
        fitting = fitting[: max(0, limit - len(there))]
    content_type = ContentType.objects.get_for_model(target)
    claimed = kind.objects.filter(pk__in=list(fitting))
    return claimed.update(content_type=content_type, object_id=str(target.pk))


def _fingerprint(upload, secret=b""):
    """Hexadecimal digits by which the same file is known again; with a secret by nobody who has not got that."""
    digest = hashlib.blake2b(key=secret, digest_size=32) if secret else hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _free_place(kept, limit):
    taken = set(kept.values_list("position", flat=True))
    return next((place for place in range(limit) if place not in taken), None)


@receiver(post_delete, sender=Photo, dispatch_uid="portal.uploads.delete_photo_files")
@receiver(post_delete, sender=VoiceNote, dispatch_uid="portal.uploads.delete_voice_files")
def _delete_files(sender, instance, **kwargs):
    # A signal, because rows also go by cascade; on commit, because a rolled-back deletion must keep its files.
    for file in (getattr(instance, name) for name in instance.files):
        transaction.on_commit(lambda storage=file.storage, name=file.name: storage.delete(name), robust=True)
