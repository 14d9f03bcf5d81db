"""Somebody with a marker in every field, file and log: what each kind of personal data is planted with.

A planter makes at least one row of its model that the person's export shows, by the public verbs where there are some,
and puts `plant("where")` wherever text can stand. Whoever declares PersonalData adds its planter here: a test fails as
long as one is missing.
"""

from __future__ import annotations

import io
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import partial

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.models import Comment, CommentReply, GroupApprovalTask, ModelLogEntry, Workflow, WorkflowTask

from community.mediation.diary import Diary
from community.mediation.glass import AskedNumber, BrokenGlass
from community.mediation.meetings import Meeting
from community.mediation.models import Case
from community.mediation.rooms import Carrying
from community.mutual_aid.calendar.models import CalendarLink
from community.mutual_aid.exchanges.models import Exchange, Interest
from community.mutual_aid.exchanges.words import State
from community.mutual_aid.things.reservations import WaitingPlace as ThingPlace
from community.mutual_aid.time_bank.accounts import credit_exchange
from community.mutual_aid.time_bank.pot import PotRequest
from community.safety.models import AbuseReport, Block, Mute, ParentalApproval
from community.testing import (
    anew,
    begin,
    exchange_in,
    gathering_in,
    loan_of,
    mediation_in,
    minor_of,
    post_by,
    shift_in,
    shift_plan,
    thing_of,
)
from community.testing import said as said_about
from manutenzione.testing import operator, take
from manutenzione.tickets.models import Ticket
from portal.access import limited, log_read
from portal.desk.appointments.counters import AppointmentTopic, CounterShift
from portal.desk.appointments.models import Appointment, WaitingPlace
from portal.desk.appointments.slots import quarter_of
from portal.desk.models import Desk, Thread
from portal.notifications.preferences import choose
from portal.notifications.push.models import PushSubscription
from portal.notifications.times import NotificationTimes
from portal.pages.contributions.models import Contribution
from portal.pages.models import NewsIndexPage, NewsPage
from portal.people.delegations.models import DelegateCode, Delegation
from portal.people.invitations.models import Invitation
from portal.people.joining.models import JoinRequest
from portal.people.mail import deliver, deliver_text_to, deliver_to
from portal.people.papers.models import SignInSheet
from portal.privacy.models import DataExport, ErasureRequest
from portal.proof import changes
from portal.tasks.worker import work_off
from portal.testing.factories import (
    BuildingFactory,
    CommonAreaFactory,
    HouseholdFactory,
    OrganizationFactory,
    TenancyFactory,
    UserFactory,
    tenant_of,
)
from portal.uploads.models import Photo, VoiceNote, claim
from tests.portal.pages.tree import home, write
from tests.portal.uploads.sounds import recording, sound

from . import planters_of_savings

PASSWORD = "a long way of tigli "


@dataclass
class World:
    """The person, and the markers by the place where each was planted."""

    markers: dict[str, str] = field(default_factory=dict)

    def plant(self, where: str, *, digits: bool = False) -> str:
        """A marker that stands nowhere else; `digits` for a telephone number."""
        if digits:
            marker = "9" + "".join(secrets.choice("0123456789") for _ in range(9))
        else:
            marker = f"mrk{secrets.token_hex(7)}"
        assert where not in self.markers, f"{where} was planted already"
        self.markers[where] = marker
        return marker

    def __post_init__(self):
        self.elena = UserFactory(username="elena", display_name="Elena", roles=["portal.caseworker"])
        self.building = BuildingFactory(name="Casa dei Tigli")
        self.area = CommonAreaFactory(building=self.building, name="Scala A")
        plant = self.plant
        self.person = get_user_model().objects.create_user(
            username=plant("username"),
            display_name=plant("name"),
            email=f"{plant('e-mail address')}@abitare.example",
            phone=f"+39{plant('phone to sign in with', digits=True)}",
            contact_phone=f"+39{plant('phone to call', digits=True)}",
            password=PASSWORD + plant("password"),
            language="en",
        )


def a_person(world: World) -> None:
    """Made with the world: whatever else is planted is theirs."""


def a_role(world: World) -> None:
    world.person.give_role("portal.editor", by=world.elena)
    world.person.take_role("portal.editor", by=world.elena)


