"""The diary: its author's alone, until they share a page of it with the mediators."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.keys import AlreadySent
from community.mediation.diary import Diary, Entry
from community.mediation.models import Case
from community.mediation.privacy import expire_diary
from community.mediation.workflow import NotPossible
from community.testing import mediation_in
from portal.sealing import KeyMissing, data_key
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


def write(person, note="Di nuovo alle tre.", hours=5, client_id=None):
    then = timezone.now() - timedelta(hours=hours)
    return Diary.of(person).write(
        client_id=client_id or uuid.uuid4(), happened_at=then, kind="noise", note=note
    )


def readers(entry, *people):
    """Who of them reads it: by the list and by the rule, which say the same."""
    seen = {person for person in people if Entry.objects.visible_to(person).filter(pk=entry.pk).exists()}
    fresh = Entry.objects.select_related("diary", "shared_in__case").get(pk=entry.pk)
    assert seen == {person for person in people if person.has_perm("community.view_entry", fresh)}
    return seen


def test_nobody_but_its_author_reads_it_before_it_is_shared(case_in, amal, bruno, marta, carla):
    case = case_in("mediating")
    entry = write(amal)
    everybody = (amal, bruno, marta, carla, UserFactory(roles=["portal.administrator"]))
    assert readers(entry, *everybody) == {amal}

    entry.share(case, by=amal)
    entry.share(case, by=amal)

    assert readers(entry, *everybody) == {amal, marta}
    entry.take_back(by=amal)
    assert readers(entry, *everybody) == {amal}


def test_shared_in_a_case_that_is_closed_it_is_its_authors_alone_again(case_in, amal, bruno, marta):
    case = case_in("mediating")
    entry = write(amal)
    entry.share(case, by=amal)
    case.parties.get(person=bruno).withdraw(by=bruno)

    assert readers(entry, amal, bruno, marta) == {amal}


def test_whoever_has_stopped_shares_with_nobody_and_may_share_elsewhere(case_in, amal, marta):
    case = case_in("mediating")
    entry = write(amal)
    entry.share(case, by=amal)
    case.parties.create(
        person=UserFactory(),
        side="first",
        language="it",
        answer="yes",
        answered_at=timezone.now(),
        pact_at=timezone.now(),
    )
    case.parties.get(person=amal).withdraw(by=amal)

    assert Case.objects.get(pk=case.pk).state == "mediating"
    assert readers(entry, amal, marta) == {amal}
    entry = Entry.objects.get(pk=entry.pk)
    assert not entry.is_shared
    other = mediation_in("mediating", first=amal)
    entry.share(other, by=amal)
    assert readers(entry, amal, marta, other.mediators.get().person) == {amal, other.mediators.get().person}


def test_nobody_shares_another_ones_page_or_into_anothers_case(case_in, amal, bruno):
    case, entry = case_in("mediating"), write(amal)
    stranger = UserFactory()
    for person, page in ((bruno, entry), (stranger, write(stranger))):
        with pytest.raises(PermissionDenied):
            page.share(case, by=person)
    with pytest.raises(PermissionDenied):
        entry.take_back(by=bruno)


def test_what_lies_in_the_future_is_refused(amal):
    with pytest.raises(NotPossible):
        write(amal, hours=-1)
    entry = write(amal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(happened_at=timezone.now() + timedelta(hours=1))


def test_sent_twice_it_is_one_entry(amal, bruno):
    client_id, then = uuid.uuid4(), timezone.now() - timedelta(hours=1)
    told = {"client_id": client_id, "happened_at": then, "kind": "noise"}
    entry = Diary.of(amal).write(note="A", **told)

    assert Diary.of(amal).write(note="A", **told) == entry
    with pytest.raises(AlreadySent):
        Diary.of(amal).write(note="B", **told)
    assert Diary.of(bruno).write(note="B", **told) != entry


def test_torn_up_nobody_reads_it_any_more(amal, django_capture_on_commit_callbacks):
    entry = write(amal)
    key = entry.diary.key
    with django_capture_on_commit_callbacks(execute=True):
        assert Diary.of(amal).tear_up() == 1

    with pytest.raises(KeyMissing):
        data_key(key)
    assert not Entry.objects.exists()


def test_after_two_years_a_page_goes(amal):
    old, recent = write(amal), write(amal)
    before = timezone.now() - timedelta(days=800)
    Entry.objects.filter(pk=old.pk).update(happened_at=before, written_at=before)

    assert expire_diary(timezone.now() - timedelta(days=731)) == 1
    assert Entry.objects.get() == recent
