from __future__ import annotations

import re
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from portal.extensions.queries import Way, asked_words
from portal.extensions.stems import is_stop_word
from portal.extensions.words import WORD, folded
from portal.ui.words import listed

from .querysets import SynonymsQuerySet, UnmetQuerySet

MOST_WAYS = 20  # of saying one thing: each makes every search for it longer
LONGEST_WAY = 60  # characters
MOST_WORDS_IN_WAY = 5


class SearchSynonyms(models.Model):
    """Several ways to say one thing: whoever looks for one of them finds what says it in another."""

    ways = models.TextField(
        _("words that mean the same"),
        help_text=_("One to a line. Each may be several words: eviction, letter from the court."),
    )
    language = models.CharField(
        _("for whoever reads"),
        max_length=10,
        blank=True,
        choices=[("", _("any language")), *settings.LANGUAGES],
        help_text=_("Choose one where a word means something else in another language."),
    )

    objects = SynonymsQuerySet.as_manager()

    class Meta:
        verbose_name = _("words that mean the same")
        verbose_name_plural = _("words that mean the same")
        ordering = ["ways"]
        constraints = [models.CheckConstraint(condition=~Q(ways=""), name="portal_synonyms_say_something")]

    def __str__(self) -> str:
        return listed(self.said())

    def said(self) -> list[str]:
        """The ways as an editor wrote them."""
        parts = (" ".join(part.split()) for part in re.split(r"[\n,;،؛]", self.ways))
        return list({folded(part): part for part in parts if part}.values())

    def as_ways(self) -> list[Way]:
        return [tuple(asked_words(said)) for said in self.said()]

    def clean(self) -> None:
        """ValidationError for what would find nothing, everything, or what another entry decides already."""
        if not self.ways:
            return  # the field says so itself
        problems = [problem for said in self.said() if (problem := _problem(said))]
        if not problems and len(self.said()) < 2:
            problems.append(gettext("Write at least two: what people look for, and what our pages say."))
        if len(self.said()) > MOST_WAYS:
            problems.append(gettext("These are too many. Write %(most)s at most.") % {"most": MOST_WAYS})
        if not problems:
            problems = self._told_elsewhere()
        if problems:
            raise ValidationError({"ways": problems})
        self.ways = "\n".join(self.said())

    def _told_elsewhere(self) -> list[str]:
        own = {folded(said): said for said in self.said()}
        others = SearchSynonyms.objects.exclude(pk=self.pk)
        if self.language:
            others = others.for_readers_of(self.language)
        return [
            gettext("“%(word)s” stands in another entry already: %(entry)s. Add to that one.")
            % {"word": own[key], "entry": other}
            for other in others
            for key in own.keys() & {folded(said) for said in other.said()}
        ]

    @classmethod
    @transaction.atomic
    def add(cls, said: str, means: str, *, by: Any) -> Self:
        """Whoever looks for `said` finds `means` from now on. Joins the entry that has one of them already; said twice,
        it is there once. Raises ValidationError, of the field `ways`."""
        wanted = {folded(" ".join(words.split())) for words in (said, means)}
        entries = cls.objects.select_for_update().filter(language="")
        known = next((e for e in entries if wanted & {folded(way) for way in e.said()}), None)
        entry = known or cls(ways="")
        entry.ways = "\n".join([*entry.said(), means, said])
        entry.full_clean()
        entry.save()
        log(entry, "wagtail.edit" if known else "wagtail.create", user=by)
        return entry


def _problem(said: str) -> str:
    words = WORD.findall(said)
    if not any(letter.isalpha() for letter in said):
        return gettext("“%(word)s” is no word.") % {"word": said}
    if len(said) > LONGEST_WAY or len(words) > MOST_WORDS_IN_WAY:
        return gettext("“%(word)s” is too long: five words at most.") % {"word": said[:LONGEST_WAY]}
    if all(len(folded(word)) < 2 or is_stop_word(word) for word in words):
        return gettext("“%(word)s” stands in every text: it would find everything.") % {"word": said}
    return ""


class UnmetSearch(models.Model):
    """What several people looked for in one week and did not find. Nothing of them: see portal/search/unmet.py."""

    words = models.CharField(_("what was looked for"), max_length=60)
    language = models.CharField(_("language"), max_length=10)
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    asked = models.PositiveIntegerField(_("times"))

    objects = UnmetQuerySet.as_manager()

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        constraints = [
            models.UniqueConstraint(fields=["week", "words", "language"], name="portal_unmet_once_a_week"),
        ]

    def __str__(self) -> str:
        return self.words
