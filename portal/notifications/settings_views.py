from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from portal.tasks.sms import can_send_sms

from .forms import NotificationSettingsForm
from .links import BadLink
from .unsubscribing import Subscription


@never_cache
@login_required
def notification_settings(request: HttpRequest) -> HttpResponse:
    """How I hear of news: by which ways of which, how often, and when not."""
    form = NotificationSettingsForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("portal:notification_settings")
    context = {"form": form, "could_get_sms": can_send_sms() and not request.user.phone}
    return render(request, "portal/notifications/settings.html", context)


@never_cache
@csrf_exempt  # a mailbox's button posts without having seen a page; the link is what lets one in
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch off mail such as the one that the link stood in, or all of it, and on again. Looking changes nothing.

    The page names nobody and nothing: who reads somebody's mail learns no more from it.
    """
    try:
        subscription = Subscription(token)
    except BadLink:
        return render(request, "portal/notifications/unsubscribe_bad.html", status=404)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        subscription.switch(is_on=False)
        return _subscription(request, subscription)
    return _by_hand(request, subscription)


@csrf_protect
def _by_hand(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    if request.method == "POST":
        match request.POST.get("action"):
            case "off":
                subscription.switch(is_on=False)
            case "on":
                subscription.switch(is_on=True)
            case "all_off":
                subscription.switch_all(is_on=False)
            case "all_on":
                subscription.switch_all(is_on=True)
    return _subscription(request, subscription)


def _subscription(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    return render(request, "portal/notifications/unsubscribe.html", {"subscription": subscription})
