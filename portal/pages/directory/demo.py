"""The demo's resources, from `demo_texts/resources.toml`. Organizations and numbers are invented."""

from __future__ import annotations

import tomllib
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils import timezone
from wagtail.models import Locale, Page

from portal.housing.models import Municipality
from portal.pages.joining import same_ids

from .models import DirectoryPage, OpeningTime, Place, Provider, ResourcePage, ServiceAtLocation
from .words import Cost, Status

# About the middle of each.
TOWNS = {
    "Arese": (45.5519, 9.0774),
    "Cornaredo": (45.5003, 9.0262),
    "Lainate": (45.5710, 9.0277),
    "Pero": (45.5104, 9.0868),
    "Pogliano Milanese": (45.5372, 8.9936),
    "Pregnana Milanese": (45.5153, 9.0086),
    "Rho": (45.5296, 9.0402),
    "Settimo Milanese": (45.4788, 9.0560),
    "Vanzago": (45.5260, 8.9966),
}
# Title, slug and summary of the directory itself.
HEADS = {
    "it": (
        "Risorse vicine",
        "risorse",
        "Chi ti aiuta qui vicino, dove, quando e in quali lingue. Scegli che cosa ti serve.",
    ),
    "en": (
        "Help nearby",
        "risorse",
        "Who helps near here, where, when and in which languages. Choose what you need.",
    ),
}


def load(trees: dict[str, dict[str, Page]], file: Path) -> list[tuple[Page, Page]]:
    """The directory and its resources below the home page of each language; gives (Italian page, its translation).

    `trees`: language → name of a text → its page, with the home page under "".
    """
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    towns = _towns()
    providers = {row["key"]: _provider(row) for row in data["providers"]}
    places = {row["key"]: _place(row, towns) for row in data["places"]}
    directories: dict[str, Page] = {}
    for code, tree in trees.items():
        home = tree[""]
        title, slug, summary = HEADS[code]
        directory = DirectoryPage(
            title=title, slug=slug, search_description=summary, show_in_menus=True, locale=home.locale
        )
        if directories:
            directory.translation_key = next(iter(directories.values())).translation_key
        # The tree has grown below the home page since it was read.
        directories[code] = Page.objects.get(pk=home.pk).add_child(instance=directory)
    pairs = [(directories["it"], directories["en"])]
    locales = {code: Locale.objects.get(language_code=code) for code in trees}
    for row in data["services"]:
        first = None
        for code in trees:
            page = _resource(row, code, locales[code])
            page.situations = [trees[code][name] for name in row.get("situations", []) if name in trees[code]]
            if first is None:
                first = _facts(page, row, providers, towns)
            else:
                page.translation_key = first.translation_key
                pairs.append((first, page))
            same_ids(page)
            directories[code].add_child(instance=page)
        _where(first, row, places)
    return pairs


def _towns() -> dict[str, Municipality]:
    found = {}
    for name, (latitude, longitude) in TOWNS.items():
        found[name], _made = Municipality.objects.update_or_create(
            name=name, defaults={"latitude": latitude, "longitude": longitude}
        )
    return found


def _provider(row: dict[str, Any]) -> Provider:
    partner = None
    if name := row.get("partner"):
        partner = apps.get_model("portal", "Organization").objects.filter(name=name).first()
    provider, _made = Provider.objects.update_or_create(
        name=row["name"],
        defaults={
            "legal_status": row["legal_status"],
            "about": row.get("about", {}),
            "email": row.get("email", ""),
            "website": row.get("website", ""),
            "phone": row.get("phone", ""),
            "partner": partner,
        },
    )
    return provider


def _place(row: dict[str, Any], towns: dict[str, Municipality]) -> Place:
    place, _made = Place.objects.update_or_create(
        name=row["name"],
        address=row["address"],
        municipality=towns[row["municipality"]],
        defaults={
            "postcode": row.get("postcode", ""),
            "latitude": row.get("latitude"),
            "longitude": row.get("longitude"),
            "accessibility": row.get("accessibility", {}),
            "transport": row.get("transport", {}),
        },
    )
    return place


def _resource(row: dict[str, Any], code: str, locale: Locale) -> ResourcePage:
    paragraphs = [part.strip() for part in row["text"][code].split("\n\n") if part.strip()]
    checked = timezone.localdate() - timedelta(days=row["checked_days_ago"])
    return ResourcePage(
        title=row["title"][code],
        slug=row["slug"][code],
        search_description=row["summary"][code],
        body=[("paragraph", f"<p>{_escaped(part)}</p>") for part in paragraphs],
        who=row.get("who", {}).get(code, ""),
        how=row.get("how", {}).get(code, ""),
        cost_note=row.get("cost_note", {}).get(code, ""),
        documents="\n".join(row.get("documents", {}).get(code, [])),
        assured_on=checked,
        reviewed_on=checked,
        locale=locale,
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")


def _facts(
    page: ResourcePage, row: dict[str, Any], providers: dict[str, Provider], towns: dict[str, Municipality]
) -> ResourcePage:
    page.provider = providers[row["provider"]]
    page.status = Status(row.get("status", "active"))
    page.needs = row["needs"]
    page.languages = row.get("languages", ["it"])
    page.interpreter = row.get("interpreter", False)
    page.cost = Cost(row["cost"])
    lowest, highest = row.get("age", [0, 0])
    page.age_from, page.age_to = lowest or None, highest or None
    page.municipalities = [towns[name] for name in row.get("municipalities", [])]
    return page


def _where(page: ResourcePage, row: dict[str, Any], places: dict[str, Place]) -> None:
    for order, at in enumerate(row.get("at", [])):
        offered = ServiceAtLocation.objects.create(
            page=page,
            place=places[at["place"]],
            phone=at.get("phone", ""),
            note=at.get("note", {}),
            sort_order=order,
            locale=page.locale,
        )
        OpeningTime.objects.bulk_create(
            OpeningTime(
                at=offered,
                days=[str(day) for day in hours["days"]],
                weeks=[str(week) for week in hours.get("weeks", [])],
                opens=time.fromisoformat(hours["opens"]),
                closes=time.fromisoformat(hours["closes"]),
                on_holidays=hours.get("holidays", hours["opens"] == hours["closes"]),
            )
            for hours in at.get("hours", [])
        )
