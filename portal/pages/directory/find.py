"""What of the directory answers a question: by need, municipality, language, cost, what is open, what is near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.housing.models import Municipality
from portal.pages.languages import best_first, for_everybody, reader_url
from portal.ui.whole_pages import generation

from .fields import having
from .gazetteer import Known, Point, kilometres, locate
from .maps import Map, Pin, draw
from .models import ResourcePage, ServiceAtLocation
from .schedules import State
from .street import tiles, wants_street
from .words import ICONS, Cost, Language, Need, Status

PER_PAGE = 20
TOWNS_LAG = 60  # seconds after which a new municipality can be chosen
MOST_PLACES = 200  # that one pin stands for
ON_THE_PHONE = 500  # entries that a phone is given to sort by where it is


FILTERS = ("open", "free", "need", "language", "municipality", "place")  # all but the order


class FindForm(forms.Form):
    """The question, in the address. What cannot be understood is said next to its field, and not asked."""

    need = forms.ChoiceField(
        label=_("What do you need?"),
        choices=Need.choices,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("We do not know this need. Choose one of the pictures.")},
    )
    municipality = forms.ModelChoiceField(
        label=_("Where do you live?"),
        queryset=Municipality.objects.none(),
        required=False,
        empty_label=_("Anywhere"),
        error_messages={"invalid_choice": _("Choose one of the municipalities of the list.")},
    )
    language = forms.ChoiceField(
        label=_("They speak"),
        choices=[("", _("Any language")), *((code, capfirst(name)) for code, name in Language.choices)],
        required=False,
        error_messages={"invalid_choice": _("Choose one of the languages of the list.")},
    )
    near = forms.CharField(
        label=_("Near to"),
        required=False,
        max_length=100,
        help_text=_("A municipality, or a street with its number."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"max_length": _("This is too long. Write a municipality or a street.")},
    )
    open = forms.BooleanField(label=_("Only what is open now"), required=False)
    free = forms.BooleanField(label=_("Only what is free of charge"), required=False)
    place = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, data: Any, *, towns: list[Municipality]) -> None:
        super().__init__(data)
        self.fields["municipality"].queryset = Municipality.objects.all()
        # The towns are there already: once for the field, the map and the names.
        self.fields["municipality"].choices = [("", _("Anywhere")), *((town.pk, town.name) for town in towns)]
        self.towns = {str(town.pk): town for town in towns}
        self.where: Known | None = None
        self.fields["place"].valid_value = lambda value: value.isdecimal() and len(value) < 12

    def clean_near(self) -> str:
        if (text := self.cleaned_data["near"]) and (found := locate(text, self.towns.values())) is None:
            raise forms.ValidationError(
                _("We do not know this place. Write a municipality of the district, or a street.")
            )
        elif text:
            self.where = found
        return text

    def clean_place(self) -> list[int]:
        return self.cleaned_data["place"][:MOST_PLACES]

    def name_of(self, name: str) -> str:
        """What the reader chose there, or what they ticked."""
        value = self.cleaned_data[name]
        if name == "place":
            return gettext("The places of the map")
        if name in ("need", "language"):
            return str((Need if name == "need" else Language)(value).label)
        return str(self.fields[name].label if value is True else value)

    @property
    def said(self) -> dict[str, Any]:
        """What was asked and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@dataclass
class Entry:
    """One resource as a list shows it."""

    facts: ResourcePage
    where: list[ServiceAtLocation]
    title: str
    summary: str
    url: str
    language: str
    at: ServiceAtLocation | None = None
    state: State | None = None
    kilometres: float | None = None

    @property
    def more_places(self) -> int:
        return len(self.where) - 1

    @property
    def distance(self) -> float | None:
        """Kilometres, as people say them."""
        if self.kilometres is None:
            return None
        return round(self.kilometres, 1 if self.kilometres < 10 else None)


class Crowd:
    """What stands under one pin: some places, and the resources that are there."""

    def __init__(self, pin: Pin) -> None:
        self.x, self.y = pin.x, pin.y
        self.places = list(dict.fromkeys(place.pk for place, _entry in pin.things))
        self.names = list(dict.fromkeys(place.name for place, _entry in pin.things))
        self.entries = list({entry.url: entry for _place, entry in pin.things}.values())

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def only(self) -> Entry | None:
        return self.entries[0] if self.count == 1 else None


def found(page: Page, request: HttpRequest) -> dict[str, Any]:
    """What the page of the directory shows. The number of queries is the same for ten resources and a thousand."""
    key = f"portal.directory.towns.{generation()}"
    towns = cache.get_or_set(key, lambda: list(Municipality.objects.all()), TOWNS_LAG)
    form = FindForm(request.GET, towns=towns)
    said = form.said
    entries = _entries(_asked(said), said, form.where)
    page_of_entries = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    need = said.get("need", "")
    return {
        "form": form,
        "said": said,
        "asks_more": bool(set(said) - {"need"}) or bool(form.errors),
        "where": form.where,
        "need": (need, ICONS[need], Need(need).label) if need else None,
        "needs": [
            {"code": code, "icon": ICONS[code], "label": label, "is_current": code == need}
            for code, label in Need.choices
        ],
        "count": len(entries),
        "without": [] if entries else _without(form, request.GET),
        "page_of_entries": page_of_entries,
        "map": (plan := _map(entries, towns, tiles() if wants_street(request) else "")),
        "pins": [Crowd(pin) for pin in plan.pins] if plan else [],
        "can_show_street": bool(tiles()),
        "shows_street": wants_street(request),
        "on_the_phone": [_for_the_phone(entry) for entry in entries[:ON_THE_PHONE]],
        "map_credit": settings.PORTAL_MAP_CREDIT,
        "tile_host": urlsplit(tiles()).netloc,
    }


