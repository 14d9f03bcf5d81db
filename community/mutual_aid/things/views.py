from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from community.keys import ClientIdTaken
from community.mutual_aid.neighbourhood import reach_of
from community.safety.barriers import unseen_by
from community.safety.names import name_for
from portal.access import limited
from portal.extensions import containing
from portal.ui.languages import in_language
from portal.ui.qr import qr_code

from .desk import Step, at_the_shelf, steps_of
from .forms import CodeForm, FilterForm, LendForm, ReserveForm, ThingForm, sentence
from .models import Thing
from .month import chosen_in, month_of
from .reservations import (
    NotBookable,
    Reservation,
    Taken,
    WaitingPlace,
    free_runs,
    last_day_from_today,
    who_may_be_handed,
)
from .words import OPEN, Category, ThingState
from .workflow import NotPossible

PER_PAGE = 24
LABELS_AT_ONCE = 60
ADDED_A_DAY = "20/d"
SCANNED = "scanned=1"  # in the address of whoever stands before the thing


# -- looking round --------------------------------------------------------------------------------------------------


@never_cache
@login_required
def things(request: HttpRequest) -> HttpResponse:
    """What can be borrowed: by kind, by words, free today."""
    user = request.user
    filters = FilterForm(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    found = Thing.objects.visible_to(user).listed().with_today()
    if kind := wanted.get("kind"):
        found = found.filter(category=kind)
    if wanted.get("free"):
        found = found.filter(is_free_today=True)
    if words := wanted.get("q"):
        found = found.filter(containing(words, "name", "about", category=Category.choices))
    context = {
        "filters": filters,
        "is_narrow": any(wanted.get(name) for name in ("kind", "free", "q")),
        "page": Paginator(found.prefetch_related("photos").order_by("name", "pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_add": user.has_perm("community.add_thing"),
        "belongs": bool(reach_of(user)),
    }
    return render(request, "community/things/list.html", context)


@never_cache
@login_required
def thing(request: HttpRequest, code) -> HttpResponse:
    return _thing_page(request, _visible(request, code))


def _visible(request: HttpRequest, code) -> Thing:
    """Somebody else's thing and one that does not exist give the same answer."""
    found = (
        Thing.objects.select_related("municipality", "place__building", "owner", "owned_by")
        .filter(code=code)
        .first()
    )
    if found is None or not request.user.has_perm("community.view_thing", found):
        raise Http404
    return found


def _way_down(*below: tuple) -> list[dict]:
    """From "Things to borrow" to what lies between them and the page."""
    way = [(_("Things to borrow"), reverse("community:things")), *below]
    return [{"title": title, "url": url} for title, url in way]


def _thing_page(
    request: HttpRequest,
    found: Thing,
    *,
    reserve: ReserveForm | None = None,
    bound: Step | None = None,
    refusal: str = "",
    suggested: list | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    chosen = chosen_in(request.GET)
    begin, end = chosen
    keeps = found.is_kept_by(user)
    learns_who = user.has_perm("community.view_last_loan", found)
    # Nobody asks themselves for what is theirs.
    may_reserve = found.owner_id != user.pk and user.has_perm("community.reserve_thing", found)
    is_scanned = "scanned" in request.GET
    if reserve is None:
        reserve = ReserveForm(thing=found, initial={"first_day": begin, "last_day": end or begin})

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        here = Thing.objects.with_today().with_next_taken().with_offer().with_place_of(user).get(pk=found.pk)
        here.municipality, here.keepers = found.municipality, found.keepers
        known = here.reservations.open_or_just_back().most_pressing_first().select_related("person")
        loans = [loan for loan in known if loan.state in OPEN]
        back = max(
            (loan for loan in known if loan not in loans), key=lambda loan: loan.ended_at, default=None
        )
        found.open_loans = loans
        late = found.late_loan()
        looks_after = learns_who and not keeps and found.is_in_trouble
        asked = request.GET.get("month", "")
        is_broken = keeps and here.state == ThingState.IN_REPAIR
        steps = steps_of(here, loans, user, keeps=keeps, is_scanned=is_scanned, bound=bound)
        may_take = is_scanned and may_reserve and not keeps and not steps.lines
        return {
            "thing": here,
            "steps": steps,
            "shelf": at_the_shelf(here) if may_take else None,
            "returned": back if keeps and here.is_available and not steps.lines else None,
            "may_lend": keeps and here.is_free_today,
            "month": month_of(here, loans, user, month=asked, chosen=chosen, may_choose=may_reserve)
            if here.is_available and (may_reserve or keeps)
            else None,
            # Whoever should bring it back reads that with their own loan.
            "late": late if late is not None and late.person_id != user.pk else None,
            "lost": here.lost_loan() if learns_who else None,
            "looks_after": looks_after,
            "unseen": unseen_by(user) if looks_after else (),
            "notes": here.repair_notes.filter(repaired_at=None) if is_broken else [],
        }

    context = {
        "crumbs": _way_down(),
        "thing": found,
        "photos": found.photos.all(),
        "keepers": [name_for(keeper, user) for keeper in found.keepers],
        "may_reserve": may_reserve,
        "is_scanned": is_scanned,
        "keeps": keeps,
        "reserve": reserve,
        "chosen": begin,
        "suggested": suggested or [],
        "refusal": refusal,
        "now": now,
    }
    return render(request, "community/things/thing.html", context, status=status)


@vary_on_headers("Accept-Language", "Cookie")
def scan(request: HttpRequest, code) -> HttpResponse:
    """Where a label's code leads: the thing's page in the language of whoever scans it, which no label can know."""
    person = request.user
    language = person.language if person.is_authenticated else get_language_from_request(request)
    return redirect(f"{in_language(reverse('community:thing', args=[code]), language)}?{SCANNED}")


@never_cache
@login_required
def by_code(request: HttpRequest) -> HttpResponse:
    """The label's short code, typed where there is no camera."""
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid():
            found = Thing.objects.visible_to(request.user).filter(short=form.cleaned_data["code"]).first()
            if found is not None:
                return redirect(f"{found.get_absolute_url()}?{SCANNED}")
            form.add_error("code", _("We do not know this code. Look at the label once more."))
        status = 422
    return render(request, "community/things/code.html", {"form": form, "crumbs": _way_down()}, status=status)


# -- reserving ------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def reserve(request: HttpRequest, code) -> HttpResponse:
    found = _visible(request, code)
    if request.method != "POST":
        return redirect(found)
    form = ReserveForm(request.POST, thing=found)
    if not form.is_valid():
        return _thing_page(request, found, reserve=form, status=422)
    told = form.cleaned_data
    takes_it = "now" in request.POST  # at the shelf: from today, whatever day the form says
    try:
        if takes_it:
            loan = Reservation.take(
                by=request.user, thing=found, client_id=told["client_id"], last_day=told["last_day"]
            )
        else:
            loan = Reservation.make(by=request.user, thing=found, **told)
    except NotPossible as refusal:
        return _thing_page(request, found, reserve=form, refusal=str(refusal), status=409)
    except NotBookable as error:
        form.refuse(error)
        suggested = _suggestions(found, form) if isinstance(error, Taken) else []
        status = 409 if isinstance(error, Taken) else 422
        return _thing_page(request, found, reserve=form, suggested=suggested, status=status)
    except ClientIdTaken:
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
        form.data = {**form.data.dict(), "client_id": str(ReserveForm.base_fields["client_id"].initial())}
        return _thing_page(request, found, reserve=form, status=422)
    except PermissionDenied:
        raise Http404 from None
    if takes_it:
        messages.success(request, _("Picked up. Have a good time with it."))
    elif loan.state == "requested":
        messages.success(request, _("Asked for. Whoever keeps it answers, and you hear of it."))
    elif found.late_loan() is not None:
        messages.warning(
            request, _("Reserved. But it has not come back yet: it may not be there on your first day.")
        )
    else:
        messages.success(
            request, _("It is yours on these days. When you pick it up, scan its label or say so here.")
        )
    return redirect(found)


def _suggestions(found: Thing, form: ReserveForm) -> list[list]:
    """The next three times that are free for as long as was asked for, from the day that was asked for."""
    first, last = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
    length = (last - first).days + 1
    runs = [run for run in free_runs(found, length) if len(run) == length]
    later = [run for run in runs if run[0] >= first] or runs
    return [(run[0], run[-1]) for run in later[:3]]


@login_required
@require_POST
def wait(request: HttpRequest, code, verb: str) -> HttpResponse:
    found = _visible(request, code)
    if verb == "join":
        try:
            WaitingPlace.join(by=request.user, thing=found)
        except PermissionDenied:
            raise Http404 from None
        except NotBookable as error:
            messages.error(request, sentence(error, found))
        else:
            messages.success(request, _("You hear as soon as it is free. Until then you need do nothing."))
    elif verb == "leave":
        get_object_or_404(found.waiting, person=request.user).leave()
        messages.success(request, _("You do not wait for it any more."))
    else:
        raise Http404
    return redirect(found)


@never_cache
@login_required
def lend(request: HttpRequest, code) -> HttpResponse:
    """At the desk: whoever keeps it hands it to somebody who has not reserved it."""
    found, user = _visible(request, code), request.user
    if not user.has_perm("community.lend_thing", found):
        raise Http404
    people = who_may_be_handed(found, by=user)
    if request.method == "POST":
        form = LendForm(request.POST, thing=found, people=people)
        if form.is_valid() and _hand_over(request, form):
            return redirect(found)
        status = 422
    else:
        last_day = last_day_from_today(Thing.objects.with_today().with_next_taken().get(pk=found.pk))
        if last_day is None:
            return redirect(found)  # which says who has it
        form, status = LendForm(thing=found, people=people, initial={"last_day": last_day}), 200
    context = {"form": form, "thing": found, "crumbs": _way_down((found, found.get_absolute_url()))}
    return render(request, "community/things/lend.html", context, status=status)


def _hand_over(request: HttpRequest, form: LendForm) -> bool:
    """False, and an error in the form, if it cannot be."""
    told = form.cleaned_data
    try:
        Reservation.lend(
            by=request.user,
            to=told["person"],
            thing=form.thing,
            client_id=told["client_id"],
            last_day=told["last_day"],
        )
    except NotBookable as error:
        form.refuse(error)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    except ClientIdTaken:
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
        form.data = {**form.data.dict(), "client_id": str(LendForm.base_fields["client_id"].initial())}
    except PermissionDenied:
        form.add_error("person", _("It cannot be lent to this person."))
    else:
        messages.success(request, _("Noted: %(name)s has it now.") % {"name": told["person"]})
        return True
    return False


@never_cache
@login_required
def loan_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of a loan. A refusal shows the thing's page with all that was typed."""
    loans = Reservation.objects.visible_to(request.user).select_related("thing__municipality", "person")
    loan = get_object_or_404(loans, pk=pk)
    if not request.user.has_perm(f"community.{verb}_reservation", loan):
        raise Http404
    if request.method != "POST":
        return redirect(loan.thing)
    return _take(request, loan.thing, Step.of_loan(loan, verb, request.user, data=request.POST))


@never_cache
@login_required
def thing_step(request: HttpRequest, code, verb: str) -> HttpResponse:
    found = _visible(request, code)
    if not request.user.has_perm(f"community.{verb}_thing", found) or not Step.is_of_things(verb):
        raise Http404
    if request.method != "POST":
        return redirect(found)
    return _take(request, found, Step.of_thing(found, verb, request.user, data=request.POST))


def _take(request: HttpRequest, found: Thing, step: Step) -> HttpResponse:
    if step.form is not None and not step.form.is_valid():
        return _thing_page(request, found, bound=step, status=422)
    try:
        step.take()
    except NotPossible as refusal:
        return _thing_page(request, found, bound=step, refusal=str(refusal), status=409)
    except NotBookable as error:
        step.form.refuse(error)
        return _thing_page(request, found, bound=step, status=422)
    except ValidationError as error:
        step.form.add_error("note", error.message_dict["note"])
        return _thing_page(request, found, bound=step, status=422)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, step.done)
    # Whoever wrote it off, or had it, may not see it any more.
    sees = request.user.has_perm("community.view_thing", Thing.objects.get(pk=found.pk))
    return redirect(found) if sees else redirect("community:things")


# -- lending --------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def thing_new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("community.add_thing"):
        raise Http404
    return _form_page(request, None)


@never_cache
@login_required
def thing_edit(request: HttpRequest, code) -> HttpResponse:
    found = _visible(request, code)
    if not request.user.has_perm("community.change_thing", found):
        raise Http404
    return _form_page(request, found)


def _form_page(request: HttpRequest, found: Thing | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        form = ThingForm(request.POST, request.FILES, owner=request.user, thing=found)
        if form.is_valid() and (saved := _save(request, form)):
            messages.success(
                request, _("Saved.") if found else _("Thank you: your neighbours can borrow it from now on.")
            )
            return redirect(saved)
        status = 422
    else:
        form = ThingForm(owner=request.user, thing=found, initial={"client_id": request.GET.get("client_id")})
    context = {"form": form, "thing": found, "photos": found.photos.all() if found else []}
    context["crumbs"] = _way_down((found, found.get_absolute_url())) if found else _way_down()
    return render(request, "community/things/form.html", context, status=status)


def _save(request: HttpRequest, form: ThingForm) -> Thing | None:
    """None, and an error in the form, if it cannot be."""
    sent_before = Thing.objects.filter(client_id=form.cleaned_data["client_id"]).exists()
    if form.thing is None and not sent_before and limited(request, "community.things", ADDED_A_DAY):
        form.add_error(None, _("You have added a lot today. Please go on tomorrow."))
        return None
    try:
        with transaction.atomic():
            return form.save()
    except ClientIdTaken:
        form.renew_client_id()
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
    except PermissionDenied:
        raise Http404 from None
    return None


@never_cache
@login_required
def loans(request: HttpRequest) -> HttpResponse:
    """What I have, what comes, what I wait for; and what was."""
    me = request.user
    mine = Reservation.objects.filter(person=me).select_related("thing")
    ended = mine.exclude(pk__in=mine.open()).order_by("-ended_at", "-pk")
    past = Paginator(ended, PER_PAGE).get_page(request.GET.get("page"))
    things = Thing.objects.visible_to(me).filter(pk__in=[loan.thing_id for loan in past])
    seen = set(things.values_list("pk", flat=True))
    for loan in past:
        loan.leads_nowhere = loan.thing_id not in seen
    context = {
        "loans": mine.open().most_pressing_first(),
        "waiting": WaitingPlace.objects.filter(person=me).select_related("thing"),
        "past": past,
        "keeps": Thing.objects.kept_by(me).exists(),
        "crumbs": _way_down(),
    }
    return render(request, "community/things/loans.html", context)


@never_cache
@login_required
def kept(request: HttpRequest) -> HttpResponse:
    """What I keep, and what has to be done with it: answers, hand-overs, what is late, what is broken."""
    mine = Thing.objects.kept_by(request.user).not_gone()
    open_loans = Reservation.objects.filter(thing__in=mine).open().select_related("thing", "person")
    context = {
        "loans": open_loans.most_pressing_first()[:PER_PAGE],
        "page": Paginator(
            mine.with_today().prefetch_related("photos").order_by("name", "pk"), PER_PAGE
        ).get_page(request.GET.get("page")),
        "may_add": request.user.has_perm("community.add_thing"),
        "crumbs": _way_down((_("My loans"), reverse("community:thing_loans"))),
    }
    return render(request, "community/things/kept.html", context)


@never_cache
@login_required
def labels(request: HttpRequest) -> HttpResponse:
    """The labels of what I keep, to print, cut and stick on; of one thing where the address says so."""
    mine = Thing.objects.kept_by(request.user).not_gone().order_by("name", "pk")
    if (asked := request.GET.get("thing", "")) and asked.isascii() and asked.isprintable():
        mine = mine.filter(short=asked)
    found = [(one, qr_code(one.label_url(), error="q")) for one in mine[:LABELS_AT_ONCE]]
    kept_page = (_("What I lend or keep"), reverse("community:things_kept"))
    return render(request, "community/things/labels.html", {"labels": found, "crumbs": _way_down(kept_page)})
