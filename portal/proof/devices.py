"""The page where somebody sees on which devices they are signed in, and ends what is not theirs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from .models import Device, end_all_others


@never_cache
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """No proof is asked for: whose phone has just been stolen loses no time."""
    mine = Device.objects.signed_in(request.user)
    here = request.session.session_key
    if request.method == "POST" and "others" in request.POST:
        end_all_others(request)
        messages.success(request, _("Done. You are signed in only here now."))
        return redirect("portal:devices")
    if request.method == "POST" and "end" in request.POST:
        others = {str(device.pk): device for device in mine if device.session_key != here}
        device = others.get(request.POST["end"])
        if device is None:
            raise Http404
        device.end(by=request.user)
        messages.success(request, _("Done. That device is signed out."))
        return redirect("portal:devices")
    context = {"devices": [(device, device.session_key == here) for device in mine], "others": len(mine) > 1}
    return render(request, "portal/proof/devices.html", context)
