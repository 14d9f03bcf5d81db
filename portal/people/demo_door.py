"""The demo's way in: one button for each persona. Where the demo is not on, this door does not exist."""

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.access import prove_second_factor, step_up
from portal.extensions import DemoData, declared

from .addresses import after_sign_in

# Who stands under which heading; whoever is not named works for the agency or on its behalf.
_RESIDENTS = {"tenant", "tenant2", "tenant3"}
_HELPERS = {"neighbour", "volunteer", "coordinator"}


def personas():
    return tuple(persona for data in declared(DemoData) for persona in data.personas)


def is_open() -> bool:
    """Never in production, even if its environment says so and nobody ran the checks."""
    return settings.PORTAL_DEMO and not settings.PORTAL_PRODUCTION


def persona_groups():
    """(heading, personas) for the sign-in page; empty where the demo is not on."""
    if not is_open():
        return []
    groups = (
        (_("Residents"), [p for p in personas() if p.key in _RESIDENTS]),
        (_("Neighbours and volunteers"), [p for p in personas() if p.key in _HELPERS]),
        (
            _("The agency and those who work with it"),
            [p for p in personas() if p.key not in _RESIDENTS | _HELPERS],
        ),
    )
    return [(heading, members) for heading, members in groups if members]


def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as `persona`. It counts as a second factor and a fresh step-up for an hour, and is never throttled."""
    if not is_open():
        raise Http404
    return _sign_in(request)


@require_POST
def _sign_in(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("persona", "")
    if key not in {persona.key for persona in personas()}:
        raise Http404
    person = get_user_model().objects.filter(username=f"demo.{key}", is_active=True).first()
    if person is None:
        raise Http404
    # Whatever the one before was about to do ends here: the code that they wait for, how far they had come at the
    # door, whom they acted for. Django keeps it for whoever signs in after somebody who was not in.
    request.session.flush()
    login(request, person, backend="portal.people.backends.EmailBackend")
    prove_second_factor(request)
    step_up(request)
    return HttpResponseRedirect(after_sign_in(request, person, request.POST.get("next")))
