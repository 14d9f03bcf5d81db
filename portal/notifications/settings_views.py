from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.tasks.sms import can_send_sms

from .forms import NotificationSettingsForm


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