def a_household(world: World) -> None:
    household = HouseholdFactory(name=f"Famiglia {world.plant('name of the household')}")
    TenancyFactory(household=household, dwelling__building=world.building)
    household.add(world.person, by=world.elena)


def a_membership(world: World) -> None:
    member = world.person.household_memberships.get()
    for row in (world.person, member, member.household):
        # As the register does: it keeps what the row is called.
        ModelLogEntry.objects.log_action(row, "wagtail.edit", user=world.elena)


def an_organization(world: World) -> None:
    member = OrganizationFactory(name="Vicini di Casa").add(world.person, by=world.elena)
    ModelLogEntry.objects.log_action(member, "wagtail.create", user=world.elena)


def a_tenancy(world: World) -> None:
    tenancy = world.person.household_memberships.get().household.tenancies.get()
    ModelLogEntry.objects.log_action(tenancy, "wagtail.edit", user=world.elena)


def an_invitation(world: World) -> None:
    """A letter with which somebody begins to come in, on the desk's tablet; and one that lets the person in."""
    _letter, code = Invitation.issue(world.person, by=world.elena, client_id=uuid.uuid4(), mailed=True)
    tablet = Client()
    for page, answer in (
        ("", {"code": code}),
        ("lingua/", {"language": "en"}),
        ("nome/", {"name": world.plant("name answered on the way in")}),
        ("accesso/", {"way": "email"}),
        ("recapito/", {"contact": f"{world.plant('address answered on the way in')}@abitare.example"}),
    ):
        assert tablet.post(f"/benvenuto/{page}", answer).status_code == 302, page
    letter, _code = Invitation.issue(world.person, by=world.elena, client_id=uuid.uuid4())
    person = world.person
    letter.accept(
        name=person.display_name,
        language="en",
        email=person.email,
        phone=person.phone,
        password=person.password,
    )
    person.refresh_from_db()


def a_notice(world: World) -> None:
    """Which words they were shown on the way in."""


def a_paper(world: World) -> None:
    sheet, codes = SignInSheet.print_for(world.person, by=world.elena, client_id=uuid.uuid4())
    assert sheet.open_with(codes[0])


def a_device(world: World) -> None:
    """They sign in, with a browser that says more of itself than is kept."""
    agent = f"Mozilla/5.0 (Linux; Android 15; {world.plant('what a browser says of itself')}) Chrome/140"
    phone = Client(headers={"user-agent": agent})
    phone.post(
        "/account/login/", {"login": world.person.email, "password": PASSWORD + world.markers["password"]}
    )
    phone.get("/account/")
    world.session_key = phone.session.session_key


def a_device_that_is_told(world: World) -> None:
    PushSubscription.subscribe(
        world.person,
        world.session_key,
        endpoint=f"https://push.example/wpush/v2/{world.plant('address at the push service')}",
        p256dh=world.plant("key for messages on the screen"),
        auth=world.plant("secret for messages on the screen"),
        device=world.plant("name of a phone"),
    )


def a_second_factor(world: World) -> None:
    changes.add_passkey(
        world.person,
        name=world.plant("name of a passkey"),
        credential={"id": world.plant("key of a passkey")},
    )
    changes.add_app(world.person, secret=world.plant("secret of an app"), period=1)


def choices(world: World) -> None:
    choose(world.person, {("portal.sign_in", "email"): False, ("portal.sign_in", "push"): True})


def times(world: World) -> None:
    NotificationTimes(person=world.person, quiet_from=2, quiet_until=3).choose()


def delegations(world: World) -> None:
    """Somebody helps them, as a paper says; whom else they asked, and by which words others asked them."""
    world.helper, asking = UserFactory(display_name="Teresa"), UserFactory(display_name="Paolo")
    day = timezone.localdate() + timezone.timedelta(days=30)
    common = {"scope": "manutenzione.reports", "until": day}
    Delegation.on_paper(
        world.person,
        world.helper,
        by=world.elena,
        paper_date=timezone.localdate(),
        client_id=uuid.uuid4(),
        **common,
    )
    stranger = f"{world.plant('address of somebody who was asked to help')}@abitare.example"
    for by, whom in ((world.person, stranger), (asking, world.person.email), (asking, world.person.phone)):
        Delegation.offer(whom, by=by, client_id=uuid.uuid4(), **common)
    # As it is where they were asked before anybody knew them here.
    before = Delegation.offer(world.person.email.upper(), by=asking, client_id=uuid.uuid4(), **common)
    Delegation.objects.filter(pk=before.pk).update(delegate=None)


