"""The page where a person has this phone told of news on its screen, and sees and removes those that are."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.access import limited
from portal.ui.user_agents import device_name

from . import vapid
from .forms import SubscribeForm
from .models import PushSubscription

SUBSCRIPTIONS = "20/h"


@never_cache
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """Which of my devices are told; a POST has this one told."""
    form = SubscribeForm(request.POST or None)
    status = 200
    if request.method == "POST" and vapid.can_push():
        status = 422
        if limited(request, "portal.push_subscribe", SUBSCRIPTIONS):
            form.add_error(None, _("That was too often. Wait some minutes, then try again."))
        elif form.is_valid():
            PushSubscription.subscribe(
                request.user,
                request.session.session_key,
                device=device_name(request.headers.get("User-Agent", "")),
                **form.cleaned_data,
            )
            messages.success(request, _("From now on this device shows you that there is news."))
            return redirect("portal:screens")
    mine = list(PushSubscription.objects.of(request.user).signed_in())
    here = next((d for d in mine if d.session_key == request.session.session_key), None)
    context = {
        "form": form,
        "can_push": vapid.can_push(),
        "key": vapid.public_key() if vapid.can_push() else "",
        "here": here,
        "devices": mine,
    }
    return render(request, "portal/notifications/devices.html", context, status=status)


@never_cache
@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell one of my devices no more."""
    device = get_object_or_404(PushSubscription.objects.of(request.user), pk=pk)
    device.delete()
    messages.success(request, _("This device shows no more news."))
    return redirect("portal:screens")
