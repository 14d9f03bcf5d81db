from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.keys import AlreadySent, ClientIdTaken
from community.safety.barriers import deaf_to
from portal.events import record

from .querysets import ConversationQuerySet, MessageQuerySet, ReadMarkQuerySet
from .taking_part import may_discuss, may_discuss_among, people_of
from .workflow import EDIT_WITHIN, FACTS, State, target_of

TEXT_LIMIT = 2000  # characters


def unread_key(person_id: int) -> str:
    """Under which the menu remembers in how many conversations somebody has something to read."""
    return f"community.unread.{person_id}"


class Conversation(models.Model):
    """What people say to each other about one thing. Who may read and write it, the thing's own rules say.

    `last_number` counts its messages without gaps: whoever has seen number n asks for what follows n. `version` counts
    whatever has changed in it, so that what was edited or deleted is found as well. Both move under the row's lock.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_type = models.ForeignKey(ContentType, models.CASCADE, editable=False, related_name="+")
    object_id = models.CharField(max_length=36, editable=False)
    subject = GenericForeignKey()
    last_number = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    last_at = models.DateTimeField(_("last message on"), default=timezone.now, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="one_conversation_about_it")
        ]
        indexes = [models.Index(fields=["last_at"], name="conversation_last_at")]

    def __str__(self) -> str:
        return str(self.subject or "—")

    def get_absolute_url(self) -> str:
        return reverse("community:conversation", args=[self.pk])

    @classmethod
    def about(cls, subject: models.Model) -> Conversation:
        """The one conversation of an object, made when first asked for."""
        kind = ContentType.objects.get_for_model(subject)
        conversation, _created = cls.objects.get_or_create(content_type=kind, object_id=str(subject.pk))
        conversation.subject = subject
        return conversation

    # -- the verbs --------------------------------------------------------------------------------------------------

    @transaction.atomic
    def say(self, *, by: Any, client_id: UUID, text: str) -> Message:
        """Somebody writes; however often the phone sends it, it is one message.

        Raises PermissionDenied for who may not write here (any more), ClientIdTaken or AlreadySent for a client id that
        the person has used. Photos and voice notes are claimed for the message by its form.
        """
        locked = self._locked()
        if known := locked._known(client_id, by=by, text=text):
            return known
        if not by.has_perm("community.write_conversation", locked):
            raise PermissionDenied
        message = locked._add(author=by, client_id=client_id, text=text)
        locked.read_by(by, message.number)
        locked._tell(message)
        record(FACTS["send"], message, by=by, conversation=str(locked.pk), number=message.number)
        return message

    @transaction.atomic
    def note(self, event: Any) -> Message:
        """Note what has happened to what it is about: a fact (portal.events), once, whose sentence is shown.

        Whoever is told of the fact itself is told by its own notification: a note tells nobody. To whoever did it, and
        has read all that stood before, it is no news.
        """
        locked = self._locked()
        if known := locked.messages.filter(event=event).first():
            return known
        message = locked._add(author=event.actor, kind=event.kind, event=event)
        locked.read_marks.filter(person=event.actor, number=message.number - 1).update(number=message.number)
        record(FACTS["note"], message, by=event.actor, conversation=str(locked.pk), number=message.number)
        _forget_counts(list(locked.read_marks.values_list("person", flat=True)))
        return message

    def read_by(self, person: Any, number: int) -> None:
        """Somebody has read up to that message; a page that arrives late takes nothing back."""
        number = min(number, self.last_number)
        marks = ReadMark.objects.filter(conversation=self, person=person)
        if not marks.filter(number__lt=number).update(number=number):
            first = ReadMark(conversation=self, person=person, number=number)
            ReadMark.objects.bulk_create([first], ignore_conflicts=True)
        _forget_counts([person.pk])

    def mute(self, person: Any, *, on: bool) -> None:
        """Whether this person wants to hear no news of it. They read and write as before."""
        ReadMark.objects.update_or_create(
            conversation=self,
            person=person,
            defaults={"is_muted": on},
            create_defaults={"is_muted": on, "number": self.last_number},
        )
        _forget_counts([person.pk])

    # -- how ----------------------------------------------------------------------------------------------------------

    def _locked(self) -> Conversation:
        """The row as it stands, for whoever numbers: the others wait. What it is about is at hand already.

        Rows that point to the conversation may be written meanwhile (no_key): whoever says something has their own
        mark of reading, and somebody who reads for the first time would wait for the one who waits for them.
        """
        locked = Conversation.objects.select_for_update(no_key=True).get(pk=self.pk)
        locked.subject = self.subject
        return locked

    def _known(self, client_id: UUID, *, by: Any, text: str) -> Message | None:
        known = Message.objects.filter(author=by, client_id=client_id).first()
        if known is None:
            return None
        if known.conversation_id != self.pk:
            raise ClientIdTaken
        if known.text != text and not known.edited_at and not known.deleted_at:
            raise AlreadySent(known)
        return known

    def _add(self, **fields: Any) -> Message:
        self.last_number += 1
        self.version += 1
        self.last_at = timezone.now()
        self.save(update_fields=["last_number", "version", "last_at"])
        return self.messages.create(
            number=self.last_number, version=self.version, sent_at=self.last_at, **fields
        )

    def _changed(self) -> int:
        self.version += 1
        self.save(update_fields=["version"])
        return self.version

    def _tell(self, message: Message) -> None:
        """Note whom this message is told to: those it concerns who have not been told since they last read."""
        known = set(self.read_marks.values_list("person", flat=True))
        unmarked = [person for person in people_of(self.subject) if person.pk not in known]
        fresh = may_discuss_among(unmarked, self.subject)
        ReadMark.objects.bulk_create(
            [ReadMark(conversation=self, person=person) for person in fresh], ignore_conflicts=True
        )
        listeners = self.read_marks.exclude(person=message.author_id).exclude(
            person__in=deaf_to(message.author)
        )
        listeners.to_tell().update(told=message.number)
        _forget_counts([*known, *(person.pk for person in fresh)])

    def people_to_tell(self, number: int) -> Iterable[Any]:
        """Those whom the message with that number is told to now: who have not read it and may (still)."""
        marks = self.read_marks.told_of(number).select_related("person")
        return may_discuss_among([mark.person for mark in marks], self.subject)

    def tells(self, person: Any, number: int) -> bool:
        """`people_to_tell` for one."""
        told = self.read_marks.told_of(number).filter(person=person).exists()
        return told and may_discuss(person, self.subject)


def _forget_counts(people: list[int]) -> None:
    transaction.on_commit(lambda: cache.delete_many(map(unread_key, people)))


class Message(models.Model):
    """What somebody said, or that something happened (`kind`). What is deleted leaves its number and its trace."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", verbose_name=_("conversation")
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    version = models.PositiveIntegerField(editable=False)
    client_id = models.UUIDField(_("client id of the form"), null=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    kind = models.CharField(_("what happened"), max_length=80, blank=True, editable=False)
    event = models.OneToOneField("portal.Event", models.SET_NULL, null=True, editable=False, related_name="+")
    text = models.TextField(_("text"), max_length=TEXT_LIMIT, blank=True)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, editable=False)
    hidden_at = models.DateTimeField(_("hidden by a moderator at"), null=True, editable=False)

    photos = GenericRelation("portal.Photo")
    voice_notes = GenericRelation("portal.VoiceNote")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="message_number_once"),
            models.UniqueConstraint(fields=["author", "client_id"], name="message_sent_once"),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(text=""), name="a_deleted_message_says_nothing"
            ),
        ]
        indexes = [models.Index(fields=["conversation", "version"], name="message_version")]

    def __str__(self) -> str:
        return f"{self.conversation_id} · {self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('community:conversation', args=[self.conversation_id])}#m{self.number}"

    @property
    def state(self) -> State:
        if self.deleted_at:
            return State.DELETED
        is_fresh = not self.kind and timezone.now() - self.sent_at < EDIT_WITHIN
        return State.FRESH if is_fresh else State.SENT

    # What a report asks of whatever is reported (community/safety).

    @property
    def reportable_author(self) -> Any:
        return None if self.kind or self.deleted_at else self.author

    @property
    def reportable_name(self) -> str:
        return str(self.conversation)

    @property
    def reportable_text(self) -> str:
        return self.text

    @property
    def municipality(self) -> Any:
        return getattr(self.conversation.subject, "municipality", None)

    # -- the verbs --------------------------------------------------------------------------------------------------

    def edit(self, *, by: Any, text: str) -> None:
        """Other words, while it is fresh; what stood there before is kept nowhere. Raises NotPossible."""
        self._step("edit", by=by, text=text, edited_at=timezone.now())

    @transaction.atomic
    def delete_by(self, by: Any) -> None:
        """What was said goes, with its photos and voice notes; that something was said stays. Raises NotPossible."""
        self._step("delete", by=by)
        self.forget()

    @transaction.atomic
    def forget(self) -> None:
        """What was said goes, files and all; nobody is asked, and nothing recorded."""
        self._set(text="", deleted_at=timezone.now())
        self.photos.all().delete()
        self.voice_notes.all().delete()

    def hide(self, *, by: Any) -> None:
        """A moderator takes it away from the others."""
        self._moderated(by=by, hidden_at=timezone.now())

    def restore(self, *, by: Any) -> None:
        self._moderated(by=by, hidden_at=None)

    @transaction.atomic
    def _moderated(self, *, by: Any, **changes: Any) -> None:
        self._set(**changes)
        record(FACTS["moderate"], self, by=by, conversation=str(self.conversation_id), number=self.number)

    @transaction.atomic
    def _step(self, verb: str, *, by: Any, **changes: Any) -> None:
        Conversation.objects.select_for_update(no_key=True).get(pk=self.conversation_id)
        self.refresh_from_db(fields=["text", "sent_at", "edited_at", "deleted_at"])
        if not by.has_perm(f"community.{verb}_message", self):
            raise PermissionDenied
        target_of(self.state, verb)
        self._set(**changes)
        record(FACTS[verb], self, by=by, conversation=str(self.conversation_id), number=self.number)

    @transaction.atomic
    def _set(self, **changes: Any) -> None:
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=self.conversation_id)
        for name, value in {"version": conversation._changed(), **changes}.items():
            setattr(self, name, value)
        self.save(update_fields=["version", *changes])


class ReadMark(models.Model):
    """How far somebody has read, of what they were last told, and whether they want to hear of more."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="read_marks", verbose_name=_("conversation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    number = models.PositiveIntegerField(_("read up to"), default=0)
    told = models.PositiveIntegerField(_("told of"), default=0)
    is_muted = models.BooleanField(_("muted"), default=False)

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="one_read_mark_each")]

    def __str__(self) -> str:
        return f"{self.conversation_id} · {self.number}"