def _asked(said: dict[str, Any]):
    """What the database can tell."""
    return ResourcePage.objects.listed().filter(*_parts(said).values()).distinct()


def _parts(said: dict[str, Any]) -> dict[str, Q]:
    """The parts of a question that the database can tell, by the names of their fields."""
    parts = {}
    if need := said.get("need"):
        parts["need"] = having("needs", need)
    if language := said.get("language"):
        # Whoever lets an interpreter come is understood by everybody.
        parts["language"] = having("languages", language) | Q(interpreter=True)
    if said.get("free"):
        parts["free"] = Q(cost=Cost.FREE)
    if town := said.get("municipality"):
        parts["municipality"] = Q(municipalities=None) | Q(municipalities=town)
    if places := said.get("place"):
        parts["place"] = Q(places__place__in=places)
    return parts


@dataclass(frozen=True)
class Without:
    """How many there are if one part of the question is left out, and where."""

    name: str
    count: int
    url: str


def _without(form: FindForm, asked: QueryDict) -> list[Without]:
    """Which part of a question, left out, leaves something to be found. Two questions to the database, or three."""
    said = form.said
    parts = _parts(said)
    rests = {name: Q(*(parts[other] for other in parts if other != name)) for name in parts}
    listed = ResourcePage.objects.listed().order_by()
    there = listed.filter(pk__in=_open_now()) if said.get("open") else listed
    counts = there.aggregate(
        **{name: Count("pk", filter=rest or None, distinct=True) for name, rest in rests.items()}
    )
    if said.get("open"):
        counts["open"] = listed.filter(*parts.values()).distinct().count()
    found = []
    for name in (name for name in FILTERS if counts.get(name)):
        question = asked.copy()
        for gone in (name, "page"):
            question.pop(gone, None)
        found.append(Without(form.name_of(name), counts[name], f"?{question.urlencode()}#found"))
    return found


def _open_now() -> list[int]:
    now = timezone.now()
    listed = ResourcePage.objects.listed().filter(status=Status.ACTIVE).only("pk").order_by()
    places = ServiceAtLocation.objects.filter(page__in=listed).prefetch_related("hours")
    return [at.page_id for at in places if at.state(now).is_open]


def _entries(resources, said: dict[str, Any], known: Known | None) -> list[Entry]:
    there = ServiceAtLocation.objects.select_related("place__municipality")
    keys = resources.order_by().values("translation_key")
    versions = for_everybody(ResourcePage.objects.live().filter(translation_key__in=keys))
    # One page has the facts and is always there; the reader's own language may have another. No third is shown.
    versions = versions.filter(locale__language_code__in={settings.LANGUAGE_CODE, get_language()})
    pages = list(
        versions.select_related("provider", "locale").defer("body", "who", "how", "documents").order_by("pk")
    )
    first = [page for page in pages if page.is_first]
    prefetch_related_objects(first, Prefetch("places", there), "places__hours")
    shown = {page.translation_key: page for page in reversed(best_first(pages))}
    now = timezone.now()
    entries = []
    for row in first:
        page = shown[row.translation_key]
        entry = Entry(
            facts=row,
            where=list(row.places.all()),
            title=page.title,
            summary=page.search_description,
            url=reader_url(page),
            language=page.locale.language_code,
        )
        _look(entry, now, known.point if known else None, wants_open="open" in said)
        if not said.get("open") or (entry.state and entry.state.is_open):
            entries.append(entry)
    far = float("inf")
    entries.sort(
        key=lambda entry: (
            (far if entry.kilometres is None else entry.kilometres, entry.title.casefold())
            if known
            else (entry.title.casefold(),)
        )
    )
    return entries


def _look(entry: Entry, now, point: Point | None, *, wants_open: bool) -> None:
    """Which of its places a list tells of: the nearest, or one that is open, or the first. Of what is to be open, the
    nearest that is."""
    states = [(at, at.state(now)) for at in entry.where]
    if entry.facts.is_closed_for_now:
        states = [(at, State(False, now=told.now)) for at, told in states]
    if wants_open:
        states = [one for one in states if one[1].is_open] or states
    if point:
        near = [
            (kilometres(point, at.place.point), at, told) for at, told in states if at.place.point is not None
        ]
        if near:
            entry.kilometres, entry.at, entry.state = min(near, key=lambda one: one[0])
            return
    if states:
        entry.at, entry.state = next((one for one in states if one[1].is_open), states[0])


def _map(entries: list[Entry], towns: list[Municipality], address: str) -> Map | None:
    points = [
        (at.place.point, (at.place, entry)) for entry in entries for at in entry.where if at.place.point
    ]
    named = [
        (town.name, (float(town.latitude), float(town.longitude)))
        for town in towns
        if town.latitude is not None and town.longitude is not None
    ]
    return draw(points, named, address)


def _for_the_phone(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": entry.url,
        "language": entry.language,
        "places": [
            [*at.place.point, f"{at.place.address}, {at.place.municipality.name}"]
            for at in entry.where
            if at.place.point
        ],
    }