def a_delegates_code(world: World) -> None:
    DelegateCode.draw(world.person)


def requests_to_join(world: World) -> None:
    """From before they were known here: one under their address, one under another with their number."""
    JoinRequest.ask(
        client_id=uuid.uuid4(),
        name=world.plant("name in a request to join"),
        email=world.person.email.upper(),
        phone=f"+39{world.plant('phone in a request to join', digits=True)}",
        wish="neighbour",
    )
    JoinRequest.ask(
        client_id=uuid.uuid4(),
        name="Paolo",
        email="paolo@abitare.example",
        phone=world.person.phone,
        wish="neighbour",
    )
    work_off()


def a_proposal(world: World) -> None:
    """In the name of their organization; an editor has not read it yet."""
    organization = OrganizationFactory()
    organization.add(world.person, by=None, is_coordinator=True)
    if not home().get_children().type(NewsIndexPage).exists():
        write(NewsIndexPage, home(), "Notizie")
    Contribution.propose(
        organization,
        by=world.person,
        client_id=uuid.uuid4(),
        kind="news",
        title=world.plant("title of a proposal"),
        text=world.plant("text of a proposal"),
    )


def a_thread(world: World) -> None:
    """What they wrote, with a photo, and what the agency answered, with another."""
    draft = uuid.uuid4()
    keep(world, "letter", draft, owner=world.person)
    letter = Thread.write(by=world.person, client_id=draft, text=world.plant("text of a letter to the desk"))
    claim(draft, world.person, letter)
    draft = uuid.uuid4()
    keep(world, "answer", draft, owner=world.elena)
    answer = letter.thread.answer(by=world.elena, client_id=draft, text=world.plant("text of an answer"))
    claim(draft, world.elena, answer)


def a_letter(world: World) -> None:
    """With its thread."""


def _desk():
    """Open all day and every day, with one counter."""
    desk = Desk.objects.filter(name="Sportello dei Tigli").first()
    if desk is None:
        desk = Desk.objects.create(name="Sportello dei Tigli", horizon_weeks=6)
        for weekday in range(7):
            desk.hours.create(weekday=weekday, opens=time(0), closes=time(23, 45))
        desk.counters.create(name="Sportello 1")
    topic, _made = AppointmentTopic.objects.get_or_create(slug="isee", defaults={"name": "ISEE"})
    return desk, topic


def appointments(world: World) -> None:
    """One of their own, with a link to it. What was booked without an account is nobody's account (test_privacy.py)."""
    desk, topic = _desk()
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=3)
    booked = Appointment.book(
        client_id=uuid.uuid4(),
        desk=desk,
        topic=topic,
        quarter=quarter_of(noon),
        by=world.person,
        person=world.person,
        name=world.plant("name of an appointment"),
        email=f"{world.plant('e-mail of an appointment')}@abitare.example",
        phone="",
        reason=world.plant("reason of an appointment"),
    )
    booked.make_link()


def a_place_on_the_list(world: World) -> None:
    desk, topic = _desk()
    WaitingPlace.join(
        client_id=uuid.uuid4(),
        desk=desk,
        topic=topic,
        by=world.person,
        person=world.person,
        name=world.plant("name on the waiting list"),
        email=f"{world.plant('e-mail on the waiting list')}@abitare.example",
        reason=world.plant("reason on the waiting list"),
    )


def a_shift(world: World) -> None:
    desk, _topic = _desk()
    CounterShift.objects.create(counter=desk.counters.get(), weekday=0, staff=world.person)


def keep(world: World, name: str, draft: uuid.UUID, *, owner) -> Photo:
    photo = Photo.keep(picture(world, name), owner=owner, draft=draft, limit=5)
    Photo.objects.filter(pk=photo.pk).update(alt=world.plant(f"what the {name} photo shows"))
    return photo


