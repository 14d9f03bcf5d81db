"""Local resources in the words of Open Referral's HSDS 3: who offers what to whom, where and when.

A `ResourcePage` is a service. What it says stands on the page of each language; what is the case about it (`FACTS`)
stands on the page of the language that is written first, and every translation reads it there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable, Revision, TranslatableMixin
from wagtail.search import index
from wagtail.search.backends import get_search_backends
from wagtail_localize.fields import BaseTranslatableField

from portal.events import record
from portal.pages.editing.review import hand_in
from portal.pages.languages import reader_url
from portal.pages.portal_page import SITUATIONS_PANEL, PortalPage, SituatedMixin, TextPage
from portal.people.models import Organization
from portal.tasks import background
from portal.ui.whole_pages import purge_pages

from .fields import CodesField, Said, WordsField, said
from .forms import ResourceForm
from .hours import Day, day_name, line
from .panels import FactsPanel, PlacesPanel
from .querysets import CorrectionQuerySet, RenewalQuerySet, ResourceManager, dropped_since, warned_since
from .schedules import State, next_days, state, week
from .words import ICONS, WEEKDAYS, WEEKS, Cost, Language, Need, Status

SAYS_NOW = timedelta(minutes=1)  # for so long, "open now" may stand
# What an organization may say anew about its entry, by the link in its mail. Each is a plain text of the page.
OPEN_TO_CORRECTION = ("search_description", "who", "how", "cost_note", "documents")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")  # schema.org's
TOLD_AHEAD = 3  # days of a month, for those who know weeks only
FEW = 20  # pages, as many as somebody waits for when the search has to read them anew


class Provider(models.Model):
    """Who offers something: an organization of HSDS. Its e-mail address and telephone are those it tells everybody."""

    hsds_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    legal_status = models.CharField(_("kind"), max_length=20, choices=Organization.Kind.choices)
    about = WordsField(verbose_name=_("who they are"))
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_(
            "That of the office, which everybody may read. Once a year we ask there whether all is still right."
        ),
    )
    website = models.URLField(_("website"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    partner = models.OneToOneField(
        "portal.Organization",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("known here as"),
        help_text=_("The organization of the register whose people sign in."),
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("provider of resources")
        verbose_name_plural = _("providers of resources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def what(self) -> Said:
        return said(self.about)

    def tell_anew(self) -> None:
        """Whoever has saved it says so: its words stand on the pages of all that it offers, and the search finds them
        by its name."""
        purge_pages()
        if self.pages().count() <= FEW:
            self.read_for_search()
        else:
            read_for_search.enqueue(self.pk)

    def pages(self) -> models.QuerySet:
        """What it offers, in every language."""
        return ResourcePage.objects.filter(translation_key__in=self.resources.values("translation_key"))

    def read_for_search(self) -> None:
        for page in self.pages().select_related("locale"):
            index.insert_or_update_object(page)


@background()
def read_for_search(pk: int) -> None:
    if provider := Provider.objects.filter(pk=pk).first():
        provider.read_for_search()


class Place(models.Model):
    """Where something is offered: a location of HSDS."""

    hsds_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=160)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    municipality = models.ForeignKey(
        "portal.Municipality", models.PROTECT, related_name="places", verbose_name=_("municipality")
    )
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    accessibility = WordsField(verbose_name=_("getting in"), help_text=_("Steps, lift, width of the door."))
    transport = WordsField(verbose_name=_("how one gets there"))
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("place of resources")
        verbose_name_plural = _("places of resources")
        ordering = ["municipality__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "address", "municipality"], name="place_once"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="place_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.address}"

    def clean(self) -> None:
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("Write both numbers, or neither.")})
        for field, most in (("latitude", 90), ("longitude", 180)):
            value = getattr(self, field)
            if value is not None and abs(value) > most:
                raise ValidationError({field: _("No place on earth has this number.")})

    @property
    def getting_in(self) -> Said:
        return said(self.accessibility)

    @property
    def way(self) -> Said:
        return said(self.transport)

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, in degrees."""
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.latitude), float(self.longitude)

    @property
    def geo(self) -> str:
        """The `geo:` address that opens the phone's own map."""
        return f"geo:{self.latitude},{self.longitude}" if self.point else ""

    @property
    def town(self) -> str:
        return " ".join(filter(None, (self.postcode, self.municipality.name)))


