"""What of a person lies in tables of the stock stack, which no app declares: sign-ins, work that waits, an editor's
own settings. Exempt from PersonalData because it goes with the account; and this is how it goes."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from portal.tasks import background

# Tables that are nothing but the person's own, each with the field that names them.
_OWN = (
    ("wagtailadmin.EditingSession", "user"),
    ("wagtailadmin.FormState", "user"),
    ("wagtailcore.APIToken", "user"),
    ("wagtailcore.PageSubscription", "user"),
    ("account.EmailAddress", "user"),
)


def reached_at(person: Any) -> frozenset[str]:
    """The address and the number that the person signs in with: they name them where no number of theirs stands.
    To be asked before their own entry is erased."""
    return frozenset(contact.lower() for contact in (person.email, person.phone) if contact)


def forget_traces(person: Any, known_as: Collection[str] = ()) -> list[str]:
    """Forgetting twice is forgetting once. `known_as` is what `reached_at` said. Returns the keys of the sessions."""
    sessions = forget_sessions(person, known_as)
    forget_waiting_work(person, known_as)
    forget_settings_of_editor(person)
    return sessions


def forget_sessions(person: Any, known_as: Collection[str] = ()) -> list[str]:
    """Sessions are nobody's by any column: each is opened and looked into. Returns the keys of those that went.

    Of those that nobody has signed in with, those that hold the person's address or number: a code was asked for. In
    somebody else's, what holds it: they said that it is theirs too, and a code is on its way to it.
    """
    gone = []
    for session in Session.objects.iterator():
        held = session.get_decoded()
        whose = str(held.get("_auth_user_id", ""))
        named = [key for key, value in held.items() if _names(value, known_as)]
        if whose == str(person.pk) or not whose and named:
            gone.append(session.session_key)
        elif named:
            _take_out(session, named)
    _forget(gone)
    # Before the commit a request could still read them, and keep what it read in the cache.
    transaction.on_commit(lambda: _forget(gone), robust=True)
    return gone


def _store() -> Any:
    return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


def _forget(keys: Collection[str]) -> None:
    for key in keys:
        _store()(key).delete()  # from the cache as well


def _take_out(session: Session, names: Collection[str]) -> None:
    """Out of a session that goes on, no longer than it would have."""
    store = _store()(session.session_key)
    for name in names:
        store.pop(name, None)
    store.save()
    Session.objects.filter(pk=session.pk).update(expire_date=session.expire_date)


@background(attempts=5, confidential=True)
def forget_again(sessions: list[str]) -> None:
    """Whoever read a session's row just before it was deleted put it into the cache afterwards."""
    _forget(sessions)


def forget_waiting_work(person: Any, known_as: Collection[str] = ()) -> None:
    """Confidential work for the person: codes and letters on their way. Its arguments begin with their number, or with
    the address or the number that the message goes to."""
    for row in DBTaskResult.objects.exclude(args_kwargs={"args": [], "kwargs": {}}):
        arguments = row.args_kwargs
        whom = (arguments.get("args") or [None])[0]
        is_theirs = person.pk in (whom, arguments.get("kwargs", {}).get("person"))
        if (is_theirs or _names(arguments, known_as)) and _is_confidential(row):
            row.delete()


def _names(held: Any, known_as: Collection[str]) -> bool:
    text = json.dumps(held, default=str, ensure_ascii=False).lower() if known_as else ""
    return any(contact in text for contact in known_as)


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