def photos(world: World) -> None:
    """One in a form that was never sent; the sent one comes with the ticket. And one of somebody else, which stays."""
    Photo.keep(a_photo(), owner=world.elena, draft=uuid.uuid4(), limit=5)
    keep(world, "draft", uuid.uuid4(), owner=world.person)


def a_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("scala.png", png(), "image/png")


def picture(world: World, name: str) -> SimpleUploadedFile:
    """A JPEG that names its person in the name of its file, and in what cameras and programs write into it."""
    exif = Image.Exif()
    exif[0x010E] = world.plant(f"{name} photo's description")
    exif[0x013B] = world.plant(f"{name} photo's artist")
    exif.get_ifd(0x8825).update({1: "N", 29: world.plant(f"{name} photo's place")})
    with io.BytesIO() as file:
        Image.new("RGB", (64, 48), tuple(secrets.token_bytes(3))).save(
            file, "JPEG", exif=exif, comment=world.plant(f"{name} photo's comment").encode()
        )
        content = file.getvalue()
    return SimpleUploadedFile(f"{world.plant(f'{name} photo file name')}.jpg", content, "image/jpeg")


def voice_notes(world: World) -> None:
    """One in a form that was never sent; a sent one comes with the message."""
    note = VoiceNote.keep(recording(), owner=world.person, draft=uuid.uuid4(), limit=1)
    VoiceNote.objects.filter(pk=note.pk).update(words=world.plant("what a voice note says"))


def a_message(world: World) -> None:
    """Written about a report of theirs, with a photo and a voice note; somebody answers."""
    ticket = report(world, uuid.uuid4(), "text of a report that is talked about")
    draft = uuid.uuid4()
    keep(world, "message", draft, owner=world.person)
    VoiceNote.keep(recording(sound(1)), owner=world.person, draft=draft, limit=1)
    message = said_about(ticket, world.person, world.plant("message in a conversation"))
    claim(draft, world.person, message)
    claim(draft, world.person, message, kind=VoiceNote)
    said_about(ticket, operator(), "Passiamo domani.")
    take(ticket, "cancel", by=world.person)  # while it is open, the repair needs its words


def a_read_mark(world: World) -> None:
    """Made by the message."""


def a_ticket(world: World) -> None:
    draft = uuid.uuid4()
    keep(world, "sent", draft, owner=world.person)
    ticket = report(world, draft, "text of a report")
    claim(draft, world.person, ticket)
    take(ticket, "triage")
    take(ticket, "resolve", by=operator())
    ticket.refresh_from_db()
    ticket.reopen(by=world.person, note=world.plant("note of a neighbour"))
    ticket.refresh_from_db()
    ticket.resolve(by=operator(), note="Cambiata la lampada")
    ticket.refresh_from_db()
    ticket.confirm(by=world.person)
    draft = uuid.uuid4()
    keep(world, "helper's", draft, owner=world.helper)
    ticket = report(world, draft, "text of a report by a helper", by=world.helper, on_behalf_of=world.person)
    claim(draft, world.helper, ticket)
    ticket.cancel(by=world.helper, on_behalf_of=world.person, note=world.plant("why a helper took it back"))


def report(world: World, client_id: uuid.UUID, where: str, *, by=None, on_behalf_of=None) -> Ticket:
    return Ticket.report(
        by=by or world.person,
        on_behalf_of=on_behalf_of,
        client_id=client_id,
        area=world.area,
        category="lighting",
        urgency="P2",
        text=world.plant(where),
    )


def a_change(world: World) -> None:
    """A report that the person took back, saying why."""
    ticket = report(world, uuid.uuid4(), "text of a report taken back")
    ticket.cancel(by=world.person, note=world.plant("why it was taken back"))


def a_post(world: World) -> None:
    draft = uuid.uuid4()
    keep(world, "board's", draft, owner=world.person)
    told = {"text": world.plant("text on the board"), "title": world.plant("title on the board")}
    post = post_by(world.person, client_id=draft, **told)
    claim(draft, world.person, post)


def an_interest(world: World) -> None:
    Interest.say(world.person, "give", ["homework"])