class DirectoryPage(PortalPage):
    """Where local resources are found; they are its children."""

    icon = "map-pin"
    template = "portal/pages/directory/find.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.ResourcePage"]

    class Meta:
        verbose_name = _("directory of resources")
        verbose_name_plural = _("directories of resources")

    @property
    def changes_at(self) -> datetime:
        """A list says what is open now: it is kept for a minute."""
        return timezone.now() + SAYS_NOW

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from .find import found

        return {**super().get_context(request, *args, **kwargs), **found(self, request)}

    def serve(self, request: HttpRequest, *args, **kwargs):
        from .street import allow_tiles, wants_street

        response = super().serve(request, *args, **kwargs)
        return allow_tiles(response) if wants_street(request) else response


class ResourcePage(SituatedMixin, TextPage):
    # -- what it says, on the page of each language
    who = models.TextField(_("who it is for"), blank=True)
    how = models.TextField(_("how one asks for it"), blank=True)
    cost_note = models.CharField(_("what it costs, in words"), max_length=250, blank=True)
    documents = models.TextField(_("what to bring"), blank=True, help_text=_("One thing a line."))

    # -- the facts, on the page of the language that is written first
    provider = models.ForeignKey(
        Provider,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name=_("who offers it"),
    )
    status = models.CharField(
        _("how it stands"), max_length=20, choices=Status.choices, default=Status.ACTIVE
    )
    needs = CodesField(codes=Need.choices, blank=True, verbose_name=_("what it helps with"))
    languages = CodesField(codes=Language.choices, blank=True, verbose_name=_("languages spoken there"))
    interpreter = models.BooleanField(_("an interpreter can come"), default=False)
    cost = models.CharField(_("cost"), max_length=10, choices=Cost.choices, default=Cost.FREE)
    age_from = models.PositiveSmallIntegerField(_("from this age"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("up to this age"), null=True, blank=True)
    municipalities = ParentalManyToManyField(
        "portal.Municipality",
        blank=True,
        related_name="+",
        verbose_name=_("for who lives in"),
        help_text=_("None: the whole district."),
    )
    assured_on = models.DateField(
        _("entry checked on"),
        default=timezone.localdate,
        help_text=_("When somebody last asked whether all of this is still right."),
    )
    changed_at = models.DateTimeField(auto_now=True)

    FACTS = (
        "provider",
        "status",
        "needs",
        "languages",
        "interpreter",
        "cost",
        "age_from",
        "age_to",
        "municipalities",
        "assured_on",
    )
    # Whoever puts a page into another language is asked for its words. The facts are nobody's to copy or to translate:
    # every language reads them on the page that is written first.
    override_translatable_fields = [BaseTranslatableField(name) for name in (*FACTS, "places")]

    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("body"),
        FieldPanel("who"),
        FieldPanel("how"),
        FieldPanel("cost_note"),
        FieldPanel("documents"),
        FactsPanel(
            [
                FieldPanel("provider"),
                FieldRowPanel([FieldPanel("status"), FieldPanel("assured_on")]),
                FieldPanel("needs"),
                FieldPanel("languages"),
                FieldPanel("interpreter"),
                FieldPanel("cost"),
                FieldRowPanel([FieldPanel("age_from"), FieldPanel("age_to")]),
                FieldPanel("municipalities"),
                SITUATIONS_PANEL,
            ],
            heading=_("Facts, the same in every language"),
        ),
        PlacesPanel(
            "places",
            heading=_("Where and when"),
            label=_("place"),
            panels=[
                FieldPanel("place"),
                FieldPanel("phone"),
                FieldPanel("note"),
                InlinePanel(
                    "hours",
                    heading=_("Opening times"),
                    label=_("opening time"),
                    panels=[
                        FieldPanel("days"),
                        FieldPanel("weeks"),
                        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
                        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
                        FieldPanel("on_holidays"),
                    ],
                ),
            ],
        ),
    ]
    base_form_class = ResourceForm
    search_fields = [*TextPage.search_fields, index.FilterField("assured_on")]
    template = "portal/pages/directory/resource.html"
    parent_page_types = ["portal.DirectoryPage"]
    subpage_types: list[str] = []

    objects = ResourceManager()

    class Meta:
        verbose_name = _("local resource")
        verbose_name_plural = _("local resources")
        constraints = [
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=F("age_from")),
                name="resource_ages_in_order",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.age_from is not None and self.age_to is not None and self.age_to < self.age_from:
            raise ValidationError({"age_to": _("This is less than the age that it begins from.")})
        if self.assured_on and self.assured_on > timezone.localdate():
            raise ValidationError({"assured_on": _("This day is still to come.")})

    # -- where the facts are

    @property
    def is_first(self) -> bool:
        """Whether it is the page in the language that is written first, which carries the facts."""
        return self.locale.language_code == settings.LANGUAGE_CODE

    @cached_property
    def facts(self) -> ResourcePage:
        """The page that the facts of this one are read from: its own, or that of the language that is written first."""
        if self.is_first:
            return self
        first = (
            ResourcePage.objects.filter(
                translation_key=self.translation_key, locale__language_code=settings.LANGUAGE_CODE
            )
            .select_related("provider")
            .first()
        )
        return first or self

    @cached_property
    def where(self) -> list[ServiceAtLocation]:
        """Where it is offered, with hours; of a draft that is previewed, as it stands in the draft."""
        offers = self.places.all().select_related("place__municipality", "page__provider")
        places = list(offers.prefetch_related("hours"))
        if places and not type(self).provider.is_cached(self):
            self.provider = places[0].page.provider  # came along
        return places

    # -- how it stands

    @property
    def is_old(self) -> bool:
        """Nobody has looked at it for a year: whoever reads it had better call first."""
        return self.assured_on <= warned_since()

    @property
    def is_dropped(self) -> bool:
        """It has left the lists: for its age, or because it is no more."""
        return (
            self.assured_on <= dropped_since() or self.status == Status.INACTIVE or self.provider_id is None
        )

    @property
    def is_closed_for_now(self) -> bool:
        return self.status == Status.CLOSED

    @property
    def need_labels(self) -> list[tuple[str, str, str]]:
        """Code, pictogram and word of each need."""
        return [(code, ICONS[code], Need(code).label) for code in self.needs if code in Need]

    @property
    def language_labels(self) -> list[str]:
        return [str(Language(code).label) for code in self.languages if code in Language]

    @property
    def things_to_bring(self) -> list[str]:
        return [line.strip(" -•\t") for line in self.documents.splitlines() if line.strip(" -•\t")]

    @property
    def description(self) -> str:
        """The summary and the text, without their marks."""
        body = self.body.stream_block.get_searchable_content(self.body)
        return "\n\n".join(filter(None, [self.search_description, *body]))

    def texts(self) -> list[str]:
        own = [*super().texts(), self.who, self.how, self.cost_note, self.documents]
        facts = self.facts
        if facts.provider_id:
            own.append(facts.provider.name)
        return [*own, *(str(label) for _code, _icon, label in facts.need_labels)]

    @classmethod
    def get_indexed_objects(cls) -> models.QuerySet:
        return super().get_indexed_objects().exclude(translation_key__in=cls._dropped_keys())

    def get_indexed_instance(self) -> ResourcePage | None:
        """What has left the lists is not found by the search either."""
        found = super().get_indexed_instance()
        return None if found is None or found.facts.is_dropped else found

    @classmethod
    def _dropped_keys(cls) -> models.QuerySet:
        first = cls._default_manager.with_facts()
        return first.filter(Q(assured_on__lte=dropped_since()) | Q(status=Status.INACTIVE)).values(
            "translation_key"
        )

    # -- verbs

    @transaction.atomic
    def assure(self, *, by: Any = None, on: date | None = None) -> None:
        """Somebody has asked, and all of it is still right. Said of whatever language, it holds for the resource.

        `by` None is the organization itself, by the link of its mail. Drafts that wait know of it, too. Saying it twice
        on one day is saying it once.
        """
        on = on or timezone.localdate()
        page = ResourcePage.objects.select_for_update().get(pk=self.facts.pk)
        if page.assured_on >= on:
            return
        ResourcePage.objects.filter(pk=page.pk).update(assured_on=on, changed_at=timezone.now())
        purge_pages()
        self._assure_drafts(page, on)
        record("portal.resource.assured", page, by=by)
        self.facts.assured_on = on
        for version in page.get_translations(inclusive=True).specific():
            index.insert_or_update_object(version)

    @staticmethod
    def _assure_drafts(page: ResourcePage, on: date) -> None:
        """A draft that is published later must not bring back the older day."""
        for revision in Revision.objects.filter(pk=page.latest_revision_id):
            if "assured_on" in revision.content:
                revision.content["assured_on"] = on.isoformat()
                Revision.objects.filter(pk=revision.pk).update(content=revision.content)

    @transaction.atomic
    def propose(self, said: dict[str, str], *, note: str, client_id: uuid.UUID, by: Any = None) -> Correction:
        """What the organization says is not right any more: a draft, and a note for the editor. Nothing is published.

        Other words wait for an editor's review, unless an editor has a draft of their own begun. `by` None is the
        organization itself, by the link of its mail. `said` are texts by the names in OPEN_TO_CORRECTION; the same
        `client_id` again is the same correction.
        """
        page = ResourcePage.objects.select_for_update().get(pk=self.facts.pk)
        if made := Correction.objects.filter(client_id=client_id).first():
            return made
        draft = page.get_latest_revision_as_object()
        # Only what differs from what everybody reads: a draft of the editor's own keeps the rest.
        changed = {
            name: text
            for name, text in said.items()
            if name in OPEN_TO_CORRECTION and text != getattr(page, name)
        }
        revision = None
        if changed:
            for name, text in changed.items():
                setattr(draft, name, text)
            begun = page.has_unpublished_changes
            revision = draft.save_revision(user=by)
            if not begun:
                hand_in(page, by=by)
        made = Correction.objects.create(page=page, revision=revision, note=note, client_id=client_id)
        record("portal.resource.corrected", page, by=by, correction=made.pk)
        return made

    @property
    def changes_at(self) -> datetime:
        return timezone.now() + SAYS_NOW

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        facts = self.facts
        now = timezone.now()
        # First: who offers it comes along with where.
        places = [
            {"at": at, "state": at.state(now), "week": at.week(timezone.localdate(now))} for at in facts.where
        ]
        return {
            **super().get_context(request, *args, **kwargs),
            "facts": facts,
            "places": places,
            "directory_url": reader_url(self.pages_above()[-1]),
        }

    def about(self, request: HttpRequest) -> dict[str, Any]:
        """The page in the words of schema.org."""
        facts = self.facts
        data: dict[str, Any] = {
            "@type": "GovernmentService" if _is_public(facts) else "Service",
            "name": self.title,
            "description": Truncator(self.search_description).chars(300),
            "availableLanguage": facts.languages,
            "url": request.build_absolute_uri(self.url or "/"),
        }
        if facts.provider:
            data["provider"] = {"@type": "Organization", "name": facts.provider.name}
        if where := facts.where:
            data["availableChannel"] = [
                {"@type": "ServiceChannel", "serviceLocation": at.structured_data()} for at in where
            ]
        return data


