"""A case: who is in it, who mediates, and where it stands. What is said in it is sealed with a key of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.keys import AlreadySent, ClientIdTaken
from portal.events import record
from portal.sealing import SealedTextField, new_key

from .querysets import CaseQuerySet, MediatorQuerySet, PartyQuerySet
from .ties import tied_to
from .words import INTAKE, MEDIATES, OPEN, TALKING, Answer, MediatorState, Outcome, Side, State
from .workflow import MAY_END_AS, OUTCOMES, NotPossible, Overtaken, fact, target_of, written_meanwhile

PARTIES_OF_A_SIDE = 6  # people
MEDIATORS = 2  # who mediate a case together, at most
TIME_TO_ANSWER = timedelta(days=14)  # by whoever is invited; later whoever coordinates waits no more
LAPSES_AFTER = timedelta(days=30)  # an invitation that nobody has answered
QUIET_FOR = timedelta(days=365)  # after which a case in which nothing happens is over


class TwiceInIt(NotPossible):
    """Somebody is in the case already, on this side or on the other."""


class Underage(NotPossible):
    """Somebody is under 18, as far as the portal knows."""


class Tied(NotPossible):
    """The mediator is tied to somebody in the case: `ties` says to whom and how."""

    def __init__(self, ties: list) -> None:
        super().__init__(_("This mediator is tied to somebody in it. Choose another one."))
        self.ties = ties


def key_of_draft(owner: Any, draft: UUID) -> UUID:
    """The number of the data key for what somebody is about to tell: their own, whatever id the form was sent with."""
    return uuid5(draft, f"community.mediation|{owner.pk}")


class Case(models.Model):
    """A quarrel that somebody wants to settle with a mediator (DOMAIN.md §6). `workflow.py` holds what may happen.

    Texts are sealed; what is in clear says when something happened and how it ended. Half a year after it is closed the
    key is destroyed, and the outcome is all that is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client_id = models.UUIDField(gettext_lazy("client id of the form"), editable=False)
    key = models.UUIDField(gettext_lazy("data key"), unique=True, editable=False)
    state = models.CharField(
        gettext_lazy("state"), max_length=12, choices=State.choices, default=State.REQUESTED, editable=False
    )
    outcome = models.CharField(
        gettext_lazy("outcome"), max_length=12, choices=Outcome.choices, blank=True, editable=False
    )
    asked_at = models.DateTimeField(gettext_lazy("asked on"), default=timezone.now, editable=False)
    helped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("helped by"),
    )
    invitation_agreed_at = models.DateTimeField(null=True, editable=False)
    invited_at = models.DateTimeField(null=True, editable=False)
    begun_at = models.DateTimeField(gettext_lazy("talks begun on"), null=True, editable=False)
    settled_at = models.DateTimeField(gettext_lazy("settled on"), null=True, editable=False)
    closed_at = models.DateTimeField(gettext_lazy("closed on"), null=True, editable=False)
    # When all had said, a month and three months after an agreement, that it is kept. That is known when its points
    # are destroyed, too.
    kept_after_1_at = models.DateTimeField(null=True, editable=False)
    kept_after_3_at = models.DateTimeField(null=True, editable=False)
    destroyed_at = models.DateTimeField(gettext_lazy("content destroyed on"), null=True, editable=False)

    key_destroyed_at = models.DateTimeField(null=True, editable=False)

    intake = SealedTextField(gettext_lazy("notes of whoever looked at it"), sealed_by="key", null=True)
    invitation = SealedTextField(gettext_lazy("words of the invitation"), sealed_by="key", null=True)
    # By whoever asked; until they are written anew.
    objection = SealedTextField(gettext_lazy("what should be different in them"), sealed_by="key", null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("mediation")
        verbose_name_plural = gettext_lazy("mediations")
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=State.CLOSED) & Q(outcome="", closed_at=None),
                name="a_closed_mediation_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None)
                | Q(state=State.CLOSED, intake__isnull=True, invitation__isnull=True, objection__isnull=True),
                name="a_destroyed_mediation_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"M-{self.id.hex[:6].upper()}"

    def get_absolute_url(self) -> str:
        return reverse("community:mediation", args=[self.pk])

    # -- asking -----------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def ask(
        cls, *, by: Any, client_id: UUID, told: str, with_whom: str, language: str, helped_by: Any = None
    ) -> Case:
        """Somebody asks for a mediation, and promises to keep to themselves what is said in it. However often the phone
        sends it, it is one case.

        `language` is the one in which they want to talk, `helped_by` the caseworker who sat beside them. Raises
        AlreadySent for a client id under which they have told something else, ClientIdTaken for one that is no new one,
        PermissionDenied for whoever is under 18.
        """
        if not by.has_perm("community.ask_for_case"):
            raise PermissionDenied
        key = key_of_draft(by, client_id)
        if known := cls.objects.filter(key=key).first():
            return known._asked_like(told, with_whom)
        new_key(key)
        try:
            with transaction.atomic():
                case = cls.objects.create(client_id=client_id, key=key, helped_by=helped_by)
        except IntegrityError:  # the same form came in twice at once
            return cls.objects.get(key=key)._asked_like(told, with_whom)
        Story.objects.create(case=case, told=told, with_whom=with_whom)
        now = timezone.now()
        case.parties.create(
            person=by,
            side=Side.FIRST,
            has_asked=True,
            answer=Answer.YES,
            answered_at=now,
            pact_at=now,
            language=language,
        )
        record(fact("ask"), case, by=by)
        return case

    def _asked_like(self, told: str, with_whom: str) -> Case:
        """This case, known by its form, where it was told in the same words."""
        if self.destroyed_at is not None:
            raise ClientIdTaken
        if (self.story.told, self.story.with_whom) != (told, with_whom):
            raise AlreadySent(self)
        return self

    # -- intake -----------------------------------------------------------------------------------------------------

    def take_up(self, *, by: Any) -> None:
        """Whoever coordinates the mediators looks at it."""
        self._step("take_up", by=by)

    @transaction.atomic
    def note_intake(self, *, by: Any, text: str, seen: str) -> None:
        """What whoever coordinates has understood, for themselves: it goes no further than the intake.

        `seen` is what stood there before. Raises Overtaken where somebody else has written meanwhile.
        """
        case = self._locked()
        case._demand(by, "intake")
        now = case.intake or ""
        if now not in (seen, text):
            raise written_meanwhile()
        if now != text:
            case._set(intake=text)

    @transaction.atomic
    def add_party(self, *, by: Any, person: Any, side: str, language: str) -> Party:
        """Somebody else is part of it. Nobody is told before the invitation goes out. Raises TwiceInIt, Underage."""
        case = self._locked()
        case._demand(by, "intake")
        case._demand_intake()
        if person.pk == by.pk:
            raise NotPossible(
                _("Nobody prepares what they are part of: ask somebody else who coordinates to add you.")
            )
        if case.parties.filter(person=person).exists():
            raise TwiceInIt(_("This person is in it already."))
        if not person.has_perm("community.take_part_in_case"):
            raise Underage(
                _(
                    "Only adults take part in a mediation. This person is under 18, or their account is closed: ask an "
                    "adult of their household, or social services."
                )
            )
        if case.parties.still_named().filter(side=side).count() >= PARTIES_OF_A_SIDE:
            raise NotPossible(_("There are enough people on this side."))
        # With all of them: whoever has mediated between those who were there is tied to them once somebody is new.
        people = [*case._people(), person]
        if ties := [
            tie for row in case.mediators.standing() for tie in tied_to(row.person, people, besides=case)
        ]:
            raise Tied(ties)
        case._set(invitation_agreed_at=None)  # the words were agreed to for those who were named
        return case.parties.create(person=person, side=side, language=language)

    @transaction.atomic
    def note_language(self, party: Party, *, by: Any, language: str, needs_interpreter: bool) -> None:
        """The language that somebody speaks best, and whether an interpreter has to come: asked on the phone."""
        case = self._locked()
        case._demand(by, "intake")
        case.parties.select_for_update().get(pk=party.pk)._speaks(language, needs_interpreter)

    @transaction.atomic
    def remove_party(self, party: Party, *, by: Any) -> None:
        """Somebody was named by mistake, and has not been asked yet. They never learn of it."""
        case = self._locked()
        case._demand(by, "intake")
        case._demand_intake()
        row = case.parties.get(pk=party.pk)
        if row.answer != Answer.WAITING:
            raise NotPossible(_("This person has been asked already: they answer themselves."))
        row.delete()
        case._set(invitation_agreed_at=None)

    @transaction.atomic
    def propose_mediator(self, person: Any, *, by: Any) -> Mediator:
        """A mediator without ties to anybody in it, for everybody's yes. Raises Tied, which says to whom and how."""
        case = self._locked()
        case._demand(by, "find_mediator_for")
        if not person.has_role(MEDIATES):
            raise NotPossible(_("This person does not mediate."))
        if person.pk == by.pk:
            raise NotPossible(_("Nobody prepares what they mediate: another coordinator can propose you."))
        if case.mediators.filter(person=person).exists():
            raise NotPossible(_("This mediator has been proposed before."))
        if case.mediators.standing().count() >= MEDIATORS:
            raise NotPossible(_("There are two mediators at most."))
        if ties := tied_to(person, case._people(), besides=case):
            raise Tied(ties)
        row = case.mediators.create(person=person)
        record("community.mediation.mediator_proposed", case, by=by)
        record("community.mediation.mediator_asked", case, by=by, mediator=str(row.pk))
        return row

    @transaction.atomic
    def word_invitation(self, *, by: Any, text: str, seen: str | None = None) -> None:
        """The words with which the other side is invited; whoever asked agrees to them before they go out.

        Raises Overtaken where `seen`, the words that were to be changed, stand there no more.
        """
        case = self._locked()
        case._demand(by, "intake")
        case._demand_intake()
        if seen is not None and (case.invitation or "") not in (seen, text):
            raise written_meanwhile()
        if case.invitation != text:
            case._set(invitation=text, invitation_agreed_at=None, objection=None)
            record("community.mediation.invitation_worded", case, by=by)

    @transaction.atomic
    def agree_to_invitation(self, *, by: Any, text: str) -> None:
        """Whoever asked agrees to these very words. Raises Overtaken where they are others by now."""
        case = self._locked()
        case._demand(by, "agree_to_invitation_of")
        case._demand_intake()
        if not case.invitation:
            raise NotPossible(_("There are no words to agree to now."))
        if case.invitation != text:
            raise Overtaken(_("The words have changed meanwhile. Please read them again."))
        if case.invitation_agreed_at is None:
            case._set(invitation_agreed_at=timezone.now(), objection=None)
            record("community.mediation.invitation_agreed", case, by=by)

    @transaction.atomic
    def object_to_invitation(self, *, by: Any, text: str, objection: str) -> None:
        """Not like this, says whoever asked, of these very words. Raises Overtaken where they are others by now."""
        case = self._locked()
        case._demand(by, "agree_to_invitation_of")
        case._demand_intake()
        if not case.invitation or case.invitation != text:
            raise Overtaken(_("The words have changed meanwhile. Please read them again."))
        if case.objection != objection:
            case._set(objection=objection, invitation_agreed_at=None)
            record("community.mediation.invitation_objected", case, by=by)

    @transaction.atomic
    def invite(self, *, by: Any) -> None:
        """The other side hears of it. Raises NotPossible, which says what is missing."""
        case = self._locked()
        case._demand(by, "invite")
        waiting = case.parties.waiting()
        if not waiting.filter(side=Side.OTHER).exists():
            raise NotPossible(_("Say first who the other side is."))
        if case.invitation_agreed_at is None:
            raise NotPossible(_("Whoever asked has not agreed to the words yet."))
        if not case.mediators.proposed().exists():
            raise NotPossible(_("Propose a mediator first."))
        if case._asks_whoever_asked():
            raise NotPossible(_("Whoever asked has not accepted the mediator yet."))
        now = timezone.now()
        waiting.update(invited_at=now)
        case._step("invite", by=by, invited_at=now)

    @transaction.atomic
    def recall(self, *, by: Any) -> None:
        """The invitation went to somebody by mistake, or in the wrong words: it is taken back, and prepared anew.

        Whoever was invited knows of no case any more. Who had said yes is asked again: it may be other words, and other
        people, by then. A no stays a no, and whoever asked is in it as before.
        """
        case = self._locked()
        case._demand(by, "recall")
        target_of(case.state, "recall")  # what the state forbids is said first
        asked = case.parties.still_named().filter(invited_at__isnull=False)
        Consent.objects.filter(mediator__case=case, party__in=asked).delete()
        asked.update(answer=Answer.WAITING, answered_at=None, pact_at=None, invited_at=None, reminded_at=None)
        self._step("recall", by=by, invited_at=None)

    def _asks_whoever_asked(self) -> bool:
        """Whether a proposed mediator lacks the yes of somebody who is in it already."""
        return any(row.waits_for().exists() for row in self.mediators.proposed())

    @transaction.atomic
    def lapse(self, *, by: Any = None) -> None:
        """Whoever has not answered their invitation for long is out, as if they had said no. Those who have said yes go
        on; with nobody of the other side left it is over.

        By whoever coordinates after TIME_TO_ANSWER; by the portal itself after LAPSES_AFTER. Raises NotPossible.
        """
        case = self._locked()
        target_of(case.state, "lapse")
        if by is not None:
            case._demand(by, "lapse")
        now = timezone.now()
        late = case.parties.waiting().filter(
            invited_at__lte=now - (TIME_TO_ANSWER if by is not None else LAPSES_AFTER)
        )
        if not late.update(answer=Answer.NO, answered_at=now):
            raise NotPossible(
                _("Whoever is invited has %(days)d days for an answer.") % {"days": TIME_TO_ANSWER.days}
            )
        record("community.mediation.lapsed", case, by=by)
        if case.parties.still_named().filter(side=Side.OTHER).exists():
            case._consider_beginning()
        else:
            case._close("lapse", by=by)
        self.state = case.state

    @transaction.atomic
    def expire(self) -> None:
        """Nothing has happened for a year: what was told stays no longer than that. An agreement that nobody has
        complained of holds; one that somebody says is not kept holds in part."""
        case = self._locked()
        # Asked again under the lock: a word may have been said since the list was made.
        if not Case.objects.quiet_since(timezone.now() - QUIET_FOR).filter(pk=case.pk).exists():
            return
        if case.state == State.FOLLOW_UP:
            not_kept = case.follow_ups.filter(version=case.versions.settled().first(), is_kept=False)
            outcome = Outcome.PARTIAL if not_kept.exists() else Outcome.AGREEMENT
            case._close("finish", by=None, outcome=outcome)
        else:
            case._close("withdraw", by=None)

    # -- between the parties ----------------------------------------------------------------------------------------

    def begin(self, *, by: Any) -> None:
        """The mediator has spoken with each: the talks begin."""
        self._step("begin", by=by, begun_at=timezone.now())

    def back(self, *, by: Any) -> None:
        """The agreement is taken from the table, and they talk on."""
        self._step("back", by=by)

    def reopen(self, *, by: Any) -> None:
        """What was agreed does not hold: back to the table.

        It has no force any more, and stays to be read, also where they find nothing else and it ends with none: one
        alone brings it back to the table, and takes what all have accepted from nobody.
        """
        self._step("reopen", by=by, settled_at=None)

    def finish(self, *, by: Any, outcome: str) -> None:
        """They have asked how it goes, and it goes: `outcome` is an agreement, or one on some points."""
        self._close("finish", by=by, outcome=outcome)

    @transaction.atomic
    def end(self, *, by: Any, outcome: str) -> None:
        """The talks end without an agreement; or with one on some points, which is the last that all had accepted
        before they came back to the table. Raises NotPossible where there is none: a draft binds nobody."""
        settled: dict[str, Any] = {}
        if outcome == Outcome.PARTIAL:
            case = self._locked()
            case._demand(by, "end")
            target_of(case.state, "end")  # what the state forbids is said first
            last = case.versions.settled().first()
            if last is None:
                raise NotPossible(
                    _(
                        "Nothing was accepted by all. Put on the table only the points on which they agree: once all "
                        "have accepted them, you can close it."
                    )
                )
            settled["settled_at"] = last.settled_at
        self._close("end", by=by, outcome=outcome, **settled)

    @property
    def may_end_in_part(self) -> bool:
        """Whether there is something on which all agree, or did."""
        return self.versions.settled().exists()

    @property
    def has_outlasted(self) -> bool:
        """Whether it was closed because somebody stopped once all had agreed: on their side nobody is left."""
        there = {party.side for party in self.parties.all() if party.answer == Answer.YES}
        return self.outcome == Outcome.AGREEMENT and there != set(Side)

    def refuse(self, *, by: Any) -> None:
        """It is nothing for a mediation."""
        self._close("refuse", by=by)

    def refer(self, *, by: Any) -> None:
        """Somebody else helps better: whoever asked has been told who."""
        self._close("refer", by=by)

    def stop(self, *, by: Any) -> None:
        """Danger has come to light: a mediation would do harm."""
        self._close("stop", by=by)

    def note_kept(self, months: int) -> None:
        """An agreement was found kept, so long after it; the first time counts. Under the caller's lock."""
        name = f"kept_after_{months}_at"
        if getattr(self, name) is None:
            self._set(**{name: timezone.now()})

    # -- who is in it -------------------------------------------------------------------------------------------------

    def parts_of(self, person: Any) -> list[Party]:
        """The rows in which somebody is a party; without a question to the database after `with_people`."""
        return [party for party in self._rows("parties", person) if party.person_id == person.pk]

    def is_mediated_by(self, person: Any) -> bool:
        """With everybody's yes, and as long as they hold the role: the same as `MediatorQuerySet.assigned`, without a
        question to the database after `with_people`."""
        if not person.has_role(MEDIATES):
            return False
        rows = self._rows("mediators", person)
        return any(row.person_id == person.pk and row.state == MediatorState.ASSIGNED for row in rows)

    def _people(self) -> list[Any]:
        """The parties that are named and have not said no, with an account."""
        rows = self.parties.still_named().exclude(person=None).select_related("person")
        return [party.person for party in rows]

    def _rows(self, name: str, person: Any) -> list[Any]:
        if name in getattr(self, "_prefetched_objects_cache", {}):
            return list(getattr(self, name).all())
        known = self.__dict__.setdefault("_asked", {})
        if (name, person.pk) not in known:
            known[name, person.pk] = list(getattr(self, name).filter(person=person))
        return known[name, person.pk]

    # -- how ----------------------------------------------------------------------------------------------------------

    def _locked(self) -> Case:
        """The row as it stands, while the others wait.

        Whoever locks anything of a case locks the case before it: two who take locks in another order wait for each
        other for ever. Rows that point to the case may be written meanwhile, which `no_key` says.
        """
        return Case.objects.select_for_update(no_key=True).get(pk=self.pk)

    def _demand(self, by: Any, verb: str) -> None:
        if not by.has_perm(f"community.{verb}_case", self):
            raise PermissionDenied

    def _demand_open(self) -> None:
        if self.state == State.CLOSED:
            raise NotPossible(_("This mediation is closed."))

    def _demand_intake(self) -> None:
        """Who is in it and how the invitation reads is settled before it goes out."""
        if self.state != State.INTAKE:
            raise NotPossible(_("This is possible only while the request is being looked at."))

    def _set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))

    @transaction.atomic
    def _step(self, verb: str, *, by: Any, **changes: Any) -> None:
        """Raises NotPossible where the state forbids the verb, PermissionDenied for who may not."""
        case = self._locked()
        if by is not None:
            case._demand(by, verb)
        case._set(state=target_of(case.state, verb), **changes)
        record(fact(verb), case, by=by, verb=verb)
        for name in ("state", *changes):
            setattr(self, name, getattr(case, name))

    @transaction.atomic
    def _close(self, verb: str, *, by: Any, outcome: str = "", **changes: Any) -> None:
        allowed = MAY_END_AS.get(verb, (OUTCOMES.get(verb),))
        if outcome and outcome not in allowed:
            raise NotPossible(_("A mediation does not end like this."))
        now, was = timezone.now(), self._locked().state
        self._step(verb, by=by, outcome=outcome or allowed[0], closed_at=now, **changes)
        # Nothing waits any more: who has not answered has no part in it, who was proposed mediates nothing.
        self.parties.waiting().update(answer=Answer.NO, answered_at=now)
        proposed = self.mediators.filter(state=MediatorState.PROPOSED)
        offers = [str(pk) for pk in proposed.values_list("pk", flat=True)]
        proposed.update(state=MediatorState.RELEASED)
        if was in INTAKE or offers:
            # A fact of its own: to those who prepared it, or were proposed, the case is missing from here on.
            record("community.mediation.preparing_ended", self, by=by, offers=offers)

    def _consider_mediators(self) -> None:
        """Assign whoever has everybody's yes by now. In the transaction of who said it, under the case's lock.

        Not before the other side was invited: as long as it is not known who is in it, nobody's yes is everybody's.
        """
        if self.state in (State.REQUESTED, State.INTAKE, State.CLOSED):
            return
        for row in self.mediators.proposed():
            if not row.waits_for().exists() and not self.parties.waiting().exists():
                row.state, row.assigned_at = MediatorState.ASSIGNED, timezone.now()
                row.save(update_fields=["state", "assigned_at"])
                if self.state in TALKING:  # before, it is said by `agreed`
                    record("community.mediation.mediator_assigned", self)

    def _consider_beginning(self) -> None:
        """With the last yes the rooms open; without anybody left on a side it is over."""
        for side, verb in ((Side.OTHER, "decline"), (Side.FIRST, "withdraw")):
            if self.state == State.INVITING and not self.parties.still_named().filter(side=side).exists():
                self._close(verb, by=None)
                return
        self._consider_mediators()
        everybody = not self.parties.waiting().exists()
        if self.state == State.INVITING and everybody and self.mediators.assigned().exists():
            self._step("agree", by=None)
            apps.get_model("community", "Room").open_all(self)


