from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import step_up_required
from portal.people.codes import SPENT, WRONG, CodeSpent, TooOften
from portal.people.devices import remember_device
from portal.people.models import LastWayIn
from portal.tasks.sms import can_send_sms

from .forms import CodeForm, ContactPhoneForm, EmailForm, PhoneForm
from .verification import NEW_CONTACT, begin, confirm

_FORMS = {"email": EmailForm, "phone": PhoneForm}


@never_cache
@login_required
def contacts(request: HttpRequest) -> HttpResponse:
    """What we reach somebody by, and what they sign in with."""
    person = request.user
    context = {
        "by_phone": can_send_sms() or person.phone,
        "removable": [kind for kind in _FORMS if getattr(person, kind) and person.gets_in_without(kind)],
    }
    return render(request, "portal/people/contacts/contacts.html", context)


@never_cache
@login_required
@step_up_required
def change_contact(request: HttpRequest, kind: str) -> HttpResponse:
    """A new address or number to sign in with; it counts once its code has been written back."""
    if kind == "phone" and not can_send_sms():
        # Nothing that could be confirmed.
        return redirect("portal:contacts")
    form = _FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            begin(request, kind, form.cleaned_data["value"])
            return redirect("portal:confirm_contact")
        except TooOften as error:
            form.add_error("value", error.said)
    return render(request, "portal/people/contacts/change.html", {"form": form, "kind": kind})


@never_cache
@login_required
@step_up_required
def confirm_contact(request: HttpRequest) -> HttpResponse:
    waiting = NEW_CONTACT.goes_to(request)
    if waiting is None:
        return redirect("portal:contacts")
    kind, value = waiting
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if confirm(request, form.cleaned_data["code"]):
                messages.success(request, _("Saved. On your other devices you will have to sign in again."))
                return _stays_here(request)
            form.add_error("code", WRONG)
        except CodeSpent:
            NEW_CONTACT.forget(request)
            messages.error(request, SPENT)
            return redirect("portal:contacts")
    context = {"form": form, "kind": kind, "value": value}
    return render(request, "portal/people/contacts/confirm.html", context)


@never_cache
@login_required
@step_up_required
def remove_contact(request: HttpRequest, kind: str) -> HttpResponse:
    person = request.user
    if not getattr(person, kind):
        return redirect("portal:contacts")
    if request.method == "POST":
        try:
            (person.change_email if kind == "email" else person.change_phone)(None, by=person)
        except LastWayIn:
            messages.error(request, _("This is the last way by which you get in. Add another one first."))
            return redirect("portal:contacts")
        messages.success(request, _("Taken away. On your other devices you will have to sign in again."))
        return _stays_here(request)
    context = {
        "title": _("Take away your e-mail address?")
        if kind == "email"
        else _("Take away your phone to sign in?"),
        "text": _("Codes no longer come there. On your other devices you will have to sign in again."),
        "action": _("Take it away"),
        "url": reverse("portal:contacts"),
        "danger": True,
    }
    return render(request, "portal/confirm.html", context)


@never_cache
@login_required
@step_up_required
def change_contact_phone(request: HttpRequest) -> HttpResponse:
    """The number to be called at: nothing is sent there and it opens nothing."""
    form = ContactPhoneForm(request.POST or None, initial={"value": request.user.contact_phone})
    if request.method == "POST" and form.is_valid():
        request.user.change_contact_phone(form.cleaned_data["value"])
        messages.success(request, _("Saved."))
        return redirect("portal:contacts")
    return render(request, "portal/people/contacts/change.html", {"form": form, "kind": "contact_phone"})


def _stays_here(request: HttpRequest) -> HttpResponse:
    """All sessions have ended: this one begins anew, and so does what the device is known by."""
    update_session_auth_hash(request, request.user)
    response = HttpResponseRedirect(reverse("portal:contacts"))
    remember_device(request, response, request.user)
    return response
