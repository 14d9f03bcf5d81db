"""What of a person lies in tables of the stock stack, which no app declares: sign-ins, work that waits, an editor's
own settings. Exempt from PersonalData because it goes with the account; and this is how it goes."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

# Tables that are nothing but the person's own, each with the field that names them.
_OWN = (
    ("wagtailadmin.EditingSession", "user"),
    ("wagtailadmin.FormState", "user"),
    ("wagtailcore.APIToken", "user"),
    ("wagtailcore.PageSubscription", "user"),
    ("account.EmailAddress", "user"),
)


def forget_traces(person: Any) -> None:
    """Forgetting twice is forgetting once."""
    forget_sessions(person)
    forget_waiting_work(person)
    forget_settings_of_editor(person)


def forget_sessions(person: Any) -> None:
    """Sessions are nobody's by any column: each is opened and looked into."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    for session in Session.objects.iterator():
        if str(session.get_decoded().get("_auth_user_id", "")) == str(person.pk):
            store(session.session_key).delete()  # from the cache as well


def forget_waiting_work(person: Any) -> None:
    """Confidential work for the person, whose number its arguments begin with: codes and letters on their way."""
    for row in DBTaskResult.objects.exclude(args_kwargs={"args": [], "kwargs": {}}):
        arguments = row.args_kwargs
        whom = (arguments.get("args") or [None])[0]
        if person.pk in (whom, arguments.get("kwargs", {}).get("person")) and _is_confidential(row):
            row.delete()


def _is_confidential(row: DBTaskResult) -> bool:
    try:
        return getattr(row.task, "confidential", False)
    except Exception:  # whatever importing a plugin's module may raise
        return True


def forget_settings_of_editor(person: Any) -> None:
    for label, field in _OWN:
        if model := _model(label):
            model.objects.filter(**{field: person.pk}).delete()
    if profiles := _model("wagtailusers.UserProfile"):
        for profile in profiles.objects.filter(user=person.pk):
            if profile.avatar:
                profile.avatar.delete(save=False)
            profile.delete()


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except LookupError:  # a site without that part of Wagtail
        return None
