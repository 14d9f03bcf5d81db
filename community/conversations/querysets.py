from __future__ import annotations

from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Cast

from .taking_part import discussed_by


class ConversationQuerySet(models.QuerySet):
    def on(self, subject: models.Model) -> ConversationQuerySet:
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(content_type=kind, object_id=str(subject.pk))

    def visible_to(self, user) -> ConversationQuerySet:
        """Of these, the ones that somebody may take part in; agrees with the rule community.view_conversation."""
        return self.filter(pk__in=self.subjects_for(user).keys())

    def subjects_for(self, user) -> dict[UUID, models.Model]:
        """What the conversations are about in which somebody may take part, by the conversation's key.

        Asked of what they are about: one query for each kind of thing among them. Narrow it first.
        """
        if not user.is_authenticated or not user.is_active:
            return {}
        keys: dict[int, dict[str, UUID]] = {}
        for pk, kind, key in self.order_by().values_list("pk", "content_type", "object_id"):
            keys.setdefault(kind, {})[key] = pk
        subjects = {}
        for kind, of_kind in keys.items():
            model = ContentType.objects.get_for_id(kind).model_class()
            if model is not None:
                found = discussed_by(user, model, of_kind.keys())
                subjects |= {of_kind[key]: subject for key, subject in found.items()}
        return subjects

    def with_part_of(self, user) -> ConversationQuerySet:
        """In which somebody has written, has been written to, or has read."""
        return self.filter(read_marks__person=user)

    def with_news_for(self, user) -> ConversationQuerySet:
        """With `unread`, how many messages somebody has not read, and `is_muted` (None: they have no part in it)."""
        mark = self.model.read_marks.rel.related_model.objects.filter(
            conversation=OuterRef("pk"), person=user
        )
        read = models.functions.Coalesce(Subquery(mark.values("number")[:1]), 0)
        return self.annotate(
            read=read, unread=F("last_number") - read, is_muted=Subquery(mark.values("is_muted")[:1])
        )

    def with_last_message(self) -> ConversationQuerySet:
        """With `last_text`, `last_author` and what else a line of a list shows of the newest message."""
        last = self.model.messages.rel.related_model.objects.filter(
            conversation=OuterRef("pk"), number=OuterRef("last_number")
        )
        return self.annotate(
            last_text=Subquery(last.values("text")[:1]),
            last_author=Subquery(last.values("author__display_name")[:1]),
            last_author_id=Subquery(last.values("author")[:1]),
            last_kind=Subquery(last.values("kind")[:1]),
            last_deleted_at=Subquery(last.values("deleted_at")[:1]),
            last_hidden_at=Subquery(last.values("hidden_at")[:1]),
        )

    def newest_first(self) -> ConversationQuerySet:
        return self.order_by("-last_at", "-pk")

    def quiet_since(self, moment) -> ConversationQuerySet:
        return self.filter(last_at__lt=moment)


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user) -> MessageQuerySet:
        """Of these, what somebody may read; agrees with the rule community.view_message."""
        Conversation = self.model.conversation.field.related_model
        among = Conversation.objects.filter(pk__in=self.order_by().values("conversation"))
        shown = models.Q(hidden_at=None) | models.Q(author=user.pk)
        return self.filter(shown, conversation__in=among.visible_to(user).values("pk"), deleted_at=None)

    def before(self, number: int) -> MessageQuerySet:
        return self.filter(number__lt=number)

    def since(self, version: int) -> MessageQuerySet:
        """What was said, edited, deleted or hidden after that version of the conversation, in this order."""
        return self.filter(version__gt=version).order_by("version")

    def with_all(self) -> MessageQuerySet:
        """With their authors, and with `has_files`: few have any, and only theirs are fetched (words.told)."""
        kind = ContentType.objects.get_for_model(self.model)
        photos, voice_notes = (
            self.model._meta.get_field(name).related_model.objects.filter(
                content_type=kind, object_id=Cast(OuterRef("pk"), models.CharField())
            )
            for name in ("photos", "voice_notes")
        )
        return self.select_related("author").annotate(
            has_files=models.Q(Exists(photos)) | models.Q(Exists(voice_notes))
        )


class ReadMarkQuerySet(models.QuerySet):
    def unread(self) -> ReadMarkQuerySet:
        """There is something that the person has not read and wants to hear of."""
        return self.filter(number__lt=F("conversation__last_number"), is_muted=False)

    def to_tell(self) -> ReadMarkQuerySet:
        """Those who have not been told since they last read: one word of news is enough until then."""
        return self.filter(is_muted=False, told__lte=F("number"))

    def told_of(self, message_number: int) -> ReadMarkQuerySet:
        """Those whom this message is told to, as long as they have not read it."""
        return self.filter(told=message_number, number__lt=message_number, is_muted=False)
