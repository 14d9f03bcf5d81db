"""What pages of any Wagtail site may be made of: in several languages, with children, with days, on a matrix.

Nothing here knows a page of ours, a template or an address of the portal. Each mixin stands before `Page`:

    class FairPage(HappensMixin, MultilingualMixin, Page):
        class Meta:
            constraints = HappensMixin.Meta.constraints

Django takes over the Meta of the first abstract model only, so a class names by hand the constraints that it wants.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.url_routing import RouteResult

from portal.ui.characters import in_one_line, sayable
from portal.ui.languages import in_language, language_links

from .languages import below, language_of, reader_url, versions

FEW = 100  # pages that are read at once, rather than counted first
PER_PAGE = 20
SOON = 7  # days within which what ends is said to end soon
CALENDAR = "ics"  # below the address of what has a day
REMINDED = 3  # days before something closes
MORNING = timedelta(hours=9)
LOW, MIDDLE, HIGH = 1, 2, 3  # on either side of a matrix


def http_only() -> URLValidator:
    """For a field that leads away: browsers run what stands behind some other schemes."""
    return URLValidator(schemes=["http", "https"])


class MultilingualMixin:
    """A page that says in which language it is when that is not the reader's. For page models of any Wagtail site."""

    @cached_property
    def versions(self) -> list[Page]:
        return versions(self)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        own = [version for version in self.versions if not version.alias_of_id]
        addresses = {version.locale.language_code: version.url or "/" for version in own}
        content_language = language_of(self)
        here = addresses.get(content_language) or self.url or "/"
        # Where there is no translation, the switcher leads to this text under the other language's menus.
        switched = {code: in_language(addresses.get(code, here), code) for code in dict(settings.LANGUAGES)}
        return {
            **context,
            "content_language": content_language,
            "is_other_language": content_language != get_language(),
            "language_links": language_links(request, switched),
            # For search engines: where the text is at home, and where it truly is in another language.
            "canonical": request.build_absolute_uri(here),
            "alternates": {code: request.build_absolute_uri(url) for code, url in addresses.items()},
            "breadcrumbs": breadcrumbs(self.pages_above()),
        }

    def pages_above(self) -> list[Page]:
        """From the home page down, which knows them all when it has led here (`HomePage.route`)."""
        if "came_by" in self.__dict__:
            return self.came_by
        # The root above a home page is nobody's to see.
        return list(self.get_ancestors().filter(depth__gt=1).select_related("locale"))


class ListsChildrenMixin:
    """A page that lists its live children, twenty at a time.

    They stand as in the tree, or as the `in_order()` of their queryset says. `has_few_children`: some tens, mostly.
    """

    has_few_children = False

    def listed(self) -> PageManager | PageQuerySet:
        return Page.objects

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        children = in_order(below(self.versions, self.listed()))
        if self.has_few_children:
            children = Few(children)
        page_of_children = Paginator(children, PER_PAGE).get_page(request.GET.get("page"))
        return {
            **context,
            "children": [entry(child) for child in page_of_children],
            "page_of_children": page_of_children,
        }


class Few:
    """Pages for a Paginator, counted without a question more where they are as few as they should be."""

    def __init__(self, pages: PageQuerySet) -> None:
        self.pages = pages
        self.first = list(pages[: FEW + 1])

    def count(self) -> int:
        return len(self.first) if len(self.first) <= FEW else self.pages.count()

    def __getitem__(self, some: slice) -> list[Page]:
        is_there = len(self.first) <= FEW or some.stop <= FEW
        return self.first[some] if is_there else list(self.pages[some])


def in_order(pages: PageQuerySet) -> PageQuerySet:
    return pages.in_order() if hasattr(pages, "in_order") else pages


class StructuredDataMixin:
    """A page that tells search engines, in the words of schema.org, what it is about and where it stands."""

    def about(self, request: HttpRequest) -> dict[str, Any] | None:
        """What this page is about: {"@type": …}, in JSON's types. None: it is about nothing that schema.org names."""
        return None

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        found = [self.about(request), self._way(request, context.get("breadcrumbs", []))]
        return {
            **context,
            "structured_data": [{"@context": "https://schema.org", **thing} for thing in found if thing],
        }

    def _way(self, request: HttpRequest, crumbs: list[dict[str, Any]]) -> dict[str, Any] | None:
        if not crumbs:
            return None
        way = [(str(crumb["title"]), crumb["url"]) for crumb in crumbs] + [(self.title, self.url or "/")]
        return {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": name,
                    "item": request.build_absolute_uri(url),
                }
                for position, (name, url) in enumerate(way, start=1)
            ],
        }