def an_exchange(world: World) -> None:
    """Words of a question, where they met, thanks; and why one was called off."""
    neighbour = tenant_of(world.building)
    post = post_by(neighbour)
    exchange = Exchange.propose(
        post, by=world.person, client_id=uuid.uuid4(), message=world.plant("words with a question")
    )
    exchange.accept(by=neighbour)
    place = world.plant("where two meet")
    exchange.schedule(by=world.person, starts_at=timezone.now() + timedelta(days=2), place=place)
    begin(exchange)
    exchange.done(by=neighbour, minutes=30)
    exchange.confirm(by=world.person, minutes=30)
    exchange.thank(by=world.person, words=world.plant("thanks"))
    exchange = Exchange.propose(post, by=world.person, client_id=uuid.uuid4())
    exchange.accept(by=neighbour)
    exchange.cancel(by=world.person, reason=world.plant("why it was called off"))
    exchange = Exchange.propose(post, by=world.person, client_id=uuid.uuid4())
    exchange.accept(by=neighbour)
    exchange.done(by=neighbour, minutes=30)
    exchange.dispute(by=world.person, reason=world.plant("what is not right"))
    exchange = Exchange.propose(post, by=world.person, client_id=uuid.uuid4())
    exchange.accept(by=neighbour)
    exchange.done(by=world.person, minutes=30)
    exchange.dispute(by=neighbour, reason="Non era mezz'ora.")
    exchange.reply(by=world.person, answer=world.plant("how one sees it"))
    exchange.settle(by=world.elena, minutes=30, decision=world.plant("why it was settled so"))
    for verb, words in (
        ("cancel", {"reason": world.plant("why an organization called it off")}),
        ("dispute", {"reason": world.plant("what is not right for an organization")}),
    ):
        exchange = exchange_in(State.DONE if verb == "dispute" else State.ACCEPTED)
        union = OrganizationFactory()
        union.add(world.person, by=None, is_coordinator=True)
        Exchange.objects.filter(pk=exchange.pk).update(receiver_organization=union)
        exchange.refresh_from_db()
        getattr(exchange, verb)(by=anew(world.person), **words)


def a_notification(world: World) -> None:
    """What the ticket's steps, and the copy, have told: rows of numbers, and letters in the outbox."""


def an_account_of_hours(world: World) -> None:
    """Codes and numbers: nothing of it can be written in words."""
    credit_exchange(world.person, world.elena, 60, "of-the-planter", world.building)


def a_place_in_a_shift(world: World) -> None:
    """Which shift, which task: words of the plan, which is another's."""
    shift = shift_in(3, building=world.building)
    shift.sign_up(shift.plan.roles.get(), by=world.person)


def a_plan_of_shifts(world: World) -> None:
    plan = shift_plan(
        building=world.building,
        organizer=world.person,
        name=world.plant("name of a plan of shifts"),
        text=world.plant("words of a plan of shifts"),
    )
    plan.shifts.last().call_off(by=world.person, because=world.plant("why a shift is off"))


def a_gathering(world: World) -> None:
    supper = gathering_in(
        building=world.building,
        organizer=world.person,
        name=world.plant("name of an event"),
        text=world.plant("words of an event"),
        place=world.plant("place of an event"),
    )
    supper.call_off(by=world.person, because=world.plant("why an event is off"))


def an_answer_and_a_cake(world: World) -> None:
    """That the person comes, and brings something: the words are the inviter's."""
    supper = gathering_in(6, building=world.building, items=(("Torta", 2),))
    supper.answer(by=world.person)
    supper.items.get().bring(1, by=world.person)


def a_promised_thing(world: World) -> None:
    """Came with the answer."""


def a_calendar_link(world: World) -> None:
    """A digest of a secret that nobody keeps."""
    CalendarLink.renew(world.person)


def a_question_to_the_pot(world: World) -> None:
    PotRequest.ask(
        by=world.person,
        minutes=30,
        client_id=uuid.uuid4(),
        municipality_id=world.building.municipality_id,
    )


def events(world: World) -> None:
    """What the person did above."""


def a_reading(world: World) -> None:
    log_read(world.elena, world.person, about=world.person, reason="contract")


def a_copy(world: World) -> None:
    """The archive itself: it holds all the others."""
    DataExport.ask(world.person, language="en")
    work_off()
    assert DataExport.objects.get(person=world.person).is_ready


