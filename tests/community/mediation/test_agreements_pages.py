"""The pages of an agreement: read in one's language, written in versions, accepted, printed, and how it goes after."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from community.mediation.agreements import FollowUp, Version
from community.mediation.destroying import destroy
from community.mediation.models import Case
from community.mediation.pages.agreements.forms import POINT_LIMIT, keys_in
from community.mediation.pages.agreements.waiting import agreement_for, waiting_for
from community.mediation.words import Outcome, State
from community.testing import mediation_in, mediator, said_yes
from portal.access.step_up import STEP_UP_BY, STEP_UP_UNTIL
from portal.events import history_of
from portal.extensions import NotificationKind, declared
from portal.notifications.models import Notification
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.ui.words import plain

from .test_agreements import again, points

pytestmark = pytest.mark.django_db

SECRET = "Dopo le 22 si abbassa la voce."


def at(page, case, *args, language="en"):
    path = reverse(f"community:mediation_{page}", args=[getattr(case, "pk", case), *args])
    return f"/{language}{path}" if language != "it" else path


def signed_in(person, *, fresh=True):
    browser = Browser()
    browser.force_login(person)
    if fresh:
        session = browser.session
        session[STEP_UP_UNTIL], session[STEP_UP_BY] = int(timezone.now().timestamp()) + 3600, person.pk
        session.save()
    return browser


def text_of(answer):
    return answer.content.decode()


def inputs(page, name):
    return re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)


def written(case, *texts, keys=None, who=None, by="", instead_of=0, **more):
    """What the form of a version is sent with: points in Italian and Arabic, for all."""
    who = who or [str(pk) for pk in case.parties.in_it().values_list("pk", flat=True)]
    keys = keys or [f"p{number}" for number in range(len(texts))]
    data = {"row": keys, "instead_of": instead_of, "do": "table"}
    for key, text in zip(keys, texts, strict=True):
        data |= {f"what-{key}-it": text, f"what-{key}-ar": f"{text} نص", f"who-{key}": who, f"by-{key}": by}
    return {**data, **more}


def asked(case):
    row = case.follow_ups.first()
    FollowUp.objects.filter(pk=row.pk).update(due_on=timezone.localdate())
    row.ask()
    return row


# -- who finds it ------------------------------------------------------------------------------------------------------


PAGES = ["agreement", "agreement_print", "agreement_back", "agreement_reopen"]


@pytest.mark.parametrize("page", [*PAGES, "agreement_write", "agreement_accept", "agreement_finish"])
def test_whoever_is_not_in_it_finds_nothing(case_in, carla, page):
    case = case_in("agreement")
    others = [UserFactory(), mediator(), carla, UserFactory(roles=["portal.administrator"]), case.helped_by]
    for person in filter(None, others):
        browser = signed_in(person)
        for address in (at(page, case), at(page, uuid.uuid4())):
            assert browser.get(address).status_code == 404
            assert browser.post(address).status_code in (404, 405)
    assert Browser().get(at(page, case)).status_code == 302


def test_old_versions_and_follow_ups_are_missing_for_others_too(case_in, carla):
    case = case_in("follow_up")
    row = asked(case)
    for person in (UserFactory(), mediator(), carla, UserFactory(roles=["portal.administrator"])):
        browser = signed_in(person)
        assert browser.get(at("agreement_version", case, 1)).status_code == 404
        assert browser.get(at("follow_up", row)).status_code == 404
        assert browser.post(at("follow_up", row)).status_code == 404
        assert not Version.objects.visible_to(person).exists()
        assert not FollowUp.objects.visible_to(person).exists()
        assert agreement_for(again(case), person) is None
        assert waiting_for(again(case), person) == []


@pytest.mark.parametrize("state", ["requested", "intake", "inviting", "agreed"])
def test_before_the_talks_there_is_no_agreement(case_in, amal, bruno, marta, carla, state):
    case = case_in(state)
    for person in (amal, bruno, marta, carla):
        assert signed_in(person).get(at("agreement", case)).status_code == 404


def test_an_empty_table_says_what_comes(case_in, amal, marta):
    case = case_in("mediating")
    page = signed_in(amal).get(at("agreement", case))
    assert page.status_code == 200
    assert "There are no points yet" in text_of(page)
    assert at("agreement_write", case) not in text_of(page)
    assert at("agreement_write", case) in text_of(signed_in(marta).get(at("agreement", case)))
    assert signed_in(amal).get(at("agreement_print", case)).status_code == 404


def test_whoever_has_left_reads_nothing_any_more(case_in, bruno, marta, carla):
    lucia = UserFactory(display_name="Lucia Neri")
    case = case_of_three(case_in, lucia, carla, marta, bruno)
    assert signed_in(lucia).get(at("agreement", case)).status_code == 200
    case.parties.get(person=lucia).withdraw(by=lucia)
    assert again(case).state == State.MEDIATING
    for page in ("agreement", "agreement_print", "agreement_accept"):
        assert signed_in(lucia).get(at(page, case)).status_code == 404
    assert signed_in(lucia).get(at("agreement_version", case, 1)).status_code == 404
    page = text_of(signed_in(bruno).get(at("agreement", case) + "?lingua=it"))
    assert SECRET in page
    assert "not on the table any more" in page


def case_of_three(case_in, lucia, carla, marta, bruno, state="agreement"):
    """Two on the other side."""
    case = case_in("intake")
    amal = case.parties.get().person
    for person in (bruno, lucia):
        again(case).add_party(by=carla, person=person, side="other", language="ar")
    again(case).propose_mediator(marta, by=carla).consent(by=amal, yes=True)
    again(case).word_invitation(by=carla, text="Parliamone.")
    again(case).agree_to_invitation(by=amal, text="Parliamone.")
    again(case).invite(by=carla)
    for person in (bruno, lucia):
        said_yes(again(case), person)
    again(case).begin(by=marta)
    version = Version.table(again(case), by=marta, points=points(case, SECRET), instead_of=0)
    if state == "follow_up":
        for person in (amal, bruno, lucia):
            version.accept(by=person, digest=version.digest)
    return again(case)


# -- reading -----------------------------------------------------------------------------------------------------------


def test_each_reads_it_in_their_language_and_may_read_the_other(case_in, amal, bruno, marta):
    case = case_in("mediating")
    Version.table(case, by=marta, points=points(case, SECRET), instead_of=0)
    browser = signed_in(amal)
    assert SECRET in text_of(browser.get(at("agreement", case, language="it")))
    arabic = text_of(browser.get(at("agreement", case, language="ar")))
    assert 'lang="ar" dir="auto">نص' in arabic
    assert SECRET not in arabic
    assert SECRET in text_of(browser.get(at("agreement", case, language="ar") + "?lingua=it"))
    assert SECRET in text_of(browser.get(at("agreement", case, language="it") + "?lingua=xx"))
    # English is neither: then one's own.
    assert 'lang="ar" dir="auto">نص' in text_of(signed_in(bruno).get(at("agreement", case)))


def test_it_says_who_by_first_name_and_by_when(case_in, amal):
    amal.display_name = "Amal Haddad"
    amal.save()
    case = case_in("mediating")
    Version.table(case, by=case.mediators.get().person, points=points(case), instead_of=0)
    page = text_of(signed_in(amal).get(at("agreement", case))).split('id="main"')[1]
    assert "<bdi>Amal</bdi>" in page
    assert "Haddad" not in page
    assert "31 January 2027" in page


def test_two_of_the_same_first_name_are_told_apart(case_in, amal, bruno):
    for person, name in ((amal, "Amal Haddad"), (bruno, "Amal Rossi")):
        person.display_name = name
        person.save()
    page = text_of(signed_in(amal).get(at("agreement", case_in("agreement"))))
    assert "<bdi>Amal Haddad</bdi>" in page
    assert "<bdi>Amal Rossi</bdi>" in page


def test_what_is_new_since_the_version_before_is_marked(case_in, amal, marta):
    case = case_in("mediating")
    old = points(case, "Resta", "Cambia", "Va via")
    Version.table(case, by=marta, points=old, instead_of=0)
    new = [old[0], points(case, "x", "È cambiato")[1], *points(case, *"abcd", "È nuovo")[4:]]
    Version.table(again(case), by=marta, points=new, instead_of=1)
    page = text_of(signed_in(amal).get(at("agreement", case) + "?lingua=it"))
    assert page.count("agreement-point--added") == 1
    assert page.count("agreement-point--changed") == 1
    assert "<del>Cambia</del>" in page
    assert "<del>Va via</del>" in page
    first = text_of(signed_in(amal).get(at("agreement_version", case, 1)))
    assert "<del>" not in first
    assert signed_in(amal).get(at("agreement_version", case, 3)).status_code == 404
    assert signed_in(amal).get(at("agreement_version", case, 10**25)).status_code == 404


def test_mediators_read_who_has_accepted_and_the_parties_how_many(case_in, amal, bruno, marta):
    case = case_in("agreement")
    version = case.versions.get()
    version.accept(by=amal, digest=version.digest)
    assert "Accepted: 1 of 2" in text_of(signed_in(bruno).get(at("agreement", case)))
    assert "has accepted" in text_of(signed_in(marta).get(at("agreement", case)))
    assert "You have accepted this version" in text_of(signed_in(amal).get(at("agreement", case)))


def test_of_a_closed_case_what_it_ended_with_is_read_until_it_is_destroyed(case_in, amal, marta):
    case = case_in("agreement")
    second = Version.table(again(case), by=marta, points=points(case, "Altro"), instead_of=1)
    for party in case.parties.all():
        second.accept(by=party.person, digest=second.digest)
    again(case).finish(by=marta, outcome=Outcome.AGREEMENT)
    for person in (amal, marta):
        browser = signed_in(person)
        page = text_of(browser.get(at("agreement", case) + "?lingua=it"))
        assert "Altro" in page
        assert SECRET not in page, "what was crossed out is nobody's any more"
        assert browser.get(at("agreement_version", case, 1)).status_code == 404
        assert browser.get(at("agreement_version", case, 2)).status_code == 200
        assert browser.get(at("agreement_print", case)).status_code == 200
    destroy(again(case))
    assert signed_in(amal).get(at("agreement", case)).status_code == 404


def test_of_talks_that_came_to_nothing_nothing_is_read(case_in, amal, marta):
    case = case_in("agreement")
    case.end(by=marta, outcome=Outcome.NONE)
    for person in (amal, marta):
        assert signed_in(person).get(at("agreement", case)).status_code == 404
    assert agreement_for(again(case), amal) is None


def test_what_was_given_up_says_so_and_shows_no_draft(case_in, amal, marta):
    case = case_in("follow_up")
    again(case).reopen(by=amal)
    Version.table(again(case), by=marta, points=points(case, "Una bozza"), instead_of=1)
    again(case).end(by=marta, outcome=Outcome.NONE)
    for person in (amal, marta):
        browser = signed_in(person)
        page = text_of(browser.get(at("agreement", case) + "?lingua=it"))
        assert SECRET in page
        assert "Later you came back to the table" in page
        assert "It stands" not in page
        assert "Una bozza" not in page
        printed = text_of(browser.get(at("agreement_print", case)))
        assert "Later they came back to the table" in printed
        assert "Una bozza" not in printed
        assert browser.get(at("agreement_version", case, 2)).status_code == 404
        with override("en"):
            assert agreement_for(again(case), person).state == "once accepted by all"
        assert agreement_for(again(case), person).number == 1


def test_back_at_the_table_it_says_that_all_had_accepted_it(case_in, amal, marta):
    case = case_in("follow_up")
    again(case).reopen(by=amal)
    browser = signed_in(amal)
    printed = text_of(browser.get(at("agreement_print", case)))
    assert "Later they came back to the table" in printed
    assert "Not all have accepted" not in printed
    with override("en"):
        assert agreement_for(again(case), amal).state == "once accepted by all"
    Version.table(again(case), by=marta, points=points(case, "Una bozza"), instead_of=1)
    assert "Not all have accepted this version." in text_of(browser.get(at("agreement_print", case)))
    with override("en"):
        assert agreement_for(again(case), amal).state == "on the table"


def test_the_window_says_nothing_of_what_is_agreed(case_in, amal, marta):
    case = case_in("agreement")
    titled = dict.fromkeys(("agreement", "agreement_print", "agreement_accept"), f"Agreement {case} ·")
    for page, beginning in (titled | {"agreement_back": "Mediation ·"}).items():
        title = re.search("<title>(.*?)</title>", text_of(signed_in(amal).get(at(page, case))), re.DOTALL)[1]
        assert title.startswith(beginning), page
    answer = signed_in(marta).get(at("agreement_write", case))
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("who", ["amal", "marta"])
def test_pages_ask_the_database_little(case_in, request, marta, who, django_assert_max_num_queries):
    case, browser = case_in("agreement"), signed_in(request.getfixturevalue(who))
    for number in range(1, 4):
        Version.table(
            again(case), by=marta, points=points(case, *map(str, range(number, 12))), instead_of=number
        )
    mine = "agreement_accept" if who == "amal" else "agreement_write"
    pages = ["agreement", "agreement_print", mine]
    seen = [(browser, at(page, case)) for page in pages] + [(browser, at("agreement_version", case, 2))]
    agreed = mediation_in("follow_up", first=request.getfixturevalue("amal"), by=mediator())
    if who == "marta":
        browser = signed_in(agreed.mediators.get().person)
        seen.append((browser, at("agreement_finish", agreed)))
    seen += [(browser, at("agreement", agreed)), (browser, at("follow_up", asked(agreed)))]
    for reader, address in seen:
        reader.get(address)
        with django_assert_max_num_queries(15):
            assert reader.get(address).status_code == 200


# -- accepting ---------------------------------------------------------------------------------------------------------


def accepted(version):
    return {"number": version.number, "digest": version.digest}


def test_a_party_accepts_what_they_have_read(case_in, amal, bruno):
    case = case_in("agreement")
    version = case.versions.get()
    browser = signed_in(amal)
    page = text_of(browser.get(at("agreement_accept", case)))
    assert SECRET in page
    assert inputs(page, "digest") == [version.digest]
    for _twice in range(2):
        assert browser.post(at("agreement_accept", case), accepted(version))["Location"] == at(
            "agreement", case
        )
    assert version.acceptances.count() == 1
    assert browser.get(at("agreement_accept", case)).status_code == 302, "there is nothing more to accept"
    signed_in(bruno).post(at("agreement_accept", case), accepted(version))
    assert again(case).state == State.FOLLOW_UP
    assert "It stands." in text_of(browser.get(at("agreement", case)))
    assert browser.post(at("agreement_accept", case), accepted(version)).status_code == 302


def test_whoever_holds_the_phone_proves_first_who_they_are(case_in, amal):
    case = case_in("agreement")
    version = case.versions.get()
    browser = signed_in(amal, fresh=False)
    answer = browser.get(at("agreement_accept", case))
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/en{reverse('portal:step_up')}")
    sent = browser.post(at("agreement_accept", case), accepted(version))
    assert sent.status_code == 403
    assert inputs(text_of(sent), "digest") == [version.digest]
    assert not version.acceptances.exists()


def test_an_older_version_is_not_accepted_and_the_new_one_is_shown(case_in, amal, marta):
    case = case_in("agreement")
    old = case.versions.get()
    new = Version.table(again(case), by=marta, points=points(case, "Tutto nuovo"), instead_of=1)
    browser = signed_in(amal)
    answer = browser.post(at("agreement_accept", case) + "?lingua=it", accepted(old))
    assert answer.status_code == 409
    assert "Tutto nuovo" in text_of(answer)
    assert inputs(text_of(answer), "digest") == [new.digest]
    assert "has changed since you read it" in text_of(
        browser.get(at("agreement_accept", case) + "?versione=1")
    )
    assert not old.acceptances.exists()
    assert not new.acceptances.exists()


@pytest.mark.parametrize(
    "data",
    [{}, {"number": "x", "digest": "y"}, {"number": 9, "digest": "y"}, {"number": 10**30, "digest": "y"}],
)
def test_what_nobody_sends_is_not_accepted(case_in, amal, data):
    case = case_in("agreement")
    assert signed_in(amal).post(at("agreement_accept", case), data).status_code == 422


def test_another_digest_is_none_whatever_letters_it_has(case_in, amal):
    case = case_in("agreement")
    answer = signed_in(amal).post(at("agreement_accept", case), {"number": 1, "digest": "è" * 64})
    assert answer.status_code == 409


def test_only_parties_accept(case_in, marta):
    case = case_in("agreement")
    browser = signed_in(marta)
    assert browser.get(at("agreement_accept", case)).status_code == 404
    assert browser.post(at("agreement_accept", case), accepted(case.versions.get())).status_code == 404


def test_a_yes_to_what_was_taken_from_the_table_is_none(case_in, amal, bruno):
    case = case_in("agreement")
    case.back(by=bruno)
    answer = signed_in(amal).post(at("agreement_accept", case), accepted(case.versions.get()), follow=True)
    assert "There is nothing to accept now." in text_of(answer)


@pytest.mark.parametrize("who", ["amal", "bruno", "marta"])
def test_each_may_take_it_from_the_table(case_in, request, who):
    case = case_in("agreement")
    browser = signed_in(request.getfixturevalue(who))
    assert "We have to talk more" in text_of(browser.get(at("agreement_back", case)))
    answer = browser.post(at("agreement_back", case), follow=True)
    assert again(case).state == State.MEDIATING
    assert SECRET in text_of(answer), "it is still there to read"
    assert browser.get(at("agreement_back", case)).status_code == 302
    assert browser.post(at("agreement_back", case)).status_code == 302
    assert again(case).state == State.MEDIATING


@pytest.mark.parametrize(
    ("page", "state", "data"),
    [
        ("agreement_accept", "agreement", {"number": 1}),
        ("agreement_back", "agreement", {}),
        ("agreement_reopen", "follow_up", {}),
    ],
)
def test_whoever_left_in_the_same_moment_finds_nothing(case_in, amal, monkeypatch, page, state, data):
    case = case_in(state)
    browser = signed_in(amal)
    data |= {"digest": case.versions.get().digest}
    locked = Case._locked

    def leaves_first(self):
        case.parties.filter(person=amal).update(answer="left")
        return locked(self)

    monkeypatch.setattr(Case, "_locked", leaves_first)
    assert browser.post(at(page, case), data).status_code == 404


# -- writing -----------------------------------------------------------------------------------------------------------


def test_a_mediator_writes_the_first_version(case_in, marta):
    case = case_in("mediating")
    browser = signed_in(marta)
    page = text_of(browser.get(at("agreement_write", case)))
    (key,) = inputs(page, "row")
    day = timezone.localdate() + timedelta(days=30)
    answer = browser.post(
        at("agreement_write", case), written(case, "Si bussa prima.", keys=[key], by=day.isoformat())
    )
    assert answer["Location"] == at("agreement", case)
    (point,) = case.versions.get().points
    assert (point.id, point.what, point.by) == (
        key,
        {"it": "Si bussa prima.", "ar": "Si bussa prima. نص"},
        day,
    )
    assert set(point.who) == {str(pk) for pk in case.parties.values_list("pk", flat=True)}
    assert again(case).state == State.AGREEMENT


def test_sent_twice_it_is_one_version(case_in, marta):
    case = case_in("mediating")
    for _twice in range(2):
        assert signed_in(marta).post(at("agreement_write", case), written(case, "A")).status_code == 302
    assert case.versions.count() == 1


def test_points_keep_their_number_from_version_to_version(case_in, marta):
    case = case_in("agreement")
    browser = signed_in(marta)
    page = text_of(browser.get(at("agreement_write", case)))
    assert inputs(page, "row") == ["1"]
    assert inputs(page, "instead_of") == ["1"]
    assert SECRET in page
    browser.post(at("agreement_write", case), written(case, "Altro", "Nuovo", keys=["1", "p9"], instead_of=1))
    assert [point.id for point in case.versions.first().points] == ["1", "p9"]


@pytest.mark.parametrize(
    ("do", "rows"),
    [
        ("up:b", ["b", "a", "c"]),
        ("down:b", ["a", "c", "b"]),
        ("remove:b", ["a", "c"]),
        ("up:a", ["a", "b", "c"]),
    ],
)
def test_buttons_move_points_and_keep_what_was_typed(case_in, marta, do, rows):
    case = case_in("mediating")
    data = written(case, "Uno", "Due", "Tre", keys=["a", "b", "c"], by="31/31", do=do)
    answer = signed_in(marta).post(at("agreement_write", case), data)
    assert answer.status_code == 200
    page = text_of(answer)
    assert inputs(page, "row") == rows
    kept = [word for word in ("Uno", "Due", "Tre") if word in page]
    assert len(kept) == len(rows)
    assert page.count("31/31") == len(rows)
    assert page.count("checked") == 2 * len(rows)
    assert not case.versions.exists()


def test_a_point_more_and_the_last_one_taken_out(case_in, marta):
    case = case_in("mediating")
    browser = signed_in(marta)
    page = text_of(browser.post(at("agreement_write", case), written(case, "Uno", do="add")))
    first, second = inputs(page, "row")
    assert first == "p0"
    assert second
    assert "Uno" in page
    emptied = text_of(browser.post(at("agreement_write", case), written(case, "Uno", do="remove:p0")))
    assert len(inputs(emptied, "row")) == 1
    assert "Uno" not in emptied
    many = [f"k{number}" for number in range(12)]
    full = text_of(browser.post(at("agreement_write", case), written(case, *many, keys=many, do="add")))
    assert inputs(full, "row") == many
    assert "One more point" not in full


def test_whoever_presses_enter_changes_nothing(case_in, marta):
    case = case_in("mediating")
    answer = signed_in(marta).post(at("agreement_write", case), written(case, "Uno", do="look"))
    assert answer.status_code == 200
    assert "Uno" in text_of(answer)
    first = re.search(r"<button[^>]*>", text_of(answer).split('id="main"')[1])[0]
    assert 'value="look"' in first
    assert not case.versions.exists()


def test_an_empty_point_is_none(case_in, marta):
    case = case_in("mediating")
    data = written(case, "Uno", "", keys=["a", "b"]) | {"what-b-ar": "", "who-b": []}
    assert signed_in(marta).post(at("agreement_write", case), data).status_code == 302
    assert [point.id for point in case.versions.get().points] == ["a"]


WRONG = [
    ({"what-p0-it": "", "what-p0-ar": ""}, "Write one point at least"),
    ({"what-p0-ar": ""}, "Write it in this language too"),
    ({"what-p0-it": "x" * (POINT_LIMIT + 1)}, "This is too long"),
    ({"who-p0": []}, "Say who does it."),
    ({"who-p0": [str(uuid.uuid4())]}, "Choose among those who are in it."),
    ({"by-p0": "31.1.27"}, "Write a day that there is"),
    ({"by-p0": "2001-01-01"}, "This day is over"),
    ({"by-p0": "2999-01-01"}, "within five years"),
    ({"instead_of": "x"}, "Something is missing or not right"),
    ({"row": []}, "Write one point at least"),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(case_in, marta, wrong, said):
    case = case_in("mediating")
    answer = signed_in(marta).post(at("agreement_write", case), written(case, "Si bussa prima.") | wrong)
    assert answer.status_code == 422
    assert said in text_of(answer)
    if "what-p0-it" not in wrong and "row" not in wrong:
        assert "Si bussa prima." in text_of(answer)
    assert not case.versions.exists()


def test_a_day_that_has_passed_may_stay_where_it_stood(case_in, marta):
    case = case_in("mediating")
    old = points(case, "Uno")
    passed = date(2020, 1, 31)
    Version.table(
        case,
        by=marta,
        points=[type(old[0])(id="0", what=old[0].what, who=old[0].who, by=passed)],
        instead_of=0,
    )
    data = written(case, "Due", keys=["0"], by="2020-01-31", instead_of=1)
    assert signed_in(marta).post(at("agreement_write", case), data).status_code == 302
    data = written(case, "Tre", "Tre", keys=["0", "z"], by="2020-01-31", instead_of=2)
    assert signed_in(marta).post(at("agreement_write", case), data).status_code == 422


def test_forged_numbers_of_points_are_left_out(rf):
    keys = ["a", "a", "b c", "<b>", "x" * 37, "", *(f"k{n}" for n in range(20))]
    assert keys_in(rf.post("/", {"row": keys}).POST) == ["a", *(f"k{n}" for n in range(11))]


def test_who_was_overtaken_sees_both_and_sends_again(case_in, marta):
    case = case_in("agreement")
    Version.table(again(case), by=marta, points=points(case, "Di un'altra mano"), instead_of=1)
    browser = signed_in(marta)
    answer = browser.post(at("agreement_write", case), written(case, "Di mia mano", instead_of=1))
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Di mia mano" in page
    assert "Di un&#x27;altra mano" in page or "نص" in page
    assert inputs(page, "instead_of") == ["2"]
    assert case.versions.count() == 2
    browser.post(at("agreement_write", case), written(case, "Di mia mano", instead_of=2))
    assert case.versions.first().number == 3


def test_what_is_sent_while_all_accept_comes_back_whole(case_in, amal, bruno, marta):
    case = case_in("agreement")
    version = case.versions.get()
    for person in (amal, bruno):
        version.accept(by=person, digest=version.digest)
    browser = signed_in(marta)
    answer = browser.post(at("agreement_write", case), written(case, "Di mia mano", instead_of=1))
    assert answer.status_code == 409
    assert "Di mia mano" in text_of(answer)
    assert again(case).state == State.FOLLOW_UP
    assert browser.get(at("agreement_write", case)).status_code == 302


def test_the_same_points_sent_again_take_nobodys_yes(case_in, amal, marta):
    case = case_in("mediating")
    browser = signed_in(marta)
    browser.post(at("agreement_write", case), written(case, "Uno"))
    version = case.versions.get()
    version.accept(by=amal, digest=version.digest)
    answer = browser.post(at("agreement_write", case), written(case, "Uno", instead_of=1), follow=True)
    assert "Nothing is another than before" in text_of(answer)
    assert case.versions.count() == 1
    assert version.acceptances.count() == 1


def test_only_mediators_write(case_in, amal):
    case = case_in("agreement")
    browser = signed_in(amal)
    assert browser.get(at("agreement_write", case)).status_code == 404
    assert browser.post(at("agreement_write", case), written(case, "Mio")).status_code == 404


# -- printing ----------------------------------------------------------------------------------------------------------


def test_it_is_printed_in_all_its_languages_with_a_line_for_each(case_in, amal, bruno, marta):
    case = case_in("mediating")
    version = Version.table(case, by=marta, points=points(case, SECRET), instead_of=0)
    page = text_of(signed_in(bruno).get(at("agreement_print", case)))
    assert SECRET in page
    assert "نص" in page
    assert 'lang="ar" dir="rtl"' in page
    mark = version.digest[:12].upper()
    assert f"{mark[:4]}-{mark[4:8]}-{mark[8:]}" in page
    assert version.digest not in page
    assert page.count("<li><bdi>") == 3
    assert "Not all have accepted this version." in page
    for person in (amal, bruno):
        version.accept(by=person, digest=version.digest)
    assert "Not all have accepted" not in text_of(signed_in(bruno).get(at("agreement_print", case)))


# -- how it goes -------------------------------------------------------------------------------------------------------


def test_a_party_says_how_it_goes_and_may_change_it(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    row = case.follow_ups.first()
    assert signed_in(amal).get(at("follow_up", row)).status_code == 404, "not asked yet"
    assert "are asked on" in text_of(signed_in(marta).get(at("follow_up", row)))
    asked(case)
    browser = signed_in(amal)
    assert SECRET in text_of(browser.get(at("follow_up", row)))
    assert browser.post(at("follow_up", row), {"note": "Ancora rumore."}).status_code == 422
    for _twice in range(2):
        said = {"kept-1": "no", "note": "Ancora rumore."}
        assert browser.post(at("follow_up", row), said).status_code == 302
    assert [e.kind for e in history_of(case, confidential=True)].count(
        "community.mediation.follow_up_answered"
    ) == 1
    assert "Ancora rumore." in text_of(browser.get(at("follow_up", row)))
    browser.post(at("follow_up", row), {"kept-1": "partly", "note": "Meno rumore."})
    assert "Meno rumore." not in text_of(signed_in(bruno).get(at("follow_up", row)))
    page = text_of(signed_in(marta).get(at("follow_up", row)))
    assert "Meno rumore." in page
    assert "<bdi>Bruno</bdi>" in page.split("Has not answered yet")[1]
    signed_in(bruno).post(at("follow_up", row), {"kept-1": "yes"})
    late = browser.post(at("follow_up", row), {"kept-1": "yes", "note": "Tutto bene."})
    assert late.status_code == 409
    assert "Tutto bene." in text_of(late)
    assert "You can change it until" not in text_of(late)
    assert "All have answered" in text_of(browser.get(at("follow_up", row)))


def test_mediators_do_not_answer(case_in, marta):
    row = asked(case_in("follow_up"))
    assert signed_in(marta).post(at("follow_up", row), {"kept-1": "yes"}).status_code == 404


def test_with_the_only_one_who_had_not_answered_gone_all_have(case_in, amal, bruno, marta, carla):
    lucia = UserFactory(display_name="Lucia")
    case = case_of_three(case_in, lucia, carla, marta, bruno, state="follow_up")
    row = asked(case)
    for person in (amal, bruno):
        row.answer(by=person, kept={"0": "yes"})
    row.refresh_from_db()
    assert row.answered_at is None
    case.parties.get(person=lucia).withdraw(by=lucia)
    row.refresh_from_db()
    assert row.answered_at is not None
    assert again(case).state == State.FOLLOW_UP
    assert signed_in(lucia).get(at("follow_up", row)).status_code == 404


def test_what_does_not_hold_comes_back_to_the_table(case_in, amal, marta):
    case = case_in("follow_up")
    row = asked(case)
    row.answer(by=amal, kept={"1": "no"}, note="Di nuovo.")
    browser = signed_in(amal)
    assert "Nobody is to blame" in text_of(browser.get(at("agreement_reopen", case)))
    browser.post(at("agreement_reopen", case))
    assert again(case).state == State.MEDIATING
    assert SECRET in text_of(browser.get(at("agreement", case)))
    assert browser.post(at("follow_up", row), {"kept-1": "yes"}).status_code == 409
    assert "Di nuovo." in text_of(signed_in(marta).get(at("follow_up", row)))
    assert browser.post(at("agreement_reopen", case)).status_code == 302


def test_nobody_is_asked_about_what_holds_no_more(case_in, amal):
    case = case_in("follow_up")
    row = case.follow_ups.first()
    again(case).reopen(by=amal)
    row.ask()
    row.refresh_from_db()
    assert row.asked_at is None


def test_a_mediator_closes_what_goes(case_in, amal, marta):
    case = case_in("follow_up")
    assert signed_in(amal).get(at("agreement_finish", case)).status_code == 404
    assert signed_in(amal).post(at("agreement_finish", case), {"outcome": "agreement"}).status_code == 404
    browser = signed_in(marta)
    assert browser.get(at("agreement_finish", case)).status_code == 200
    for wrong in ({}, {"outcome": "none"}):
        assert browser.post(at("agreement_finish", case), wrong).status_code == 422
    assert browser.post(at("agreement_finish", case), {"outcome": "partial"}).status_code == 302
    assert again(case).outcome == Outcome.PARTIAL
    twice = browser.post(at("agreement_finish", case), {"outcome": "partial"})
    assert twice.url.endswith(case.get_absolute_url()), "pressed twice"
    assert browser.post(at("agreement_finish", case), {"outcome": "agreement"}).status_code == 409


# -- for the page of the case ------------------------------------------------------------------------------------------


def test_what_waits_for_a_party(case_in, amal, bruno, marta, django_assert_max_num_queries):
    case = case_in("agreement")
    version = case.versions.get()
    with django_assert_max_num_queries(2):
        (waiting,) = waiting_for(case, amal)
    assert waiting.url == reverse("community:mediation_agreement", args=[case.pk])
    assert waiting_for(again(case), marta) == []
    version.accept(by=amal, digest=version.digest)
    assert waiting_for(again(case), amal) == []
    version.accept(by=bruno, digest=version.digest)
    assert waiting_for(again(case), amal) == []
    row = asked(case)
    case = again(case)
    with django_assert_max_num_queries(2):
        (waiting,) = waiting_for(case, amal)
    assert waiting.url == row.get_absolute_url()
    assert waiting_for(case, marta) == []
    row.answer(by=amal, kept={"1": "yes"})
    assert waiting_for(case, amal) == []
    assert len(waiting_for(case, bruno)) == 1


@pytest.mark.parametrize(
    ("state", "said"), [("agreement", "on the table"), ("follow_up", "accepted by all"), ("mediating", None)]
)
def test_how_it_stands_in_a_line(case_in, bruno, marta, state, said):
    case = case_in(state)
    with override("en"):
        for person in (bruno, marta):
            summary = agreement_for(again(case), person)
            assert (summary and (summary.state, summary.points, summary.number)) == (said and (said, 1, 1))


def test_nothing_of_what_is_agreed_is_in_events_or_news(case_in, marta, amal, committing):
    case = case_in("mediating")
    with committing():
        signed_in(marta).post(at("agreement_write", case), written(case, "SEGRETO"))
        signed_in(amal).post(at("agreement_accept", case), accepted(case.versions.get()))
    for event in history_of(case, confidential=True):
        assert "SEGRETO" not in str(event.data)
    assert {kind.key for kind in declared(NotificationKind)} >= {"community.mediation.tabled"}
    assert Notification.objects.filter(event__kind="community.mediation.tabled").exists()
    for row in Notification.objects.all():
        assert "SEGRETO" not in str(vars(row))


def test_a_case_between_others_does_not_lend_its_versions(case_in, amal):
    case, other = case_in("agreement"), mediation_in("agreement")
    follow_up = asked(mediation_in("follow_up"))
    browser = signed_in(amal)
    assert browser.get(at("agreement_version", other, 1)).status_code == 404
    assert browser.get(at("follow_up", follow_up)).status_code == 404
    assert set(Version.objects.visible_to(amal)) == set(case.versions.all())


# -- in each language the same -----------------------------------------------------------------------------------------


def test_a_point_changed_in_one_language_only_is_asked_about(case_in, amal, bruno, marta):
    case, browser = case_in("mediating"), signed_in(marta)
    browser.post(at("agreement_write", case), written(case, "Dopo le 22 si mettono le ciabatte"))
    half = written(case, "Dopo le 22 si mettono le ciabatte", instead_of=1)
    half["what-p0-it"] = "Dopo le 22:30 si mettono le ciabatte"
    answer = browser.post(at("agreement_write", case), half)
    assert answer.status_code == 422
    page = text_of(answer)
    errors = answer.context["form"].errors
    assert list(errors) == ["what-p0-ar"]
    assert "changed this point in another language only" in page
    assert "Dopo le 22:30" in page
    assert 'type="checkbox" name="same-p0"' in page
    assert case.versions.count() == 1

    moved = text_of(browser.post(at("agreement_write", case), {**half, "same-p0": "on", "do": "add"}))
    assert re.search(r'name="same-p0"[^>]* checked', moved), "an answer is kept with all the rest"

    assert browser.post(at("agreement_write", case), {**half, "same-p0": "on"}).status_code == 302
    assert case.versions.count() == 2


@pytest.mark.parametrize("changed", [[], ["it", "ar"], ["day"]])
def test_a_point_that_was_changed_in_all_languages_or_none_is_not(case_in, marta, changed):
    case, browser = case_in("mediating"), signed_in(marta)
    browser.post(at("agreement_write", case), written(case, "Silenzio", "Scale"))
    again_ = written(case, "Silenzio", "Altro", instead_of=1, by="2099-01-01" if changed == ["day"] else "")
    again_["by-p1"] = again_["by-p0"] = ""
    for code in changed:
        if code == "day":
            again_["by-p0"] = (timezone.localdate() + timedelta(days=9)).isoformat()
        else:
            again_[f"what-p0-{code}"] = "Un'altra cosa"
    assert "same-p0" not in text_of(browser.get(at("agreement_write", case)))
    assert browser.post(at("agreement_write", case), again_).status_code == 302
    assert case.versions.count() == 2


def test_a_language_that_comes_in_later_is_no_change(case_in, bruno, marta):
    case, browser = case_in("mediating"), signed_in(marta)
    browser.post(at("agreement_write", case), written(case, "Silenzio"))
    case.parties.filter(person=bruno).update(language="en")
    data = written(case, "Silenzio", instead_of=1) | {"what-p0-en": "Silence"}
    assert browser.post(at("agreement_write", case), data).status_code == 302
    assert case.versions.count() == 2


def test_what_changed_is_said_in_the_language_one_reads(case_in, amal, marta):
    case, browser = case_in("mediating"), signed_in(marta)
    browser.post(at("agreement_write", case), written(case, "Dopo le 22"))
    half = written(case, "Dopo le 22", instead_of=1) | {"what-p0-it": "Dopo le 22:00", "same-p0": "on"}
    browser.post(at("agreement_write", case), half)
    reader = signed_in(amal)
    italian = text_of(reader.get(at("agreement", case) + "?lingua=it"))
    assert "<del>Dopo le 22</del>" in italian
    assert "changed in" not in italian
    arabic = text_of(reader.get(at("agreement", case) + "?lingua=ar"))
    assert "changed in Italian" in plain(arabic)
    assert "<del>" not in arabic, "what they read has not changed"
    assert "What is another than in version 1 is marked." in arabic
    both = written(case, "Dopo le 23", instead_of=2)
    browser.post(at("agreement_write", case), both)
    arabic = text_of(reader.get(at("agreement", case) + "?lingua=ar"))
    assert "<del>Dopo le 22 نص</del>" in arabic
    assert "<del>Dopo le 22:00</del>" not in arabic
    assert "changed in" not in arabic


# -- closing it in time ------------------------------------------------------------------------------------------------


def test_closing_is_what_comes_next_only_once_all_have_said_how_it_goes(case_in, amal, bruno, marta):
    case, browser = case_in("follow_up"), signed_in(marta)
    finish = f'href="{at("agreement_finish", case)}"'
    early = text_of(browser.get(at("agreement", case)))
    assert f'class="button button--quiet" {finish}' in early
    assert "they are not asked any more" in text_of(browser.get(at("agreement_finish", case)))
    for row in case.follow_ups.all():
        assert at("follow_up", row) not in early, "nothing to read there yet"
        assert "have gone by" not in text_of(browser.get(at("follow_up", row)))
        FollowUp.objects.filter(pk=row.pk).update(due_on=timezone.localdate())
        row.ask()
        for who in (amal, bruno):
            row.answer(by=who, kept={"1": "yes"})
    late = text_of(browser.get(at("agreement", case)))
    assert f'class="button button--primary" {finish}' in late
    assert at("follow_up", row) in late
    assert "they are not asked any more" not in text_of(browser.get(at("agreement_finish", case)))


def test_once_nobody_is_asked_any_more_no_day_is_promised(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    row = case.follow_ups.first()
    browser = signed_in(marta)
    assert "we ask on" in text_of(browser.get(at("agreement", case)))
    assert "The parties are asked on" in text_of(browser.get(at("follow_up", row)))
    case.parties.get(person=bruno).withdraw(by=bruno)
    assert "we ask on" not in text_of(browser.get(at("agreement", case)))
    assert "Nobody is asked any more" in text_of(browser.get(at("follow_up", row)))