class InCalendarMixin:
    """A page with a file below it, under `ics/`, that every phone puts into its calendar."""

    files = [CALENDAR]

    def in_calendar(self) -> icalendar.Event:
        """When it is and where; the rest is every page's own."""
        raise NotImplementedError

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if path_components == [CALENDAR] and self.live:
            return RouteResult(self, kwargs={"as_calendar": True})
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args, as_calendar: bool = False, **kwargs) -> HttpResponse:
        if not as_calendar:
            return super().serve(request, *args, **kwargs)
        content = self.calendar(request.build_absolute_uri(self.url)).to_ical()
        answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = content_disposition_header(True, f"{self.slug}.ics")
        return answer

    def calendar(self, address: str) -> icalendar.Calendar:
        """The same event in every language: who has it in one and takes it in another has it once."""
        event = self.in_calendar()
        event.add("uid", f"{self.translation_key}@{urlsplit(address).hostname}")
        event.add("dtstamp", self.last_published_at or timezone.now())
        if self.search_description:
            event.add("description", sayable(self.search_description))
        event.add("url", address)
        calendar = icalendar.Calendar()
        calendar.add("prodid", f"-//{settings.WAGTAIL_SITE_NAME}//")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add_component(event)
        return calendar


class OpensAndClosesQuerySet(models.QuerySet):
    """The questions about what one can hand in between two days. `moment` defaults to now."""

    def open_now(self, moment: datetime | None = None) -> OpensAndClosesQuerySet:
        day, hour = _day_and_hour(moment)
        return self.filter(_closes_after(day, hour), opens_on__lte=day)

    def not_closed(self, moment: datetime | None = None) -> OpensAndClosesQuerySet:
        return self.filter(_closes_after(*_day_and_hour(moment)))

    def listable(self) -> OpensAndClosesQuerySet:
        return self.not_closed()

    def in_order(self) -> OpensAndClosesQuerySet:
        """What is open, by its last day, then what will open, by its first."""
        is_open = When(opens_on__lte=timezone.localdate(), then=0)
        day = Case(When(opens_on__lte=timezone.localdate(), then="closes_on"), default="opens_on")
        return self.order_by(Case(is_open, default=1), day, F("closes_at").asc(nulls_last=True), "pk")


def _day_and_hour(moment: datetime | None) -> tuple[date, time]:
    here = timezone.localtime(moment)
    return here.date(), here.time()


def _closes_after(day: date, hour: time) -> Q:
    on_the_day = Q(closes_on=day) & (Q(closes_at__isnull=True) | Q(closes_at__gt=hour))
    return Q(closes_on__gt=day) | on_the_day


class OpensAndClosesMixin(InCalendarMixin, models.Model):
    """Something that opens on one day and closes on another; both count, the last one until its hour if it has one.

    Days and hours are those of the installation's time zone.
    """

    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"), help_text=_("The last day on which one can apply."))
    closes_at = models.TimeField(
        _("closes at"), null=True, blank=True, help_text=_("Leave it empty if the whole last day counts.")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_opens_before_it_closes",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("It closes before it opens."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError(
                {"closes_on": _("It closes before it opens. Choose the day of opening or a later one.")}
            )

    def in_calendar(self) -> icalendar.Event:
        """The last day, or its hour; some days before it the phone says so."""
        event, reminded = icalendar.Event(), -timedelta(days=REMINDED)
        if self.closes_at is None:
            event.add("dtstart", self.closes_on)
            event.add("dtend", self.closes_on + timedelta(days=1))
            reminded += MORNING  # a day begins at midnight, when phones should be silent
        else:
            moment = timezone.make_aware(datetime.combine(self.closes_on, self.closes_at))
            event.add("dtstart", moment.astimezone(UTC))
        title = in_one_line(gettext("It closes: %(title)s") % {"title": self.title})
        event.add("summary", title)
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", reminded)
        event.add_component(alarm)
        return event

    @property
    def opening_state(self) -> str:
        """ "later", "open" or "closed", now."""
        day, hour = _day_and_hour(None)
        if day < self.opens_on:
            return "later"
        if day < self.closes_on or (
            day == self.closes_on and (self.closes_at is None or hour < self.closes_at)
        ):
            return "open"
        return "closed"

    @property
    def changes_at(self) -> datetime | None:
        """The hour of today at which it closes; all else about it changes at midnight."""
        if self.closes_at is None or self.closes_on != timezone.localdate():
            return None
        moment = timezone.make_aware(datetime.combine(self.closes_on, self.closes_at))
        return moment if moment > timezone.now() else None

    @property
    def days_left(self) -> int:
        """Until the last day: 0 on that day itself, negative after it."""
        return (self.closes_on - timezone.localdate()).days

    @property
    def closes_soon(self) -> bool:
        return self.opening_state == "open" and self.days_left <= SOON


class HappensQuerySet(models.QuerySet):
    """The questions about what takes place at a time. `moment` defaults to now."""

    def to_come(self, moment: datetime | None = None) -> HappensQuerySet:
        """What is going on belongs to it."""
        return self.filter(ends_at__gt=moment or timezone.now())

    def listable(self) -> HappensQuerySet:
        return self.to_come()

    def in_order(self) -> HappensQuerySet:
        return self.order_by("starts_at", "pk")


