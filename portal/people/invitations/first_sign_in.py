"""Coming in for the first time: the code of the letter, then one question a page, then in.

What was answered waits in the session. The letter is used up at the very end: whoever stops in the middle scans it
again, on whatever device.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from portal.access import client_address, forgive, limited, step_up
from portal.people.addresses import home_of
from portal.people.codes import EMAIL, PHONE, SPENT, WRONG, CodeOnItsWay, CodeSpent, TooOften, write_to
from portal.people.limits import order_to
from portal.people.models import ContactTaken
from portal.people.phones import readable
from portal.people.tokens import digest

from .codes import normalised
from .forms import (
    DESK,
    CodeOfLetterForm,
    ContactCodeForm,
    EmailForm,
    LanguageForm,
    PasswordForm,
    PhoneForm,
    ShownNameForm,
    WayForm,
)
from .models import Invitation, NotOpen

# Of one client, and only for codes that let nobody in: nobody can guess one, but asking costs the database.
CODES_TRIED = "60/10m"
# Of one letter to one address or number, and of one client to whomever: nobody's mailbox is filled from here.
CODES = "5/10m"
CODES_OF_A_CLIENT = "30/10m"
FIRST_CONTACT = CodeOnItsWay("first_contact")
SESSION = "portal_first_sign_in"
CAME_IN = "portal_came_in_by_letter"  # in the session that began so
# Seconds that the answers wait: on the desk's tablet the next person must not go on where this one stopped.
PATIENCE = 3600


class Draft:
    """What somebody with an open letter has answered so far."""

    def __init__(self, request: HttpRequest, invitation: Invitation, answers: dict) -> None:
        self.request, self.invitation, self.answers = request, invitation, answers

    @classmethod
    def begin(cls, request: HttpRequest, invitation: Invitation) -> Draft:
        """Another letter on the same device begins from nothing; the same one goes on."""
        draft = cls.of(request)
        if draft is None or draft.invitation.pk != invitation.pk:
            draft = cls(request, invitation, {"invitation": invitation.pk})
            FIRST_CONTACT.forget(request)
        # Whoever knew this session's key before does not know what is answered in it.
        request.session.cycle_key()
        draft.save()
        return draft

    @classmethod
    def of(cls, request: HttpRequest) -> Draft | None:
        answers = request.session.get(SESSION)
        if not answers or answers["until"] < time.time():
            return None
        invitation = Invitation.objects.select_related("person").filter(pk=answers["invitation"]).first()
        return cls(request, invitation, answers) if invitation and invitation.is_open else None

    def save(self, **answers) -> None:
        self.answers.update(answers, until=int(time.time()) + PATIENCE)
        self.request.session[SESSION] = self.answers

    def get(self, name: str, default=None):
        return self.answers.get(name, default)

    @property
    def steps(self) -> list[str]:
        """The pages of this person's way, in their order: by the way to sign in that they chose."""
        way = self.get("way")
        steps = ["language", "name", "way"]
        if way in (EMAIL, PHONE):
            steps += ["contact", "contact_code", "password"]
        return [*steps, "notice"]

    def is_answered(self, step: str) -> bool:
        if step == "contact":
            return bool(self.get("contact"))
        if step == "contact_code":
            return bool(self.get("contact")) and self.get("confirmed") == [
                self.get("way"),
                self.get("contact"),
            ]
        return self.get(step) is not None

    def next_step(self) -> str:
        """The first page that has no answer."""
        return next((step for step in self.steps if not self.is_answered(step)), "notice")

    def may_see(self, step: str) -> bool:
        return step in self.steps and self.steps.index(step) <= self.steps.index(self.next_step())

    def is_confirmed(self, way: str, contact: str) -> bool:
        return self.get("confirmed") == [way, contact]

    def taken_by_somebody_else(self, way: str, contact: str) -> bool:
        others = get_user_model().objects.exclude(pk=self.invitation.person_id)
        field = "email__iexact" if way == EMAIL else "phone"
        return others.filter(**{field: contact}).exists()


# -- the door ---------------------------------------------------------------------------------------------------