def _is_public(facts: ResourcePage) -> bool:
    return bool(facts.provider and facts.provider.legal_status == Organization.Kind.PUBLIC)


class ServiceAtLocation(TranslatableMixin, Orderable, ClusterableModel):
    """That a resource is offered at a place, and when. Its `translation_key` is its name in HSDS: a copy of the page as
    a new resource gets a new one, a copy as a translation keeps it, and is read by nobody."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, related_name="offers", verbose_name=_("place"))
    phone = models.CharField(_("telephone there"), max_length=30, blank=True)
    note = WordsField(verbose_name=_("good to know"), help_text=_("Which door, which floor, by appointment."))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("place of a resource")
        verbose_name_plural = _("places of a resource")
        constraints = [models.UniqueConstraint(fields=["page", "place"], name="resource_once_at_a_place")]

    def __str__(self) -> str:
        return str(self.place)

    @property
    def remark(self) -> Said:
        return said(self.note)

    def rows(self) -> list[OpeningTime]:
        return list(self.hours.all())

    def state(self, moment=None) -> State:
        return state(self.rows(), moment)

    def week(self, today: date | None = None) -> list[Day]:
        """From Monday to Sunday, in the reader's words."""
        today = today or timezone.localdate()
        return [
            Day(day_name(day), [line(row, day) for row in rows], day == str(today.weekday()))
            for day, rows in week(self.rows(), today)
        ]

    def structured_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "@type": "Place",
            "name": self.place.name,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": self.place.address,
                "postalCode": self.place.postcode,
                "addressLocality": self.place.municipality.name,
                "addressCountry": "IT",
            },
        }
        if self.phone:
            data["telephone"] = self.phone
        if point := self.place.point:
            data["geo"] = {"@type": "GeoCoordinates", "latitude": point[0], "longitude": point[1]}
        today = timezone.localdate()
        if told := [one for row in self.rows() for one in row.structured_data(today)]:
            data["openingHoursSpecification"] = told
        return data


