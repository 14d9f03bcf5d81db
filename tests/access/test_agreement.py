"""`visible_to(user)` answers for many what the rule `view_…` answers for one: both say the same of the demo."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from .people import ANYONE

SAMPLE = 80  # rows of each model


def models_with_a_question():
    return [model for model in apps.get_models() if hasattr(model._default_manager.all(), "visible_to")]


def test_there_is_something_to_compare():
    assert models_with_a_question()


@pytest.mark.parametrize("model", models_with_a_question(), ids=lambda model: model._meta.label)
def test_the_list_and_the_rule_agree(world, model):
    _ = world.tenants_ticket, world.neighbours_ticket, world.foreign_ticket
    permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
    rows = list(model._default_manager.order_by("-pk")[:SAMPLE])
    assert rows, "the demo has none of these"
    for persona in (*sorted(ANYONE), None):
        user = world.users[persona] if persona else AnonymousUser()
        listed = set(model._default_manager.visible_to(user).values_list("pk", flat=True))
        differ = [row.pk for row in rows if user.has_perm(permission, row) != (row.pk in listed)]
        assert differ == [], f"for {persona or 'a visitor'} the list and {permission} differ"