def an_erasure(world: World) -> None:
    """A first one, which was taken back."""
    ErasureRequest.ask(world.person).withdraw(by=world.person)


def remarks(world: World) -> None:
    """They were an editor once: notes in the margin, replies, a note that was deleted, a page that they sent back."""
    news = home().get_children().type(NewsIndexPage).first() or write(NewsIndexPage, home(), "Notizie")
    page = write(
        NewsPage,
        news,
        "Il cortile",
        body=[("paragraph", f"<p>{world.plant('text of a page')}</p>")],
    )
    page.save_revision(user=world.person).publish(user=world.person, skip_permission_checks=True)
    page = page.specific_class.objects.get(pk=page.pk)
    note = Comment.objects.create(
        page=page, user=world.person, text=world.plant("note in the margin"), contentpath="title"
    )
    theirs = Comment.objects.create(page=page, user=world.elena, text="Quando?", contentpath="title")
    reply = CommentReply.objects.create(
        comment=theirs, user=world.person, text=world.plant("reply in the margin")
    )
    deleted = Comment.objects.create(
        page=page, user=world.person, text=world.plant("note that was deleted"), contentpath="title"
    )
    page = page.specific_class.objects.get(pk=page.pk)
    draft = page.save_revision(user=world.person)
    for said in (note, deleted, reply):
        said.log_create(page_revision=draft, user=world.person)
    note.log_resolve(page_revision=draft, user=world.elena)
    deleted.log_delete(page_revision=draft, user=world.elena)
    deleted.delete()
    # A draft that was never published.
    page.body = [("paragraph", f"<p>{world.plant('text of a draft')}</p>")]
    page.save_revision(user=world.person)
    workflow = Workflow.objects.create(name="Lettura")
    task = GroupApprovalTask.objects.create(name="Lettura")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    workflow.start(page, world.elena)
    page.current_workflow_task_state.reject(
        user=world.person, update=False, comment=world.plant("why a page was sent back")
    )


def _neighbour(world: World):
    from portal.testing.factories import tenant_of

    return tenant_of(world.building)


def a_block(world: World) -> None:
    Block.put_up(by=world.person, against=_neighbour(world))


def a_mute(world: World) -> None:
    Mute.put_up(by=world.person, against=_neighbour(world))


def an_abuse_report(world: World) -> None:
    """Theirs, of what a neighbour lends; and one of theirs that was taken away."""
    neighbour = _neighbour(world)
    made = AbuseReport.make(
        by=world.person,
        target=thing_of(neighbour),
        client_id=uuid.uuid4(),
        reason="false",
        text=world.plant("text of a report of abuse"),
    )
    made.dismiss(by=world.elena, note="Va bene.")
    reported = thing_of(world.person, about=world.plant("words of theirs that were reported"))
    theirs = AbuseReport.make(by=neighbour, target=reported, client_id=uuid.uuid4(), reason="money")
    theirs.uphold(by=world.elena, note="Niente soldi.")


def an_approval(world: World) -> None:
    minor = minor_of(world.person)
    ParentalApproval.give(minor, by=world.person)
    # Lives with somebody else now: the household's name would stay for those who stay.
    world.person.household_memberships.get().household.remove(minor, by=world.elena)


def a_thing(world: World) -> None:
    thing_of(
        world.person,
        name=world.plant("name of a thing"),
        about=world.plant("what is said of a thing"),
        terms=world.plant("what is asked of whoever borrows a thing"),
    )


def a_keeper(world: World) -> None:
    """Of the shelf of the house."""
    thing_of(world.person, owner=None)


def a_loan(world: World) -> None:
    neighbour = _neighbour(world)
    loan = loan_of(thing_of(neighbour), world.person)
    loan.cancel(by=world.person, note=world.plant("why a loan was cancelled"))


def a_place_for_a_thing(world: World) -> None:
    neighbour = _neighbour(world)
    thing = thing_of(neighbour)
    loan_of(thing, _neighbour(world))
    ThingPlace.join(by=world.person, thing=thing)


def a_repair_note(world: World) -> None:
    thing = thing_of(_neighbour(world))
    loan = loan_of(thing, world.person)
    loan.pick_up(by=world.person)
    loan.give_back(by=world.person, damage="some", note=world.plant("what is wrong with a thing"))