class OpeningTime(models.Model):
    """Some days of every week, or of given weeks of the month, from when to when. What closes no later than it opens
    closes on the next day."""

    at = ParentalKey(ServiceAtLocation, on_delete=models.CASCADE, related_name="hours")
    days = CodesField(codes=WEEKDAYS, verbose_name=_("days"), max_length=20)
    weeks = CodesField(
        codes=WEEKS,
        blank=True,
        verbose_name=_("which of the month"),
        max_length=20,
        help_text=_(
            "First and third, with Monday: the first and third Monday of the month. None: every week."
        ),
    )
    opens = models.TimeField(_("opens at"))
    closes = models.TimeField(
        _("closes at"),
        help_text=_("After midnight: write 22:00 and 02:00. Day and night: 00:00 and 00:00."),
    )
    valid_from = models.DateField(_("only from"), null=True, blank=True)
    valid_to = models.DateField(_("only until"), null=True, blank=True)
    on_holidays = models.BooleanField(_("open on public holidays, too"), default=False)

    class Meta:
        verbose_name = _("opening time of a resource")
        verbose_name_plural = _("opening times of a resource")
        ordering = ["days", "opens", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(days=""), name="resource_hours_have_days"),
            models.CheckConstraint(
                condition=~Q(opens=F("closes")) | Q(opens="00:00"), name="resource_hours_last"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="resource_hours_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{','.join(self.days)} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def structured_data(self, today: date) -> list[dict[str, Any]]:
        """In the words of schema.org, which knows no first Monday of a month: the next ones are told as days."""
        if not self.weeks:
            return [self._specification(self.days, self.valid_from, self.valid_to)]
        return [
            self._specification([str(day.weekday())], day, day) for day in next_days(self, today)[:TOLD_AHEAD]
        ]

    def _specification(self, days: list[str], first: date | None, last: date | None) -> dict[str, Any]:
        told: dict[str, Any] = {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [DAYS[int(day)] for day in days],
            "opens": f"{self.opens:%H:%M}",
            "closes": f"{self.closes:%H:%M}",
        }
        if first:
            told["validFrom"] = first.isoformat()
        if last:
            told["validThrough"] = last.isoformat()
        return told

    @property
    def is_all_day(self) -> bool:
        return self.opens == self.closes

    @property
    def ends_next_day(self) -> bool:
        return self.closes < self.opens and bool(self.closes.hour or self.closes.minute)

    def clean(self) -> None:
        if (
            self.opens
            and self.closes
            and self.opens == self.closes
            and (self.opens.hour or self.opens.minute)
        ):
            raise ValidationError(
                {"closes": _("It would close the moment it opens. For day and night write 00:00 and 00:00.")}
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("This day comes before the first one.")})