class StoryQuerySet(models.QuerySet):
    def visible_to(self, user) -> StoryQuerySet:
        """For whoever asked, and for those who prepare or mediate; never for the other side. To nobody once whoever
        told it has stopped, or the case is closed: like what is said in a private room. Agrees with the rule
        community.view_story."""
        if not user.is_authenticated:
            return self.none()
        asked = Party.objects.filter(person=user).asking()
        invited = Party.objects.filter(person=user).exclude(pk__in=asked)
        seen = Case.objects.visible_to(user).open().exclude(parties__in=invited)
        return self.filter(case__in=seen.filter(pk__in=Party.objects.asking().in_it().values("case")))


class Story(models.Model):
    """What whoever asked has told, with photos and a voice note: for those who help, as long as they help, and not for
    the other side."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.OneToOneField(
        Case, models.CASCADE, related_name="story", verbose_name=gettext_lazy("mediation")
    )
    told = SealedTextField(gettext_lazy("what is told"), sealed_by="case.key", null=True)
    with_whom = SealedTextField(gettext_lazy("with whom"), sealed_by="case.key", null=True)

    photos = GenericRelation("portal.Photo")
    voice_notes = GenericRelation("portal.VoiceNote")

    objects = StoryQuerySet.as_manager()

    @property
    def sealed_with(self) -> UUID:
        return self.case.key

    @property
    def is_forgotten(self) -> bool:
        """Whoever told it has left the portal. What is told by voice alone is empty, and is not forgotten."""
        return self.told is None

    class Meta:
        verbose_name = gettext_lazy("story of a mediation")
        verbose_name_plural = gettext_lazy("stories of mediations")

    def __str__(self) -> str:
        return str(self.case)

    @transaction.atomic
    def forget(self) -> None:
        """What was told goes, files and all."""
        self.photos.all().delete()
        self.voice_notes.all().delete()
        self.told = self.with_whom = None  # that takes no key: it may be destroyed already
        self.save(update_fields=["told", "with_whom"])


class Party(models.Model):
    """Somebody who is in a case, for themselves: not for their household, and not through anybody (NeverDelegated)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="parties", verbose_name=gettext_lazy("mediation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("person"),
    )
    side = models.CharField(gettext_lazy("side"), max_length=5, choices=Side.choices)
    language = models.CharField(gettext_lazy("language"), max_length=10)
    needs_interpreter = models.BooleanField(gettext_lazy("needs an interpreter"), default=False)
    # Who told the story: one of the first side.
    has_asked = models.BooleanField(default=False, editable=False)
    answer = models.CharField(
        gettext_lazy("answer"), max_length=7, choices=Answer.choices, default=Answer.WAITING
    )
    invited_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    # When they promised to keep to themselves what is said: nobody says yes without it.
    pact_at = models.DateTimeField(null=True, editable=False)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("party")
        verbose_name_plural = gettext_lazy("parties")
        ordering = ["side", "id"]  # those who asked first
        constraints = [
            # Neither twice nor on both sides.
            models.UniqueConstraint(fields=["case", "person"], name="once_in_a_mediation"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(has_asked=True), name="one_has_asked_for_a_mediation"
            ),
            models.CheckConstraint(
                condition=Q(answer=Answer.WAITING, answered_at=None)
                | ~Q(answer=Answer.WAITING) & Q(answered_at__isnull=False),
                name="an_answer_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.YES) | Q(pact_at__isnull=False),
                name="no_yes_without_the_pact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.side}"

    @property
    def knows(self) -> bool:
        """Whether they know of the case; see `PartyQuerySet.knowing`."""
        return self.has_asked or self.invited_at is not None or self.answer == Answer.YES

    @transaction.atomic
    def accept(
        self, *, by: Any, mediators: Iterable[UUID], language: str = "", needs_interpreter: bool | None = None
    ) -> None:
        """Yes to the mediation, to those very mediators, and to keeping what is said there to oneself.

        `mediators` are the numbers of the rows that were shown. `language` is the one in which they want to talk, where
        they say so themselves. Raises Overtaken where others are proposed by now,
        Underage for who is under 18.
        """
        case, party = self._alone(by)
        if party.answer != Answer.WAITING or case.state != State.INVITING:
            raise NotPossible(_("There is nothing to answer now."))
        proposed = list(case.mediators.proposed())
        if {row.pk for row in proposed} != set(mediators):
            raise Overtaken(_("Another mediator is proposed by now. Please look again."))
        if not by.has_perm("community.take_part_in_case"):
            raise Underage(
                _("Only adults take part in a mediation. Talk with an adult of your household, or with us.")
            )
        if language or needs_interpreter is not None:
            party._speaks(language or party.language, bool(needs_interpreter))
        party._answer(Answer.YES)
        record("community.mediation.accepted", case, by=by)
        for row in proposed:
            row.consents.get_or_create(party=party, defaults={"yes": True})
        case._consider_beginning()

    @transaction.atomic
    def decline(self, *, by: Any) -> None:
        """No, thank you: nobody asks why, and nobody is to blame."""
        case, party = self._alone(by)
        if party.answer != Answer.WAITING or case.state != State.INVITING:
            raise NotPossible(_("There is nothing to answer now."))
        party._answer(Answer.NO)
        record("community.mediation.declined", case, by=by)
        case._consider_beginning()

    @transaction.atomic
    def withdraw(self, *, by: Any) -> None:
        """Stop, at any time and without a reason. Where nobody is left on a side, the case is closed; once all have
        agreed as an agreement, which whoever stops takes from nobody."""
        case, party = self._alone(by)
        if party.answer != Answer.YES or case.state not in OPEN:
            raise NotPossible(_("There is nothing to stop now."))
        party._leave(case, by=by)

    @transaction.atomic
    def lose(self) -> None:
        """Their account is closed: the others would wait for their yes for ever. Said twice it is once."""
        case = self.case._locked()
        party = Party.objects.select_for_update().get(pk=self.pk)
        if party.answer == Answer.YES and case.state in OPEN:
            party._leave(case, by=None)

    def _leave(self, case: Case, *, by: Any) -> None:
        """Under the locks of the case and of this row."""
        self._answer(Answer.LEFT)
        record("community.mediation.left", case, by=by)
        # Before the invitation it is the request of whoever asked; later whoever is left on a side goes on.
        if case.state in (State.REQUESTED, State.INTAKE):
            is_over = not case.parties.in_it().asking().exists()
        else:
            is_over = not case.parties.still_named().filter(side=self.side).exists()
        if is_over:
            case._close("outlast" if case.state == State.FOLLOW_UP else "withdraw", by=None)
        else:
            if case.state == State.AGREEMENT:
                # What lies on the table names somebody who is gone.
                case._step("back", by=None)
            elif case.state == State.FOLLOW_UP:
                # Theirs may have been the only answer that was missing.
                apps.get_model("community", "FollowUp").consider_answered(case)
            case._consider_beginning()

    @transaction.atomic
    def remind(self) -> None:
        """Say once more that an invitation waits; not where it was answered, or closed, a moment ago."""
        if self.case._locked().state != State.INVITING:
            return
        waiting = Party.objects.filter(pk=self.pk, answer=Answer.WAITING, reminded_at=None)
        if waiting.update(reminded_at=timezone.now()):
            record("community.mediation.reminded", self.case, party=str(self.pk))

    def _alone(self, by: Any) -> tuple[Case, Party]:
        """The case, locked, and the row as it stands. Raises PermissionDenied for anybody else's."""
        case = self.case._locked()
        party = Party.objects.select_for_update().get(pk=self.pk)
        if party.person_id != by.pk:
            raise PermissionDenied
        return case, party

    def _speaks(self, language: str, needs_interpreter: bool) -> None:
        self.language, self.needs_interpreter = language, needs_interpreter
        self.save(update_fields=["language", "needs_interpreter"])

    def _answer(self, answer: str) -> None:
        self.answer, self.answered_at = answer, timezone.now()
        if answer == Answer.YES:
            self.pact_at = self.answered_at
        self.save(update_fields=["answer", "answered_at", "pact_at"])


class Mediator(models.Model):
    """That somebody mediates in a case: proposed first, assigned with everybody's yes."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="mediators", verbose_name=gettext_lazy("mediation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("mediator"),
    )
    state = models.CharField(
        gettext_lazy("state"), max_length=8, choices=MediatorState.choices, default=MediatorState.PROPOSED
    )
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    assigned_at = models.DateTimeField(null=True, editable=False)

    objects = MediatorQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("mediator of a case")
        verbose_name_plural = gettext_lazy("mediators of cases")
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="one_mediator_row_each"),
            models.CheckConstraint(
                condition=~Q(state=MediatorState.ASSIGNED) | Q(assigned_at__isnull=False),
                name="an_assigned_mediator_has_the_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.state}"

    def waits_for(self) -> models.QuerySet[Party]:
        """The parties, besides those who have not answered the invitation, whose yes is missing."""
        said = self.consents.filter(yes=True).values("party")
        return self.case.parties.in_it().exclude(pk__in=said)

    @transaction.atomic
    def consent(self, *, by: Any, yes: bool) -> None:
        """A party says yes or no to the mediator. With one no somebody else is looked for; nobody is told whose."""
        case = self.case._locked()
        row = Mediator.objects.select_for_update().get(pk=self.pk)
        party = case.parties.in_it().filter(person=by).first()
        if party is None:
            raise PermissionDenied
        case._demand_open()
        if row.state != MediatorState.PROPOSED:
            raise NotPossible(_("There is nothing to answer now."))
        row.consents.update_or_create(party=party, defaults={"yes": yes, "at": timezone.now()})
        if yes:
            record("community.mediation.mediator_accepted", case, by=by)
            case._consider_beginning()
        else:
            row.state = MediatorState.REFUSED
            row.save(update_fields=["state"])
            record("community.mediation.mediator_refused", case)  # whose no it was is nobody's business

    @transaction.atomic
    def release(self, *, by: Any) -> None:
        """The mediator gives the case back, or cannot take it, or whoever coordinates takes it: from here on it is
        closed to them."""
        case = self.case._locked()
        case._demand(by, "release_mediator_of")
        row = Mediator.objects.select_for_update().get(pk=self.pk)
        if row.person_id != by.pk and by.has_perm("community.release_own_case", case):
            raise PermissionDenied  # who mediates with another does not take the case from them
        case._demand_open()
        if row.state not in (MediatorState.PROPOSED, MediatorState.ASSIGNED):
            raise NotPossible(_("This mediator has the case no more."))
        row._let_go(case, by=by)

    @transaction.atomic
    def lose(self) -> None:
        """The mediator holds the role no more, or their account is closed. Said twice it is once."""
        case = self.case._locked()
        row = Mediator.objects.select_for_update().get(pk=self.pk)
        if row.state in (MediatorState.PROPOSED, MediatorState.ASSIGNED) and case.state in OPEN:
            row._let_go(case, by=None)

    def _let_go(self, case: Case, *, by: Any) -> None:
        """Under the case's lock. Whoever coordinates is told; those who are in it, where they had talked with them:
        that somebody else is looked for, or that the other mediator goes on."""
        has_mediated = self.state == MediatorState.ASSIGNED
        self.state = MediatorState.RELEASED
        self.save(update_fields=["state"])
        record("community.mediation.mediator_released", case, by=by)
        if has_mediated:
            goes_on = case.mediators.assigned().exists()
            record(f"community.mediation.mediator_{'alone' if goes_on else 'gone'}", case, by=by)


class Consent(models.Model):
    """What a party has said to a mediator."""

    mediator = models.ForeignKey(Mediator, models.CASCADE, related_name="consents")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    yes = models.BooleanField()
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = gettext_lazy("answer to a mediator")
        verbose_name_plural = gettext_lazy("answers to mediators")
        constraints = [models.UniqueConstraint(fields=["mediator", "party"], name="one_answer_to_a_mediator")]

    def __str__(self) -> str:
        return f"{self.mediator} · {self.yes}"