def mediations(world: World) -> None:
    """In confidence: sealed where it lies, and in no copy of anybody's data, so that no marker stands in it."""
    case = mediation_in("agreement", first=world.person)
    mediates = case.mediators.get().person
    room = case.rooms.get(party__person=world.person)
    word = room.say(by=world.person, client_id=uuid.uuid4(), text="Non si dorme.")
    word.ask_to_carry(by=mediates).word.carry(by=world.person, text="Non si dorme.")
    meeting = Meeting.propose(
        room, by=mediates, client_id=uuid.uuid4(), times=[timezone.now() + timedelta(days=3)], minutes=60
    )
    meeting.answer(by=world.person, fitting=[])


def a_mediation_that_they_helped_to_ask_for(world: World) -> None:
    told = {"told": "Litigano.", "with_whom": "La vicina", "language": "it"}
    Case.ask(by=_neighbour(world), client_id=uuid.uuid4(), helped_by=world.person, **told)


def a_mediation_that_they_mediate(world: World) -> None:
    """They mediate still, wrote an agreement, and asked to carry a word."""
    case = mediation_in("agreement")
    case.mediators.create(person=world.person, state="assigned", assigned_at=timezone.now())
    case.versions.update(written_by=world.person)
    party = case.parties.first()
    word = party.room.say(by=party.person, client_id=uuid.uuid4(), text="Va bene.")
    Carrying.objects.create(word=word, asked_by=world.person)


def a_diary(world: World) -> None:
    then = timezone.now() - timedelta(hours=1)
    Diary.of(world.person).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note="Di nuovo.")


def a_broken_glass(world: World) -> None:
    told = {"case": mediation_in(), "reason": "life", "words": "Pericolo."}
    now = timezone.now()
    BrokenGlass.objects.create(
        asked_by=world.person, agreed_by=_neighbour(world), agreed_at=now, until=now, **told
    )


def a_number_that_they_asked_for(world: World) -> None:
    AskedNumber.objects.create(asked_by=world.person, number="1a2b3c")


def made_by_the_mediation(world: World) -> None:
    """It came with `mediations` or `a_mediation_that_they_mediate`."""


# In this order: who belongs where, then what they wrote, then what is made of it.
PLANTERS: dict[str, Callable[[World], None]] = {
    "portal.User": a_person,
    "portal.RoleGrant": a_role,
    "portal.Household": a_household,
    "portal.HouseholdMember": a_membership,
    "portal.OrganizationMember": an_organization,
    "portal.Tenancy": a_tenancy,
    "portal.Invitation": an_invitation,
    "portal.NoticeAcceptance": a_notice,
    "portal.SignInSheet": a_paper,
    "portal.Device": a_device,
    "portal.PushSubscription": a_device_that_is_told,
    "mfa.Authenticator": a_second_factor,
    "portal.JoinRequest": requests_to_join,
    "portal.Contribution": a_proposal,
    "portal.Delegation": delegations,
    "portal.DelegateCode": a_delegates_code,
    "portal.Photo": photos,
    "portal.VoiceNote": voice_notes,
    "community.Message": a_message,
    "community.ReadMark": a_read_mark,
    "portal.Thread": a_thread,
    "portal.Letter": a_letter,
    "portal.Appointment": appointments,
    "portal.WaitingPlace": a_place_on_the_list,
    "portal.CounterShift": a_shift,
    "community.Block": a_block,
    "community.Mute": a_mute,
    "community.AbuseReport": an_abuse_report,
    "community.ParentalApproval": an_approval,
    "community.Thing": a_thing,
    "community.ThingKeeper": a_keeper,
    "community.Reservation": a_loan,
    "community.WaitingPlace": a_place_for_a_thing,
    "community.RepairNote": a_repair_note,
    "manutenzione.Ticket": a_ticket,
    "manutenzione.TicketChange": a_change,
    "community.Post": a_post,
    "community.Interest": an_interest,
    "community.Exchange": an_exchange,
    "community.HoursAccount": an_account_of_hours,
    "community.PotRequest": a_question_to_the_pot,
    "community.ShiftPlace": a_place_in_a_shift,
    "community.ShiftPlan": a_plan_of_shifts,
    "community.Gathering": a_gathering,
    "community.Answer": an_answer_and_a_cake,
    "community.Contribution": a_promised_thing,
    "community.CalendarLink": a_calendar_link,
    "community.Party": mediations,
    "community.Case": a_mediation_that_they_helped_to_ask_for,
    "community.Mediator": a_mediation_that_they_mediate,
    **dict.fromkeys(
        ("community.Story", "community.Word", "community.RoomMark", "community.TimeAnswer"),
        made_by_the_mediation,
    ),
    **dict.fromkeys(("community.Version", "community.Carrying"), made_by_the_mediation),
    "community.Diary": a_diary,
    "community.BrokenGlass": a_broken_glass,
    "community.AskedNumber": a_number_that_they_asked_for,
    **planters_of_savings.PLANTERS,
    "portal.Notification": a_notification,
    "portal.NotificationPreference": choices,
    "portal.NotificationTimes": times,
    "portal.Event": events,
    "portal.ConfidentialRead": a_reading,
    "portal.ErasureRequest": an_erasure,
    "wagtailcore.Comment": remarks,
    "portal.DataExport": a_copy,
}


