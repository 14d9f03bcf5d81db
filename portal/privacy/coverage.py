"""Which models know a person, and whether their app has said what becomes of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.db import models

from portal.extensions import Exempt, PersonalData, declared

Model = type[models.Model]

# Whoever points at one of these points at people.
PEOPLE = ("portal.User", "portal.Household")
# These know people without a relation that says so: in a serialised session, in the arguments of a task, in a topic.
UNSPOKEN = ("sessions.Session", "django_tasks_database.DBTaskResult", "portal.LivePosition")


def undeclared() -> list[Model]:
    """Models that reach a person with neither a PersonalData entry nor an exemption."""
    exempt = {data.key.lower() for data in declared(Exempt)}
    known = exempt | {data.key.lower() for data in declared(PersonalData)}
    every = apps.get_models(include_auto_created=True)
    labels = {label.lower() for label in (*PEOPLE, *UNSPOKEN)}
    people = {model for model in every if model._meta.label_lower in labels}
    return [model for model in reaching(every, people, exempt) if model._meta.label_lower not in known]


def reaching(every: Iterable[Model], people: Collection[Model], exempt: Collection[str] = ()) -> list[Model]:
    """The models from which a way leads to people, and those themselves, in the order given.

    A way is a foreign key, a one-to-one, a many-to-many (its join table included) or a generic key, which may point at
    anybody, whether Django knows it as one or a content type and an id stand side by side. It may pass through other
    models and ends at an `exempt` one (a label in lower case): what points at a public page does not point at the
    page's author.
    """
    every = list(every)
    reached = set(people)
    grown = True
    while grown:
        through = {model for model in reached if model._meta.label_lower not in exempt}
        more = {model for model in every if _is_generic(model) or _targets(model) & through} - reached
        reached |= more
        grown = bool(more)
    return [model for model in every if model in reached]


def _targets(model: Model) -> set[Model]:
    """What the model's own fields point at, its parent among them; a parent's fields are the parent's to declare."""
    own = (*model._meta.local_fields, *model._meta.local_many_to_many)
    return {field.related_model for field in own if field.is_relation}


def _is_generic(model: Model) -> bool:
    if any(
        isinstance(field, GenericForeignKey) and field.model is model for field in model._meta.private_fields
    ):
        return True
    own = model._meta.local_fields
    return any(field.related_model is ContentType for field in own) and any(
        field.name.endswith("object_id") for field in own
    )


@checks.register("portal")
def check_coverage(app_configs, **kwargs) -> list[checks.CheckMessage]:
    return [
        checks.Warning(
            f"{model._meta.label} reaches a person: declare PersonalData for it, or Exempt with the reason.",
            id="portal.W001",
        )
        for model in undeclared()
    ]
