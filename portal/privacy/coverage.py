"""Which models know a person, and whether their app has said what becomes of that."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.core import checks
from django.db import models

from portal.extensions import Exempt, PersonalData, declared

# Whoever points at one of these points at people.
PEOPLE = ("portal.User", "portal.Household")


def models_reaching_a_person() -> Iterator[type[models.Model]]:
    """Every concrete model, join tables included, with a relation to a person or a household; and those themselves."""
    people = tuple(apps.get_model(label) for label in PEOPLE)
    for model in apps.get_models(include_auto_created=True):
        related = {field.related_model for field in model._meta.get_fields() if field.is_relation and field.concrete}
        if model in people or related.intersection(people):
            yield model


def undeclared() -> list[type[models.Model]]:
    """Models that reach a person with neither a PersonalData entry nor an exemption."""
    known = {data.key.lower() for data in (*declared(PersonalData), *declared(Exempt))}
    return [model for model in models_reaching_a_person() if model._meta.label_lower not in known]


@checks.register("portal")
def check_coverage(app_configs, **kwargs) -> list[checks.CheckMessage]:
    return [
        checks.Warning(
            f"{model._meta.label} reaches a person: declare PersonalData for it, or Exempt with the reason.",
            id="portal.W001",
        )
        for model in undeclared()
    ]
