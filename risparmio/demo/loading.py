"""Three years of savings, told with the verbs of those who save, keep the book, approve, and of two banks."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db.models import F, Q
from django.utils import timezone

from . import agreeing, exits, months, paying_in, paying_out, today
from .stage import NEWS, Stage


def load() -> None:
    people = get_user_model().objects
    people.get(username="demo.treasurer").give_role("risparmio.treasurer", by=None)
    people.get(username="demo.approver").give_role("risparmio.approver", by=None)
    # What is set against arrears takes two who approve.
    second = people.create(username="approver-2", display_name="Emilia Sormani", password=make_password(None))
    second.give_role("risparmio.approver", by=None)
    stage = Stage()
    for saver in stage.savers:
        agreeing.plan(stage, saver)
        paying_in.plan(stage, saver)
        if saver.tenancy.left_on:
            exits.plan(stage, saver)
    months.plan(stage)
    paying_out.plan(stage)
    today.plan(stage)
    paying_in.plan_counts(stage)
    stage.diary.tell()
    _was_told()


def _was_told() -> None:
    """Nobody gets three years of news."""
    long_ago = Q(kind__startswith="risparmio.") | Q(kind="portal.ledger.closed")
    events = apps.get_model("portal", "Event").objects.filter(long_ago, at__lt=timezone.now() - NEWS)
    events.update(dispatched_at=F("at"))