def _at_the_door(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Kept nowhere, and a form from before the sign-in is no forgery: in a second tab one simply is in."""
    protected = csrf_protect(view)

    @never_cache
    @csrf_exempt
    @wraps(view)
    def open_door(request: HttpRequest) -> HttpResponse:
        return protected(request)

    return open_door


@_at_the_door
def welcome(request: HttpRequest) -> HttpResponse:
    """Where the letter leads: a script, or the person, puts its code into the form.

    Too old, altered, used, taken back or somebody else's: one answer, at one cost, and what to do now.
    """
    if request.method != "POST":
        if "again" in request.GET and request.user.is_authenticated:
            return HttpResponseRedirect(home_of(request.user))
        draft = None if request.user.is_authenticated else Draft.of(request)
        return _welcome_page(request, CodeOfLetterForm(), draft=draft, again="again" in request.GET)
    form = CodeOfLetterForm(request.POST)
    if not form.is_valid():
        return _welcome_page(request, form, status=422)
    code, client = form.cleaned_data["code"], client_address(request)
    if limited(request, "portal.letter_codes", CODES_TRIED, by=client):
        form.add_error("code", _("That was too often. Wait some minutes, then try again."))
        return _welcome_page(request, form, status=429)
    if invitation := Invitation.objects.carrying(code):
        forgive(request, "portal.letter_codes", CODES_TRIED, by=client)
        return _let_in(request, invitation, code)
    if request.user.is_authenticated and _was_their_own(request.user, code):
        return HttpResponseRedirect(home_of(request.user))
    form.add_error("code", _("This code lets nobody in"))
    return _welcome_page(request, form, status=422, refused=True)


def _welcome_page(
    request: HttpRequest, form: CodeOfLetterForm, *, status: int = 200, **context
) -> HttpResponse:
    return render(request, "portal/people/invitations/welcome.html", {"form": form, **context}, status=status)


def _was_their_own(person, code: str) -> bool:
    """Whether it is the letter that this person came in with: they are where it leads."""
    return person.invitations.filter(digest=digest(normalised(code))).exclude(accepted_at=None).exists()


def _let_in(request: HttpRequest, invitation: Invitation, code: str) -> HttpResponse:
    if request.user.is_authenticated and request.user.pk != invitation.person_id:
        if "sign_out" not in request.POST:
            return render(request, "portal/people/invitations/somebody_else.html", {"code": code})
        logout(request)
    draft = Draft.begin(request, invitation)
    return redirect(_address_of(draft.next_step()))


def _address_of(step: str) -> str:
    return reverse(f"portal:welcome_{step}")


# -- the questions ----------------------------------------------------------------------------------------------


def _question(step: str):
    """A page of the way: for whoever has an open letter and has answered what comes before."""

    def decorate(view: Callable[[HttpRequest, Draft], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_protect
        def asked(request: HttpRequest) -> HttpResponse:
            draft = Draft.of(request)
            if draft is None or (request.user.is_authenticated and request.user != draft.invitation.person):
                return _start_again(request)
            if not draft.may_see(step):
                return redirect(_address_of(draft.next_step()))
            return view(request, draft)

        @never_cache
        @csrf_exempt
        @wraps(view)
        def open_door(request: HttpRequest) -> HttpResponse:
            # In another tab of the same browser one has come in already: this one simply goes on, whatever it sends.
            if (
                request.user.is_authenticated
                and CAME_IN in request.session
                and SESSION not in request.session
            ):
                return HttpResponseRedirect(home_of(request.user))
            return asked(request)

        return open_door

    return decorate


def _start_again(request: HttpRequest) -> HttpResponse:
    """The letter is not open any more, or the answers have waited for too long."""
    # Another tab may just have come in and been given a new session: this answer must not take its cookie away.
    request.session.is_empty = lambda: False  # type: ignore[attr-defined]
    return redirect(f"{reverse('portal:welcome')}?again=1")


def _page(
    request: HttpRequest, draft: Draft, step: str, template: str = "question", **context
) -> HttpResponse:
    steps = draft.steps
    place = steps.index(step)
    form = context.get("form")
    return render(
        request,
        f"portal/people/invitations/{template}.html",
        {
            "place": place + 1,
            # How many follow is known once one has chosen how to sign in: "3 of 4" must not become "4 of 7".
            "places": len(steps) if draft.get("way") else None,
            "back": _address_of(steps[place - 1]) if place else "",
            **context,
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def _onwards(draft: Draft, step: str) -> HttpResponse:
    """To the page after this one, or to one further back that an answer has made unanswered."""
    after = draft.steps[draft.steps.index(step) + 1]
    return redirect(_address_of(after if draft.may_see(after) else draft.next_step()))


@_question("language")
def language(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Which language: the pages that follow are in it."""
    form = LanguageForm(request.POST or None, initial={"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        draft.save(language=chosen)
        with translation.override(chosen):
            return _onwards(draft, "language")
    return _page(request, draft, "language", form=form, heading=_("Which language do you read?"))


@_question("name")
def name(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = ShownNameForm(
        request.POST or None, initial={"name": draft.get("name") or draft.invitation.person.display_name}
    )
    if request.method == "POST" and form.is_valid():
        draft.save(name=form.cleaned_data["name"])
        return _onwards(draft, "name")
    return _page(
        request,
        draft,
        "name",
        form=form,
        heading=_("Is this your name?"),
        lead=_("If something in it is wrong, write it right."),
    )


@_question("way")
def way(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = WayForm(request.POST or None, initial={"way": draft.get("way")})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["way"]
        if chosen != draft.get("way"):
            FIRST_CONTACT.forget(request)
            draft.save(way=chosen, contact=None, password=None)
        return _onwards(draft, "way")
    return _page(request, draft, "way", form=form, heading=_("How you sign in next time"))


@_question("contact")
def contact(request: HttpRequest, draft: Draft) -> HttpResponse:
    """An address or a number; a code goes there."""
    chosen = draft.get("way")
    person = draft.invitation.person
    noted = (person.email if chosen == EMAIL else person.phone) or ""
    known = draft.get("contact") or noted
    form = (EmailForm if chosen == EMAIL else PhoneForm)(
        request.POST or None,
        initial={"contact": known if chosen == EMAIL else readable(known) if known else ""},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["contact"]
        if draft.is_confirmed(chosen, given):
            draft.save(contact=given)
            return _onwards(draft, "contact_code")
        try:
            _send_code(request, draft, given)
        except TooOften as error:
            form.add_error("contact", error.said)
        else:
            draft.save(contact=given)
            return redirect(_address_of("contact_code"))
    elif request.method == "GET" and "taken" in request.GET:
        form = type(form)({"contact": known if chosen == EMAIL else readable(known)})
        form.is_valid()
        form.add_error("contact", _somebody_has_it(chosen))
    heading = _("Your e-mail address") if chosen == EMAIL else _("Your phone number")
    return _page(request, draft, "contact", form=form, heading=heading, submit=_("Send me a code"))


def _send_code(request: HttpRequest, draft: Draft, contact: str) -> None:
    """In the language of the page. Whether somebody else has this contact makes no difference. Raises TooOften.

    That others have had enough sent there is told to nobody: all goes on, with a code that is none.
    """
    # All are counted, whatever the first says.
    refused = [
        limited(request, "portal.contact_code", CODES, by=f"invitation {draft.invitation.pk} {contact}"),
        limited(request, "portal.contact_code_client", CODES_OF_A_CLIENT),
    ]
    if any(refused):
        raise TooOften
    to_be_sent = order_to(request, contact)
    code = FIRST_CONTACT.begin(request, draft.get("way"), contact, is_sent=to_be_sent)
    if to_be_sent:
        write_to(contact, code)


def _somebody_has_it(way: str) -> str:
    if way == EMAIL:
        return _("Somebody else signs in with this address already. Take another one, or call the desk.")
    return _("Somebody else signs in with this number already. Take another one, or call the desk.")


@_question("contact_code")
def contact_code(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The code that went there. Only whoever reads it learns whether somebody else has that address."""
    chosen, given = draft.get("way"), draft.get("contact")
    if draft.is_confirmed(chosen, given):
        if request.method == "POST":
            return _onwards(draft, "contact_code")
    elif FIRST_CONTACT.goes_to(request) != (chosen, given):
        return redirect(_address_of("contact"))
    form = ContactCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if FIRST_CONTACT.is_right(request, form.cleaned_data["code"]):
                if draft.taken_by_somebody_else(chosen, given):
                    return redirect(f"{_address_of('contact')}?taken=1")
                draft.save(confirmed=[chosen, given])
                return _onwards(draft, "contact_code")
            form.add_error("code", WRONG)
        except CodeSpent:
            form.add_error("code", SPENT)
    return _page(
        request,
        draft,
        "contact_code",
        "contact_code",
        form=form,
        heading=_("Write the code"),
        contact=given if chosen == EMAIL else readable(given),
        by_email=chosen == EMAIL,
        is_confirmed=draft.is_confirmed(chosen, given),
    )


@_question("password")
def password(request: HttpRequest, draft: Draft) -> HttpResponse:
    person = get_user_model()(display_name=draft.get("name", ""), **{draft.get("way"): draft.get("contact")})
    form = PasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["password"]
        # "Go on without" next to one that was chosen before forgets it.
        keep = draft.get("password") if "keep" in request.POST else ""
        draft.save(password=make_password(typed) if typed else keep or "")
        return _onwards(draft, "password")
    return _page(
        request,
        draft,
        "password",
        "password",
        form=form,
        heading=_("A password, if you want one"),
        has_one=bool(draft.get("password")),
        by_email=draft.get("way") == EMAIL,
    )


@_question("notice")
def notice(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Who keeps what, in plain words; whoever goes on is in."""
    if draft.next_step() != "notice":
        return redirect(_address_of(draft.next_step()))
    if request.method == "POST":
        return _come_in(request, draft)
    return _page(
        request,
        draft,
        "notice",
        "notice",
        heading=_("What we keep about you"),
        is_to_return=draft.invitation.is_to_return,
    )


def _come_in(request: HttpRequest, draft: Draft) -> HttpResponse:
    way, contact = draft.get("way"), draft.get("contact")
    try:
        person = draft.invitation.accept(
            name=draft.get("name"),
            language=translation.get_language(),
            email=contact if way == EMAIL else None,
            phone=contact if way == PHONE else None,
            password=draft.get("password") or None,
        )
    except NotOpen:
        return _start_again(request)
    except ContactTaken:
        draft.save(confirmed=None)
        return redirect(f"{_address_of('contact')}?taken=1")
    request.session.pop(SESSION, None)
    FIRST_CONTACT.forget(request)
    if request.user.is_authenticated:
        logout(request)
    if way != DESK:
        record_authentication(request, person, method="code", **{way: contact})
    answer = perform_login(request, person, email_verification="none")
    request.session[CAME_IN] = True
    if way == DESK:
        messages.warning(
            request,
            _("Next time you sign in with a paper. Have the desk print it for you before you sign out here."),
        )
    # The letter and the code have just shown who this is. Whoever is asked for more first is not in yet.
    if request.user == person:
        step_up(request)
    return answer
