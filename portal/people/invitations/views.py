from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.cache import never_cache

from portal.access import has_stepped_up, note_read, step_up_and_send_again
from portal.access.models import Why
from portal.people.tokens import digest
from portal.ui.pdf import can_print_pdf, pdf_answer
from portal.ui.search import searched

from . import lists
from .cards import counts
from .codes import normalised
from .forms import (
    LARGEST_FAMILY,
    AdultFormSet,
    ClientIdForm,
    HouseholdForm,
    LettersForm,
    ListForm,
    entry_of,
)
from .letters import Letter, pdf, send
from .models import AlreadyIn, ContactTaken, Invitation, NotOpen
from .querysets import NewcomerState, in_state, newcomers, state_of
from .registration import register, registered

PER_PAGE = 25
MOST_LETTERS = 50  # in one go
FILE_AGAIN = "again"  # in the address: a list was chosen, and did not come through the proof of who one is
MEANWHILE_TAKEN = gettext_lazy(
    "Somebody has just taken one of these addresses or numbers. Look at them again."
)


def _must_register(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.register_household"):
        raise Http404


def privacy_notice(request: HttpRequest) -> HttpResponse:
    """Who keeps what about whom, for how long, and who sees it: for everybody, at any time."""
    return render(request, "portal/people/invitations/privacy_notice.html")


# -- who has not come in yet ------------------------------------------------------------------------------------


@never_cache
@login_required
def newcomers_list(request: HttpRequest) -> HttpResponse:
    """Who has not come in yet, and how far each has come."""
    _must_register(request)
    return _list_page(request)


def _list_page(request: HttpRequest, *, form: LettersForm | None = None) -> HttpResponse:
    found = counts(request.user)
    name = searched(request)
    state = request.GET.get("state", "")
    people = newcomers(request.user).order_by("household_name", "display_name", "pk")
    if state in NewcomerState.values:
        people = in_state(people, state)
    else:
        state, people = "", people.filter(is_in=False)
    if name:
        people = people.filter(Q(display_name__icontains=name) | Q(household_name__icontains=name))
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    waiting = sum(found.values()) - found[NewcomerState.IN]
    labels = {
        "": (_("Not in yet"), waiting),
        NewcomerState.TO_PRINT: (_("No letter yet"), found[NewcomerState.TO_PRINT]),
        NewcomerState.WAITING: (_("Letter on its way"), found[NewcomerState.WAITING]),
        NewcomerState.EXPIRED: (_("Letter too old"), found[NewcomerState.EXPIRED]),
        NewcomerState.IN: (_("Came in"), found[NewcomerState.IN]),
    }
    context = {
        "page": page,
        "people": [(person, state_of(person)) for person in page],
        "q": name,
        "state": state,
        "links": [
            {
                "label": label,
                "count": count,
                "url": f"?state={key}" if key else "?",
                "is_current": state == key,
            }
            for key, (label, count) in labels.items()
        ],
        "form": form or LettersForm(people=newcomers(request.user)),
        "may_print": any(not person.is_in for person in page),
    }
    return render(
        request, "portal/people/invitations/newcomers.html", context, status=422 if form is not None else 200
    )


# -- letters ----------------------------------------------------------------------------------------------------


def _newcomer(request: HttpRequest, pk: int):
    return get_object_or_404(newcomers(request.user), pk=pk)


def _issue(people, *, by, client_id: uuid.UUID, printed: bool, mailed: bool = False):
    """(letters, those whose letter this form made already, those who are in): all of them, or none."""
    letters, repeated, already_in = [], [], []
    with transaction.atomic():
        # In one order, whoever asks: two who make letters for the same people do not wait for each other in a ring.
        for person in sorted(people, key=lambda person: person.pk):
            try:
                made, code = Invitation.issue(
                    person,
                    by=by,
                    client_id=uuid.uuid5(client_id, str(person.pk)),
                    printed=printed,
                    mailed=mailed and bool(person.email),
                )
            except (AlreadyIn, NotOpen):
                already_in.append(person)
                continue
            if code is None:
                repeated.append(person)
                continue
            letters.append(Letter(made, code))
            if mailed and person.email:
                send(letters[-1])
    return letters, repeated, already_in


def _letters_page(
    request: HttpRequest, people, client_id: uuid.UUID, *, mailed: bool = False
) -> HttpResponse:
    letters, repeated, already_in = _issue(
        people, by=request.user, client_id=client_id, printed=True, mailed=mailed
    )
    return render(
        request,
        "portal/people/invitations/letters.html",
        {
            "letters": letters,
            "repeated": repeated,
            "already_in": already_in,
            "can_print_pdf": can_print_pdf(),
            "mailed": mailed,
        },
    )


@never_cache
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Letters for several people, one page each. Shown once: what is on the paper is kept nowhere."""
    _must_register(request)
    if request.method != "POST":
        # The language switch, or a reload by address: letters are not shown twice.
        return redirect("portal:newcomers")
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    # Those who have come in meanwhile are left out, and the page of the letters says so.
    form = LettersForm(request.POST, people=newcomers(request.user))
    if not form.is_valid():
        return _list_page(request, form=form)
    people = list(form.cleaned_data["person"])
    if len(people) > MOST_LETTERS:
        form.add_error("person", _("At most %(most)d letters at a time.") % {"most": MOST_LETTERS})
        return _list_page(request, form=form)
    return _letters_page(request, people, form.cleaned_data["client_id"])


@never_cache
@login_required
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's letter: how it stands, a new one, to take it back."""
    _must_register(request)
    person = _newcomer(request, pk)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    form = ClientIdForm(request.POST or None)
    if request.method == "POST" and not person.is_in and form.is_valid():
        client_id = form.cleaned_data["client_id"]
        if request.POST.get("how") == "email" and person.email:
            return _by_email_only(request, person, client_id)
        return _letters_page(request, [person], client_id, mailed="email_too" in request.POST)
    if person.email and not person.is_in:
        note_read(request, person, about=person, reason=Why.CONTACT)  # the page says where it would be sent
    context = {
        "person": person,
        "state": state_of(person),
        "form": ClientIdForm(),
        "invitations": person.invitations.select_related("issued_by", "revoked_by")[:10],
        "may_bring_back": person.is_in and request.user.has_perm("portal.bring_back", person),
    }
    wrong = request.method == "POST"
    return render(request, "portal/people/invitations/letter.html", context, status=422 if wrong else 200)


def _by_email_only(request: HttpRequest, person, client_id: uuid.UUID) -> HttpResponse:
    _letters, _repeated, already_in = _issue(
        [person], by=request.user, client_id=client_id, printed=False, mailed=True
    )
    if not already_in:
        messages.success(request, _("The link is on its way by e-mail. Older letters no longer work."))
    return redirect("portal:letter", pk=person.pk)


@never_cache
@login_required
def letters_pdf(request: HttpRequest) -> HttpResponse:
    """The letters of the page that asks for it, as a PDF: it brings the codes, which lie nowhere else."""
    _must_register(request)
    if request.method != "POST" or not can_print_pdf():
        return redirect("portal:newcomers")
    codes = [normalised(code) for code in request.POST.getlist("code")[:MOST_LETTERS]]
    found = {
        invitation.digest: invitation
        for invitation in Invitation.objects.open()
        .filter(digest__in=[digest(code) for code in codes])
        .select_related("person")
    }
    good = [Letter(found[digest(code)], code) for code in codes if digest(code) in found]
    if not good or len(good) < len(codes):
        messages.error(request, _("These letters do not work any more. Make new ones."))
        return redirect("portal:newcomers")
    return pdf_answer(pdf(good), pgettext("a file", "letters.pdf"))


@never_cache
@login_required
def letter_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a letter back that is lost, or in the wrong hands."""
    _must_register(request)
    person = _newcomer(request, pk)
    invitation = person.invitations.unused().first()
    if request.method != "POST":
        return render(
            request,
            "portal/confirm.html",
            {
                "title": _("Take the letter of %(name)s back?") % {"name": person},
                "text": _("Nobody comes in with it any more. You can make a new one at any time."),
                "action": _("Take it back"),
                "url": _letter_url(person),
                "danger": True,
            },
        )
    if invitation and invitation.revoke(by=request.user):
        messages.success(request, _("The letter lets nobody in any more."))
    return redirect(_letter_url(person))


def _letter_url(person) -> str:
    return reverse("portal:letter", args=[person.pk])


# -- households -------------------------------------------------------------------------------------------------


@never_cache
@login_required
def household_new(request: HttpRequest) -> HttpResponse:
    """Register a household with its adults."""
    _must_register(request)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    household = HouseholdForm(request.POST or None)
    if request.method == "POST" and "more" in request.POST:
        adults = AdultFormSet(_with_one_more(request.POST), prefix="adults")
        for form in (household, *adults):
            form._errors = ErrorDict()  # not finished yet: nothing to be found wrong
        return _household_page(request, household, adults)
    adults = AdultFormSet(request.POST or None, prefix="adults")
    if request.method != "POST":
        return _household_page(request, household, adults)
    valid = household.is_valid()
    if valid and registered(household.cleaned_data["client_id"]):
        return _registered(request, 1)  # a phone sends again what went through
    if not adults.is_valid() or not valid:
        return _household_page(request, household, adults, wrong=True)
    try:
        register(
            [entry_of(household, adults)], by=request.user, client_id=household.cleaned_data["client_id"]
        )
    except ContactTaken:
        household.add_error(None, MEANWHILE_TAKEN)
        return _household_page(request, household, adults, wrong=True)
    return _registered(request, 1)


def _household_page(
    request: HttpRequest, household: HouseholdForm, adults, *, wrong: bool = False
) -> HttpResponse:
    context = {
        "form": household,
        "adults": adults,
        "wrong": wrong,
        "room_for_more": adults.total_form_count() < LARGEST_FAMILY,
    }
    template = "portal/people/invitations/household_new.html"
    return render(request, template, context, status=422 if wrong else 200)


def _with_one_more(data):
    """What was sent, with room for one more person."""
    data = data.copy()
    forms = data.get("adults-TOTAL_FORMS", "")
    data["adults-TOTAL_FORMS"] = min(int(forms) if forms.isdecimal() else 0, LARGEST_FAMILY - 1) + 1
    return data


def _registered(request: HttpRequest, households: int) -> HttpResponse:
    messages.success(
        request,
        ngettext(
            "The household is registered. Print the letters for its people.",
            "%(count)d households are registered. Print the letters for their people.",
            households,
        )
        % {"count": households},
    )
    return redirect("portal:newcomers")


# -- a list of households ---------------------------------------------------------------------------------------


@never_cache
@login_required
def household_import(request: HttpRequest) -> HttpResponse:
    """A list of households: first what would happen, row by row; then, confirmed, all of it or nothing.

    Between the two nothing is kept here: the page brings the list back, and it is read anew.
    """
    _must_register(request)
    if not has_stepped_up(request):
        if request.FILES:
            # What was typed can be sent again from a page, a file cannot: it is said where they come back to.
            return redirect(f"{request.path}?{FILE_AGAIN}=1")
        return step_up_and_send_again(request)
    if request.method == "GET" and FILE_AGAIN in request.GET:
        messages.warning(
            request,
            _(
                "You had to prove once more who you are. The list was not kept meanwhile: choose the file again."
            ),
        )
    confirming = "list" in request.POST
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    context: dict = {"form": form, "most": lists.MOST_ROWS}
    if request.method == "POST" and (confirming or form.is_valid()):
        if confirming:
            context["form"] = ListForm()
        try:
            text = request.POST["list"] if confirming else lists.text_of(form.cleaned_data["file"])
            if confirming and (done := _confirmed(request, text)):
                return done
            reading = lists.read(text)
        except lists.Unreadable as reason:
            context["form"] = form = form if not confirming else ListForm({})
            form.add_error("file", str(reason))
        else:
            context |= {"reading": reading, "text": text, "client_id": uuid.uuid4()}
    failed = context["form"].is_bound and bool(context["form"].errors)
    bad = failed or bool(context.get("reading") and context["reading"].problems)
    return render(
        request, "portal/people/invitations/household_import.html", context, status=422 if bad else 200
    )


def _confirmed(request: HttpRequest, text: str) -> HttpResponse | None:
    """The answer to whoever confirmed; None if the list has to be looked at again."""
    confirmation = ClientIdForm(request.POST)
    if not confirmation.is_valid():
        return None
    client_id = confirmation.cleaned_data["client_id"]
    if registered(client_id):
        return redirect("portal:newcomers")
    reading = lists.read(text)
    if reading.problems:
        return None
    try:
        households = register(reading.entries, by=request.user, client_id=client_id)
    except ContactTaken:
        return None  # read once more, the list shows who
    return _registered(request, len(households))


@never_cache
@login_required
def import_template(request: HttpRequest) -> HttpResponse:
    """A list to fill in, with its heads and one row as an example."""
    _must_register(request)
    answer = HttpResponse(lists.template(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, pgettext("a file", "households.csv"))
    return answer