class Renewal(models.Model):
    """That an organization was asked by mail whether its entries are right. Here lies a digest of the link."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="renewals")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a provider")
        verbose_name_plural = _("questions to providers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="renewal_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} · {self.sent_at:%Y-%m-%d}"

    def entries(self) -> models.QuerySet[ResourcePage]:
        """What the link lets the organization speak about: its own entries that are in use."""
        return ResourcePage.objects.in_use().filter(provider=self.provider_id).order_by("title", "pk")


class Correction(models.Model):
    """What an organization says is not right any more: a draft where it changed a text, a note for the rest."""

    page = models.ForeignKey(ResourcePage, models.CASCADE, related_name="corrections")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    client_id = models.UUIDField(unique=True, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a resource")
        verbose_name_plural = _("corrections of resources")
        ordering = ["-pk"]
        constraints = [
            # Words that an outsider wrote are kept until they have served, and no longer.
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(note=""), name="correction_done_keeps_no_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} · {self.sent_at:%Y-%m-%d}"

    @transaction.atomic
    def settle(self, *, by: Any) -> bool:
        """The editor has seen to it. The note goes; that and when it came stays. False if it was settled before."""
        settled = Correction.objects.filter(pk=self.pk, done_at=None).update(done_at=timezone.now(), note="")
        if settled:
            record("portal.resource.correction_settled", self.page, by=by, correction=self.pk)
        return bool(settled)


def take_out_of_search(pages: Iterable[ResourcePage]) -> None:
    """Past `index.remove_object`, which passes over what is not to be indexed any more."""
    pages = list(pages)
    for backend in get_search_backends(with_auto_update=True):
        for page in pages:
            backend.delete(page)
