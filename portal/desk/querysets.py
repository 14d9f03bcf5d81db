from __future__ import annotations

from django.apps import apps
from django.db import models

from .rules import answers_letters


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user) -> ThreadQuerySet:
        """What somebody may read; agrees with the rule `portal.view_thread`, which is asked for one."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if answers_letters(user) else self.filter(person=user)

    def waiting(self) -> ThreadQuerySet:
        """The agency has not answered yet."""
        return self.filter(state="waiting")

    def taken_by(self, user) -> ThreadQuerySet:
        return self.filter(caseworker=user)

    def taken_by_nobody(self) -> ThreadQuerySet:
        return self.filter(caseworker=None)

    def longest_waiting_first(self) -> ThreadQuerySet:
        """What waits, the oldest first; then what is answered, the newest first."""
        waits = models.Case(models.When(state="waiting", then=0), default=1)
        since = models.Case(models.When(state="waiting", then="state_since"))
        return self.order_by(waits, since, "-state_since", "pk")

    def with_last_letter(self) -> ThreadQuerySet:
        """With `last_letter`, the id of the newest; None where there is none. And with `letter_count`."""
        return self.annotate(last_letter=models.Max("letters__pk"), letter_count=models.Count("letters"))

    def with_last_word(self) -> ThreadQuerySet:
        """With `last_is_from_agency`, whose the newest letter is: so many threads tell their state in one query."""
        letters = (
            apps.get_model("portal", "Letter").objects.filter(thread=models.OuterRef("pk")).newest_first()
        )
        return self.annotate(last_is_from_agency=models.Subquery(letters.values("from_agency")[:1]))

    def with_people(self) -> ThreadQuerySet:
        return self.select_related("person", "caseworker")


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user) -> LetterQuerySet:
        """The rule `portal.view_letter`, for many."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if answers_letters(user) else self.filter(thread__person=user)

    def unread(self) -> LetterQuerySet:
        return self.filter(read_at=None)

    def newest_first(self) -> LetterQuerySet:
        return self.order_by("-sent_at", "-pk")
