"""The demo with some things of known owners in it, and one browser for each persona."""

from __future__ import annotations

import io
import json
import time
import uuid
from datetime import timedelta
from functools import cached_property

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from PIL import Image

from portal.access.reads import SAID
from portal.access.step_up import FRESH, STEP_UP_BY, STEP_UP_UNTIL
from portal.people.tokens import digest
from portal.proof import changes
from portal.pwa.middleware import PHONE
from portal.testing.clients import Browser
from tests.portal.proof.soft_passkeys import SoftPasskey

from .people import ANYONE

MARKER = "zaffiroquieto"  # what is said in confidence in the mediation between tenant and tenant2
DREAM = "topaziolieve"  # what the tenant's household saves for besides, which is its own business
HARDSHIP = "opalestanco"  # why the tenant's household asks for a pause, which staff of savings read
SAY_WHY = ("caseworker", "treasurer", "approver", "auditor")  # they read households' savings


class World:
    """What the declarations in routes.py and topics.py may name."""

    def __init__(self):
        self.users = {key: get_user_model().objects.get(username=f"demo.{key}") for key in ANYONE}
        self._clients: dict[str | None, Browser] = {}
        self._answers: dict[tuple, HttpResponse] = {}
        # All of it now: what a page shows, and costs, must not depend on which was asked for before.
        for name, member in vars(World).items():
            if isinstance(member, cached_property):
                getattr(self, name)
        for persona in self.users:
            self.client(persona)
        # A worker is at work, and nothing of all this, however old, waits for it: /healthz says that all is well.
        tomorrow = timezone.now() + timedelta(days=1)
        apps.get_model("portal", "WorkerHeartbeat").objects.create(worker_id="of the tests", at=tomorrow)
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=tomorrow)

    def client(self, persona: str | None) -> Browser:
        """A signed-in browser; None is a visitor."""
        if persona not in self._clients:
            client = Browser()
            if persona:
                client.force_login(self.users[persona])
                # Signed in a moment ago, as by the demo's door: what asks for a fresh sign-in has it.
                session = client.session
                session[STEP_UP_UNTIL] = int(time.time()) + FRESH
                session[STEP_UP_BY] = self.users[persona].pk
                # Opened a moment ago by whoever has to say why: savings, and letters, which lets one see their photos.
                if persona in SAY_WHY:
                    opened = [*self.savings, self.tenants_line]
                    opened += [self.tenants_thread] if persona == "caseworker" else []
                    session[SAID] = {
                        f"{one._meta.label_lower}:{one.pk}": [int(time.time()), "answer"] for one in opened
                    }
                session[PHONE] = f"of the {persona}"  # which the answer to signing in has given it
                session.save()
            self._clients[persona] = client
        return self._clients[persona]

    def ask(self, persona: str | None, method: str, path: str, **data):
        """What this persona is answered. Whatever the request changes is taken back, so looking once is enough."""
        asked = (persona, method, path, *sorted(data.items()))
        if asked not in self._answers:
            self._answers[asked] = self.ask_again(persona, method, path, **data)
        return self._answers[asked]

    def ask_again(self, persona: str | None, method: str, path: str, **data):
        client = self.client(persona)
        cookies = dict(client.cookies)
        with transaction.atomic():
            answer = getattr(client, method)(path, data)
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(cookies)  # whoever was signed out is signed in again
        return answer

    # -- how one signs in -------------------------------------------------------------------------------------------

    @cached_property
    def tenants_passkey(self):
        asked = {"publicKey": {"user": {"id": ""}, "rp": {"id": "localhost"}, "challenge": ""}}
        credential = json.loads(SoftPasskey().create(asked))
        return changes.add_passkey(self.users["tenant"], name="Telefono", credential=credential)

    # -- homes ------------------------------------------------------------------------------------------------------

    @cached_property
    def tenants_home(self):
        """Where tenant and tenant2 live."""
        return apps.get_model("portal", "Building").objects.home_of(self.users["tenant"]).get()

    @cached_property
    def other_home(self):
        """Where tenant3 lives."""
        return apps.get_model("portal", "Building").objects.home_of(self.users["tenant3"]).get()

    # -- people -----------------------------------------------------------------------------------------------------

    @cached_property
    def newcomer(self):
        """Somebody of the demo who has not come in yet, with a letter on its way."""
        Invitation = apps.get_model("portal", "Invitation")
        return Invitation.objects.open().order_by("pk").first().person

    @cached_property
    def used(self):
        """A tenant who has been in; and so has the treasurer."""
        keys = ("demo.tenant3", "demo.treasurer")
        get_user_model().objects.filter(username__in=keys).update(last_login=timezone.now())
        return self.users["tenant3"]

    # -- pages ------------------------------------------------------------------------------------------------------

    def page(self, model: str) -> str:
        """The path of an Italian page of that kind, without its first slash; the deepest, because it costs most."""
        pages = apps.get_model("portal", model).objects.live().filter(locale__language_code="it")
        return pages.order_by("-depth", "pk").first().url.lstrip("/")

    @cached_property
    def guide(self):
        guides = apps.get_model("portal", "GuidePage").objects.live()
        return guides.filter(locale__language_code="it").order_by("pk").first()

    # -- local resources --------------------------------------------------------------------------------------------

    @cached_property
    def renewed_entry(self):
        """A resource that is listed, and has a place."""
        listed = apps.get_model("portal", "ResourcePage").objects.listed().filter(places__isnull=False)
        return listed.order_by("pk").first()

    @cached_property
    def own_entry(self):
        """What the coordinator's organization offers."""
        listed = apps.get_model("portal", "ResourcePage").objects.listed()
        return listed.filter(provider__partner=self.organization).order_by("pk").first()

    @cached_property
    def renewal_link(self) -> str:
        """What a mail to its organization opens."""
        apps.get_model("portal", "Renewal").objects.create(
            provider=self.renewed_entry.provider,
            digest=digest("of-the-tests"),
            expires_at=timezone.now() + timedelta(days=1),
        )
        return "of-the-tests"

    # -- faults -----------------------------------------------------------------------------------------------------

    def _ticket(self, building, by: str, assignee: str | None = None):
        ticket = apps.get_model("manutenzione", "Ticket").report(
            by=self.users[by],
            client_id=uuid.uuid4(),
            area=building.common_areas.first(),
            category="lighting",
            urgency="P2",
            text=f"La luce {assignee or 'delle scale'} non si accende.",
        )
        if assignee:
            ticket.triage(by=self.users["maintenance"], assignee=self.users[assignee])
        return ticket

    @cached_property
    def tenants_ticket(self):
        return self._ticket(self.tenants_home, by="tenant")

    @cached_property
    def neighbours_ticket(self):
        """In the same building, by tenant2, given to the contractor."""
        return self._ticket(self.tenants_home, by="tenant2", assignee="contractor")

    @cached_property
    def foreign_ticket(self):
        """In another building."""
        return self._ticket(self.other_home, by="tenant3")

    @cached_property
    def tenants_notification(self):
        """That her report was taken on."""
        self._ticket(self.tenants_home, by="tenant", assignee="contractor")
        return (
            apps.get_model("portal", "Notification").objects.filter(person=self.users["tenant"]).latest("pk")
        )

    @cached_property
    def link_of_a_mail(self):
        """What switches off mail such as told the tenant that her report was taken on."""
        from portal.notifications.links import address_for

        assert self.tenants_notification
        mails = apps.get_model("portal", "Notification").objects.filter(channel="email")
        address = address_for(mails.filter(person=self.users["tenant"]).latest("pk"))
        return address.rstrip("/").rpartition("/")[2]

    # -- shifts -----------------------------------------------------------------------------------------------------

    @cached_property
    def courtyard_shift(self):
        """In the tenant's building, for those who live there; a resident runs it, and nobody has a place yet."""
        plan = apps.get_model("community", "ShiftPlan").objects.get(name="Annaffiare il cortile")
        return plan.shifts.order_by("day").last()

    @cached_property
    def laundry_shift(self):
        """In the tenant's building, run by the coordinator's association, which opens it to all of its town."""
        plan = apps.get_model("community", "ShiftPlan").objects.get(name="Apertura della lavanderia")
        return plan.shifts.order_by("day").last()

    @cached_property
    def supper(self):
        """In the tenant's building, for those who live there; tenant2 invites."""
        return apps.get_model("community", "Gathering").objects.get(name="Cena dei popoli")

    @cached_property
    def sewing(self):
        """In the tenant's town, run by the neighbour's parish."""
        return apps.get_model("community", "Gathering").objects.get(name="Laboratorio di cucito")

    @cached_property
    def past_shared_day(self):
        """In the tenant's building, run by the coordinator's association; who was there is still to be noted."""
        return apps.get_model("community", "Gathering").objects.get(name="Pulizia delle cantine")

    @cached_property
    def link_of_a_calendar(self):
        return apps.get_model("community", "CalendarLink").renew(self.users["tenant"])

    # -- neighbours lend a hand -------------------------------------------------------------------------------------

    @cached_property
    def tenants_post(self):
        from community.testing import post_by

        return post_by(self.users["tenant"])

    @cached_property
    def tenants_exchange(self):
        """The tenant gave, tenant2 has to confirm it."""
        from community.testing import exchange_in

        return exchange_in("done", author=self.users["tenant"], asker=self.users["tenant2"])

    @cached_property
    def disputed_exchange(self):
        from community.testing import exchange_in

        return exchange_in("disputed", author=self.users["tenant"], asker=self.users["tenant2"])

    # -- acting for somebody ----------------------------------------------------------------------------------------

    @cached_property
    def neighbours_grant(self):
        """What the neighbour may do for a grandmother of the tenant's building, from a signed paper."""
        held = apps.get_model("portal", "Delegation").objects.open().filter(delegate=self.users["neighbour"])
        return held.select_related("principal").get()

    @cached_property
    def tenants_grant(self):
        """What the volunteer may do for tenant2."""
        from portal.testing.factories import DelegationFactory

        return DelegationFactory(principal=self.users["tenant2"], delegate=self.users["volunteer"])

    @cached_property
    def grandmothers_ticket(self):
        return apps.get_model("manutenzione", "Ticket").report(
            by=self.neighbours_grant.principal,
            client_id=uuid.uuid4(),
            area=self.tenants_home.common_areas.first(),
            category="entry",
            urgency="P2",
            text="Il citofono non suona.",
        )

    # -- asking to be let in, organizations -------------------------------------------------------------------------

    @cached_property
    def organization(self):
        """The coordinator's and the volunteer's."""
        return apps.get_model("portal", "Organization").objects.of(self.users["coordinator"]).get()

    @cached_property
    def volunteers_membership(self):
        return self.organization.members.get(person=self.users["volunteer"])

    @cached_property
    def join_request(self):
        """A volunteer's, who waits for the organization's word and the agency's."""
        return self.organization.join_requests.waiting().filter(vouched=None).first()

    @cached_property
    def let_in(self):
        """A volunteer's, whom the organization's word let in and nobody has checked."""
        return self.organization.join_requests.to_check().first()

    # -- the time bank ----------------------------------------------------------------------------------------------

    @cached_property
    def tenant3s_pot_request(self):
        return apps.get_model("community", "PotRequest").objects.get(person=self.users["tenant3"])

    # -- letters to the agency --------------------------------------------------------------------------------------

    @cached_property
    def tenants_letter(self):
        return apps.get_model("portal", "Thread").write(
            by=self.users["tenant"], client_id=uuid.uuid4(), text="Vorrei un appuntamento."
        )

    @cached_property
    def tenants_thread(self):
        return self.tenants_letter.thread

    # -- appointments ----------------------------------------------------------------------------------------------

    @cached_property
    def tenants_appointment(self):
        coming = apps.get_model("portal", "Appointment").objects.coming()
        return coming.filter(person=self.users["tenant"]).first()

    @cached_property
    def tenant3s_place(self):
        return apps.get_model("portal", "WaitingPlace").objects.get(person=self.users["tenant3"])

    @cached_property
    def link_to_an_appointment(self):
        """Of somebody without an account."""
        coming = apps.get_model("portal", "Appointment").objects.coming(timezone.now() + timedelta(days=1))
        return coming.filter(person=None).first().make_link()

    @cached_property
    def link_to_a_place(self):
        return apps.get_model("portal", "WaitingPlace").objects.get(person=None).make_link()

    @cached_property
    def closure(self):
        return apps.get_model("portal", "DeskClosure").objects.first()

    # -- what becomes of people's data ------------------------------------------------------------------------------

    @cached_property
    def tenants_copy(self):
        """Of the tenant's data, ready to be taken; the demo's files lie elsewhere."""
        copy = apps.get_model("portal", "DataExport").objects.get(person=self.users["tenant"])
        copy.file.save("", ContentFile(b"PK"))
        return copy

    @cached_property
    def erasure(self):
        """Somebody's who lives with us no longer."""
        return apps.get_model("portal", "ErasureRequest").objects.open().first()

    @cached_property
    def tenants_device(self):
        """A phone that tells her of news; its session is another."""
        from portal.notifications.push.models import PushSubscription

        keys = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "p256dh": "-", "auth": "-"}
        return PushSubscription.subscribe(self.users["tenant"], "of-her-phone", **keys)

    # -- conversations ----------------------------------------------------------------------------------------------

    def _talk(self, ticket, *by: str):
        from community.testing import said

        return [said(ticket, self.users[persona], "Quando?") for persona in by][0].conversation

    @cached_property
    def tenants_talk(self):
        """About the tenant's report: she begins, the operator answers."""
        return self._talk(self.tenants_ticket, "tenant", "maintenance")

    @cached_property
    def neighbours_talk(self):
        """About a report of tenant2's that the contractor has."""
        return self._talk(self.neighbours_ticket, "contractor", "tenant2")

    @cached_property
    def spoken_message(self):
        """A voice note of the contractor's."""
        from portal.uploads.models import VoiceNote, claim
        from tests.portal.uploads.sounds import recording

        message = self.neighbours_talk.messages.get(number=1)
        draft = uuid.uuid4()
        note = VoiceNote.keep(recording(), owner=message.author, draft=draft, limit=1)
        claim(draft, message.author, message, kind=VoiceNote)
        return note

    # -- mutual aid ---------------------------------------------------------------------------------------------

    @cached_property
    def tenants_thing(self):
        """What the tenant lends to those of her building."""
        from community.testing import thing_of

        return thing_of(self.users["tenant"])

    @cached_property
    def loan_of_tenant2(self):
        """Of the tenant's thing, from today on."""
        from community.testing import loan_of

        return loan_of(self.tenants_thing, self.users["tenant2"], last=3)

    @cached_property
    def abuse_report(self):
        """By the volunteer, of the tenant's thing."""
        return apps.get_model("community", "AbuseReport").make(
            by=self.users["volunteer"], target=self.tenants_thing, client_id=uuid.uuid4(), reason="false"
        )

    @cached_property
    def tenants_block(self):
        """Somebody whom no persona meets."""
        other = get_user_model().objects.exclude(username__startswith="demo.").order_by("pk").first()
        return apps.get_model("community", "Block").put_up(by=self.users["tenant"], against=other)

    @cached_property
    def tenants_minor(self):
        from community.testing import minor_of

        return minor_of(self.users["tenant"])

    # -- mediation --------------------------------------------------------------------------------------------------

    @cached_property
    def mediation(self):
        """Between tenant and tenant2, by the mediator: they talk, and an agreement is on the table."""
        from community.testing import mediation_saying

        people = {"first": "tenant", "other": "tenant2", "by": "mediator"}
        return mediation_saying(MARKER, **{part: self.users[key] for part, key in people.items()})

    @cached_property
    def mediations(self):
        """Others between tenant and tenant2, by the state they are in; of them only `mediator2` coordinates."""
        from community.testing import mediation_in

        people = {"first": self.users["tenant"], "other": self.users["tenant2"]}
        return {
            state: mediation_in(state, coordinator=self.users["mediator2"], **people)
            for state in ("requested", "intake", "inviting", "follow_up")
        }

    @cached_property
    def prepared_mediation(self):
        """Between the same: the tenant reads the words, and says whether the mediator may mediate. tenant2 knows of
        nothing yet."""
        from community.testing import mediation_in

        coordinator = self.users["mediator2"]
        case = mediation_in("intake", first=self.users["tenant"], coordinator=coordinator)
        case.add_party(by=coordinator, person=self.users["tenant2"], side="other", language="it")
        case.word_invitation(by=coordinator, text="Vorrei parlarne.")
        # The one from an earlier case: the portal would refuse to propose them once more.
        case.mediators.create(person=self.users["mediator"])
        return case

    def room(self, kind: str, persona: str | None = None):
        """Of that mediation the room of that kind; a private one is a persona's."""
        party = {"party__person": self.users[persona]} if persona else {}
        return self.mediation.rooms.get(kind=kind, **party)

    @cached_property
    def meeting_of_all(self):
        """Of both parties and the mediator, with a time."""
        from community.mediation.meetings import Meeting

        mediator, times = self.users["mediator"], [timezone.now() + timedelta(days=4)]
        joint = self.room("joint")
        meeting = Meeting.propose(joint, by=mediator, client_id=uuid.uuid4(), times=times, minutes=60)
        meeting.fix(by=mediator, time=meeting.times.get(), anyway=True)
        return Meeting.objects.get(pk=meeting.pk)

    @cached_property
    def rooms_word(self):
        """What the tenant says to the mediator alone."""
        room, by = self.room("private", "tenant"), self.users["tenant"]
        return room.say(by=by, client_id=uuid.uuid4(), text=MARKER)

    @cached_property
    def joint_word(self):
        """What the tenant says to all in it."""
        return self.room("joint").say(by=self.users["tenant"], client_id=uuid.uuid4(), text=MARKER)

    @cached_property
    def shared_entry(self):
        """Of the tenant's diary, shown to the mediator."""
        return self.room("private", "tenant").entries.get()

    @cached_property
    def unshown_entry(self):
        """Of tenant2's diary, shown to nobody."""
        from community.mediation.diary import Diary

        told = {
            "client_id": uuid.uuid4(),
            "happened_at": timezone.now() - timedelta(hours=2),
            "kind": "waste",
        }
        return Diary.of(self.users["tenant2"]).write(note="Di nuovo sulle scale.", **told)

    @cached_property
    def waiting_glass(self):
        """mediator2 asks to read the mediation by the mediator; nobody has agreed."""
        from community.mediation.glass import BrokenGlass

        return BrokenGlass.ask(
            self.mediation, by=self.users["mediator2"], reason="life", words="Qualcuno sta male."
        )

    @cached_property
    def open_glass(self):
        """The admin reads another mediation between tenant and tenant2: mediator2 has agreed."""
        from community.mediation.glass import BrokenGlass

        case = self.mediations["follow_up"]
        glass = BrokenGlass.ask(case, by=self.users["admin"], reason="life", words="Qualcuno sta male.")
        glass.agree(by=self.users["mediator2"])
        BrokenGlass.objects.filter(pk=glass.pk).update(until=timezone.now() + timedelta(days=1))
        return glass

    @cached_property
    def opened_photo(self):
        """What the tenant has shown to the mediators of that one."""
        room = self.open_glass.case.rooms.get(party__person=self.users["tenant"])
        word = room.say(by=self.users["tenant"], client_id=uuid.uuid4(), text="Guardi.")
        return self._photo("tenant", word, key=self.open_glass.case.key)

    @cached_property
    def rooms_photo(self):
        """What the tenant shows to the mediator alone, sealed."""
        return self._photo("tenant", self.rooms_word, key=self.mediation.key)

    # -- savings ----------------------------------------------------------------------------------------------------

    def _savings_of(self, persona: str):
        return apps.get_model("risparmio", "SavingsAgreement").objects.of_adult(self.users[persona]).get()

    def _payout(self, state: str):
        """The last one in that state."""
        return apps.get_model("risparmio", "Payout").objects.filter(state=state).latest("pk")

    @cached_property
    def tenants_savings(self):
        """They go well: nobody has asked for anything."""
        return self._savings_of("tenant")

    @cached_property
    def tenant2s_savings(self):
        return self._savings_of("tenant2")

    @cached_property
    def tenant3s_savings(self):
        """On its way out, with a payout at the bank."""
        agreement = self._savings_of("tenant3")
        agreement.begin_exit(by=self.users["caseworker"], on=timezone.localdate())
        return agreement

    @cached_property
    def others_savings(self):
        """Of a household that no persona lives in."""
        return self.waiting_payout.agreement

    @cached_property
    def ended_savings(self):
        ended = apps.get_model("risparmio", "SavingsAgreement").objects.filter(state="closed")
        return ended.latest("number")

    @cached_property
    def savings(self) -> list:
        """All of which the world names something."""
        return [
            self.tenants_savings,
            self.tenant2s_savings,
            self.tenant3s_savings,
            self.others_savings,
            self.ended_savings,
            self.approved_payout.agreement,
        ]

    @cached_property
    def tenancy_without_savings(self):
        """Who lives under a service agreement, and has not begun to save."""
        from portal.testing.factories import tenant_of

        return tenant_of(self.tenants_home).household_memberships.get().household.tenancies.get()

    @cached_property
    def tenants_plan(self):
        """A pause that the tenant asks for; the agency has not signed."""
        from risparmio.agreements.plans import SavingsPlan

        next_month = (timezone.localdate().replace(day=1) + timedelta(days=31)).replace(day=1)
        return SavingsPlan.propose(
            self.tenants_savings,
            by=self.users["tenant"],
            client_id=uuid.uuid4(),
            kind="pause",
            since=next_month,
            until=next_month,
            cents=0,
            due_day=10,
            reason=HARDSHIP,
        )

    @cached_property
    def tenant2s_plan(self):
        """A smaller amount that the caseworker proposes and has signed; tenant2 has not."""
        return self.tenant2s_savings.plans.get(state="proposed")

    @cached_property
    def tenant3s_final(self):
        """The caseworker has written and signed it, tenant3 has not."""
        from risparmio.agreements.final import FinalStatement

        by = self.users["caseworker"]
        statement = FinalStatement.draw(self.tenant3s_savings, by=by, client_id=uuid.uuid4())
        statement.sign(by=by)
        return statement

    @cached_property
    def tenants_goal(self):
        from risparmio.goals.models import SavingsGoal

        told = {"name": DREAM, "picture": "travel", "target": None}
        return SavingsGoal.begin(
            self.tenants_savings, by=self.users["tenant"], client_id=uuid.uuid4(), **told
        )

    @cached_property
    def tenants_receipt(self):
        """Of cash that the treasurer has just taken."""
        from risparmio.payments.models import CashReceipt

        told = {"desk": self.till, "cents": 500, "client_id": uuid.uuid4()}
        return CashReceipt.take(self.tenants_savings, by=self.users["treasurer"], **told)

    @cached_property
    def tenant3s_payout(self):
        """That tenant3 asked for, and that the bank knows of."""
        return self.tenant3s_savings.payouts.get()

    @cached_property
    def waiting_payout(self):
        """That a household asked for in which no persona lives: for the approver."""
        return self._payout("requested")

    @cached_property
    def approved_payout(self):
        """That the caseworker asked for: for the treasurer."""
        return self._payout("approved")

    @cached_property
    def till(self):
        """A desk whose cash is counted."""
        return apps.get_model("portal", "Desk").objects.order_by("position", "id").first()

    @cached_property
    def cash_trip(self):
        """That the treasurer carried to the bank."""
        return apps.get_model("risparmio", "CashTrip").objects.latest("pk")

    @cached_property
    def bank_account(self):
        """Into which households pay."""
        return apps.get_model("risparmio", "BankAccount").objects.get(is_paid_into=True)

    @cached_property
    def bank_file(self):
        return self.bank_account.files.latest("pk")

    @cached_property
    def tenants_line(self):
        """What the tenant paid in, on a statement."""
        return self.tenants_savings.lines.latest("pk")

    @cached_property
    def unknown_line(self):
        """What somebody paid in whom nobody knows."""
        lines = apps.get_model("risparmio", "BankLine").objects.unknown()
        return lines.get(counterparty="B. OTTOLINI")

    @cached_property
    def agencys_entry(self):
        """Of the book, about no household: what a line was booked as that nobody knows."""
        return self.unknown_line.entry

    @cached_property
    def checked_book(self):
        from portal.ledger.verifying import head
        from risparmio.auditing.verifying import Verification
        from risparmio.book.accounts import book_of_money

        check = Verification.ask(by=self.users["auditor"])
        check.finish(head=head(book_of_money()), wrong=0, found=[])
        return check

    @cached_property
    def sealed_year(self):
        """An archive, ready to be taken."""
        from portal.ledger.verifying import head
        from risparmio.auditing.sealing import YearArchive
        from risparmio.book.accounts import book_of_money

        last = book_of_money().entries.latest("number")
        archive = YearArchive.ask(last.day.year, by=self.users["auditor"])
        archive.file.save("", ContentFile(b"PK"), save=False)
        archive.finish(file=archive.file.name, size=2, seal="0" * 64, last=head(book_of_money()))
        return archive

    # -- photos -----------------------------------------------------------------------------------------------------

    def _photo(self, owner: str, target=None, key=None):
        from portal.uploads.models import Photo, claim

        draft = uuid.uuid4()
        with io.BytesIO() as file:
            Image.new("RGB", (40, 30), (200, 30, len(self.__dict__))).save(file, "JPEG")
            upload = SimpleUploadedFile("luce.jpg", file.getvalue(), "image/jpeg")
        photo = Photo.keep(upload, owner=self.users[owner], draft=draft, limit=5, key=key)
        if target:
            claim(draft, self.users[owner], target)
        return photo

    @cached_property
    def drafts_photo(self):
        """The tenant's, with a form that she has not sent."""
        return self._photo("tenant")

    @cached_property
    def tickets_photo(self):
        return self._photo("tenant", self.tenants_ticket)

    @cached_property
    def letters_photo(self):
        return self._photo("tenant", self.tenants_letter)