# -- what lies elsewhere: in tables of the stock stack, in files, in the cache --------------------------------


def a_session(world: World) -> None:
    """A form begun, kept in the session; by cached_db it lies in the cache as well."""
    client = Client()
    client.force_login(world.person)
    session = client.session
    session["begun"] = {"text": world.plant("session")}
    session.save()
    client.get("/account/dati/")


def codes_on_their_way(world: World) -> None:
    """Asked for by somebody who has not signed in: a session that is nobody's, messages that name no number of ours."""
    for login in (world.person.email, world.person.phone):
        Client().post("/account/login/code/", {"login": login})
    tomorrow = {"run_after": timezone.now() + timezone.timedelta(days=1)}
    deliver_to.using(**tomorrow).enqueue(world.person.email, "A code", "1234-5678")
    deliver_text_to.using(**tomorrow).enqueue(world.person.phone, "1234-5678", "reference")


def letters_on_their_way(world: World) -> None:
    deliver.using(run_after=timezone.now() + timezone.timedelta(days=1)).enqueue(
        world.person.pk, world.plant("subject of a letter"), world.plant("text of a letter")
    )
    deliver.enqueue(
        world.person.pk, world.plant("subject of a letter sent"), world.plant("text of a letter sent")
    )
    work_off()


def an_editors_settings(world: World) -> None:
    from wagtail.admin.models import FormState
    from wagtail.models import APIToken
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(world.person)
    profile.avatar.save(f"{world.plant('file name of a portrait')}.png", ContentFile(png()))
    kind = ModelLogEntry.objects.first().content_type
    FormState.objects.create(
        user=world.person,
        content_type=kind,
        data=world.plant("unfinished form"),
        last_updated_at=timezone.now(),
    )
    APIToken.objects.create(
        user=world.person, name=world.plant("name of a token"), key_hash="0" * 64, prefix="x"
    )


def png() -> bytes:
    with io.BytesIO() as file:
        Image.new("RGB", (8, 8), (1, 2, 3)).save(file, "PNG")
        return file.getvalue()


def an_address_of_allauths(world: World) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(
        user=world.person, email=f"{world.plant('address of allauth')}@abitare.example"
    )


def limits(world: World) -> None:
    """Attempts are counted by address: what is kept of it is a digest."""
    limited(
        None,
        "portal.sign_in_failed",
        "5/5m",
        by=f"{world.plant('address that was tried')}@abitare.example 10.0.0.1",
    )
    Client().post(
        "/account/login/", {"login": f"{world.markers['e-mail address']}@abitare.example", "password": "x"}
    )


ELSEWHERE = (
    a_session,
    codes_on_their_way,
    letters_on_their_way,
    an_editors_settings,
    an_address_of_allauths,
    limits,
)


def planted() -> World:
    """A world with all of it, and the person gone from their household, so that they can be erased."""
    world = World()
    for plant in (*PLANTERS.values(), *(partial(one) for one in ELSEWHERE)):
        plant(world)
    return world