class HappensMixin(InCalendarMixin, models.Model):
    """Something that takes place, from one moment to another, somewhere or online."""

    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(
        _("place"),
        max_length=120,
        blank=True,
        help_text=_("What people call it: the courtyard, the library."),
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    online = models.URLField(
        _("online at"),
        blank=True,
        validators=[http_only()],
        help_text=_("Where one can follow it from home."),
    )
    organizer = models.CharField(_("who organizes it"), max_length=120, blank=True)
    cost = models.CharField(_("what it costs"), max_length=120, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_starts_before_it_ends",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it starts."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it starts. Choose a later day or hour.")})

    def in_calendar(self) -> icalendar.Event:
        event = icalendar.Event()
        event.add("dtstart", self.starts_at.astimezone(UTC))
        event.add("dtend", self.ends_at.astimezone(UTC))
        event.add("summary", in_one_line(self.title))
        if where := ", ".join(filter(None, (self.place, self.address))) or self.online:
            event.add("location", in_one_line(where))
        return event

    def about(self, request: HttpRequest) -> dict[str, Any]:
        where = []
        if self.place or self.address:
            where.append(
                {"@type": "Place", "name": self.place or self.address, "address": self.address or self.place}
            )
        if self.online:
            where.append({"@type": "VirtualLocation", "url": self.online})
        mode = {2: "Mixed", 1: "Online" if self.online else "Offline", 0: "Offline"}[len(where)]
        return {
            "@type": "Event",
            "name": self.title,
            "description": self.search_description,
            "url": request.build_absolute_uri(self.url),
            "inLanguage": self.locale.language_code,
            "startDate": timezone.localtime(self.starts_at).isoformat(),
            "endDate": timezone.localtime(self.ends_at).isoformat(),
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
            **({"location": where} if where else {}),
            **({"organizer": {"@type": "Organization", "name": self.organizer}} if self.organizer else {}),
        }

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def changes_at(self) -> datetime | None:
        """When it is over."""
        return None if self.is_over else self.ends_at

    @property
    def is_on_one_day(self) -> bool:
        return timezone.localtime(self.starts_at).date() == timezone.localtime(self.ends_at).date()


class OnMatrixMixin(models.Model):
    """Something that fits people with so much of two things: a rectangle on three by three fields."""

    LEVELS = [(LOW, _("low")), (MIDDLE, _("middle")), (HIGH, _("high"))]
    _within = [MinValueValidator(LOW), MaxValueValidator(HIGH)]

    resources_from = models.PositiveSmallIntegerField(
        _("resources, from"), choices=LEVELS, default=LOW, validators=_within
    )
    resources_to = models.PositiveSmallIntegerField(
        _("resources, to"), choices=LEVELS, default=HIGH, validators=_within
    )
    potential_from = models.PositiveSmallIntegerField(
        _("potential, from"), choices=LEVELS, default=LOW, validators=_within
    )
    potential_to = models.PositiveSmallIntegerField(
        _("potential, to"), choices=LEVELS, default=HIGH, validators=_within
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name=f"%(app_label)s_%(class)s_{side}_from_low_to_high",
                condition=Q(**{f"{side}_from__gte": LOW, f"{side}_to__lte": HIGH})
                & Q(**{f"{side}_to__gte": F(f"{side}_from")}),
                violation_error_message=_("The range is upside down."),
            )
            for side in ("resources", "potential")
        ]

    def clean(self) -> None:
        super().clean()
        upside_down = {
            f"{side}_to": _("This is lower than where it begins. Turn the two round.")
            for side in ("resources", "potential")
            if (first := getattr(self, f"{side}_from"))
            and (last := getattr(self, f"{side}_to"))
            and last < first
        }
        if upside_down:
            raise ValidationError(upside_down)

    @property
    def resources(self) -> range:
        return range(self.resources_from, self.resources_to + 1)

    @property
    def potential(self) -> range:
        return range(self.potential_from, self.potential_to + 1)


def card(page: Page) -> dict[str, Any]:
    """What a list shows of a page, whatever its kind. Its locale should be there already: a list asks once for all."""
    return {
        "title": page.title,
        "summary": page.search_description,
        "url": reader_url(page),
        "language": language_of(page),
        "icon": getattr(page, "icon", ""),
        "date": getattr(page, "date", None),
    }


def entry(page: Page) -> dict[str, Any]:
    """A card with the page itself, for lists that show more of it."""
    return {**card(page), "page": page}


def breadcrumbs(above: list[Page]) -> list[dict[str, Any]]:
    """The way down to a page; the home page goes by a short name, which fits on a phone."""
    crumbs = [card(page) for page in above]
    if crumbs:
        crumbs[0] |= {"title": _("Home"), "language": ""}
    return crumbs
