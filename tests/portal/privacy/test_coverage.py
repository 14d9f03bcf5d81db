"""Every model from which a way leads to a person says what becomes of that, or why nothing needs to."""

import pytest
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test.utils import isolate_apps
from django.utils.functional import Promise

from portal.extensions import Exempt, PersonalData, declared, registry
from portal.privacy.coverage import check_coverage, reaching, undeclared


def test_every_model_that_reaches_a_person_is_declared():
    assert [model._meta.label for model in undeclared()] == []


def test_no_model_is_both_declared_and_exempt():
    personal = {data.key.lower() for data in declared(PersonalData)}

    assert personal & {exempt.key.lower() for exempt in declared(Exempt)} == set()


@pytest.mark.parametrize("declaration", [*declared(PersonalData), *declared(Exempt)], ids=lambda d: d.key)
def test_a_reason_is_a_sentence(declaration):
    assert len(declaration.reason.split()) >= 4


@pytest.mark.parametrize("data", declared(PersonalData), ids=lambda data: data.key)
def test_why_something_is_kept_can_be_told_in_the_persons_language(data):
    assert isinstance(data.reason, Promise)


def test_a_plugin_that_forgets_a_model_is_warned(monkeypatch):
    forgotten = next(data.key for data in declared(PersonalData) if data.key != "portal.User")
    kept = {key: data for key, data in registry._declared[PersonalData].items() if key != forgotten}
    monkeypatch.setitem(registry._declared, PersonalData, kept)

    warnings = check_coverage(None)

    assert [warning.id for warning in warnings] == ["portal.W001"]
    assert forgotten in warnings[0].msg


# -- What counts as a way to a person ---------------------------------------------------------------------------------


@pytest.fixture
def library():
    """A small world: people, and things that lead to them in every way that Django knows."""
    with isolate_apps("portal"):

        class Person(models.Model):
            class Meta:
                app_label = "portal"

        class Shelf(models.Model):
            class Meta:
                app_label = "portal"

        class Book(models.Model):
            reader = models.ForeignKey(Person, models.CASCADE, related_name="+")

            class Meta:
                app_label = "portal"

        class Comic(Book):
            class Meta:
                app_label = "portal"

        class Card(models.Model):
            person = models.OneToOneField(Person, models.CASCADE, related_name="+")

            class Meta:
                app_label = "portal"

        class Circle(models.Model):
            members = models.ManyToManyField(Person, related_name="+")

            class Meta:
                app_label = "portal"

        class Note(models.Model):
            content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
            object_id = models.CharField(max_length=36)
            target = GenericForeignKey()

            class Meta:
                app_label = "portal"

        class Mark(models.Model):
            of_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
            of_object_id = models.CharField(max_length=36)

            class Meta:
                app_label = "portal"

        class Sort(models.Model):
            content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")

            class Meta:
                app_label = "portal"

        class Page(models.Model):
            book = models.ForeignKey(Book, models.CASCADE, related_name="+")

            class Meta:
                app_label = "portal"

        class Stain(models.Model):
            page = models.ForeignKey(Page, models.CASCADE, related_name="+")

            class Meta:
                app_label = "portal"

        every = (
            Person,
            Shelf,
            Book,
            Comic,
            Card,
            Circle,
            Circle.members.through,
            Note,
            Mark,
            Sort,
            Page,
            Stain,
        )
        yield {model.__name__: model for model in every}


def names(library, exempt=()):
    return {model.__name__ for model in reaching(library.values(), {library["Person"]}, exempt)}


def test_every_kind_of_relation_is_a_way(library):
    assert {"Person", "Book", "Comic", "Card", "Circle", "Circle_members", "Note"} <= names(library)


def test_so_are_a_content_type_and_an_id_that_stand_side_by_side(library):
    assert "Mark" in names(library)
    assert "Sort" not in names(library)


def test_a_way_may_pass_through_other_models(library):
    assert {"Page", "Stain"} <= names(library)


def test_what_leads_nowhere_does_not_count(library):
    assert "Shelf" not in names(library)


def test_a_way_ends_at_an_exempt_model(library):
    reached = names(library, exempt={"portal.book"})

    assert "Book" in reached
    assert reached.isdisjoint({"Comic", "Page", "Stain"})
