"""One writes, somebody else reads and publishes: through the editor's own form, and whatever else one may send."""

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import PermissionDenied
from wagtail.models import Workflow, WorkflowPage

from portal.notifications.models import Notification
from portal.pages.models import GuidePage, SectionPage
from portal.pages.roles import let_pages_be_reviewed
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from tests.portal.pages.test_editors import form
from tests.portal.pages.tree import home, seen, write

pytestmark = pytest.mark.django_db

APPROVE = {"action-workflow-action": "1", "workflow-action-name": "approve"}


@pytest.fixture(autouse=True)
def _happens_at_once(committing, monkeypatch):
    """What follows from a press of a button has followed when its answer is there."""
    post = Browser.post

    def posted(*args, **kwargs):
        with committing():
            return post(*args, **kwargs)

    monkeypatch.setattr(Browser, "post", posted)


def at_work(name: str, *roles: str):
    """Somebody at their own screen."""
    person = UserFactory(display_name=name, email=f"{name.lower()}@abitare.example", roles=roles)
    person.screen = Browser()
    person.screen.force_login(person)
    return person


@pytest.fixture
def paola():
    return at_work("Paola", "portal.editor")


@pytest.fixture
def chiara():
    return at_work("Chiara", "portal.editor")


@pytest.fixture
def marta():
    return at_work("Marta", "portal.administrator")


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare", show_in_menus=True)


def told(person) -> list[str]:
    return list(
        Notification.objects.filter(person=person, channel="inbox")
        .order_by("pk")
        .values_list("event__kind", flat=True)
    )


def hand_in(person, section) -> GuidePage:
    answer = person.screen.post(
        f"/admin/pages/add/portal/guidepage/{section.pk}/", {**form(), "action-submit": "1"}
    )
    assert answer.status_code == 302
    return GuidePage.objects.get(slug="rifiuti")


def change(person, guide, **said):
    return person.screen.post(f"/admin/pages/{guide.pk}/edit/", {**form(), **said})


def decide(person, guide, action: str, **said):
    state = guide.current_workflow_task_state
    return person.screen.post(f"/admin/pages/workflow/action/{guide.pk}/{action}/{state.pk}/", said)


def in_public(client, status: int = 200):
    client.logout()
    return seen(client, "/abitare/rifiuti/", status)


# -- the way of a page --------------------------------------------------------------------------------------------


def test_one_hands_in_another_reads_and_it_is_public(client, paola, chiara, section):
    guide = hand_in(paola, section)

    in_public(client, 404)
    assert told(chiara) == ["portal.review.asked"]
    day = seen(chiara.screen, "/casa/oggi/").main
    assert day.select_one(f'a[href="/admin/pages/{guide.pk}/edit/"]').text.strip() == "Rifiuti"

    assert change(chiara, guide, **APPROVE).status_code == 302

    assert in_public(client).h1.text == "Rifiuti"
    assert told(paola) == ["portal.review.approved"]
    assert told(chiara) == ["portal.review.asked"]
    assert not seen(chiara.screen, "/casa/oggi/").main.select(f'a[href="/admin/pages/{guide.pk}/edit/"]')


def test_what_is_to_change_is_read_beside_the_page_and_handed_in_again(client, paola, chiara, section):
    guide = hand_in(paola, section)

    decide(chiara, guide, "reject", comment="Manca l'orario.")

    in_public(client, 404)
    assert told(paola) == ["portal.review.changes_asked"]
    beside = seen(paola.screen, f"/admin/pages/{guide.pk}/edit/")
    assert "Manca l'orario." in beside.select_one(".help-warning").text
    assert "Manca l'orario." in seen(paola.screen, "/casa/oggi/").main.text
    assert change(paola, guide, title="Rifiuti e orari", **{"action-submit": "1"}).status_code == 302
    assert told(chiara) == ["portal.review.asked"] * 2

    decide(chiara, guide, "approve")

    assert in_public(client).h1.text == "Rifiuti e orari"


def test_whoever_ends_a_review_tells_its_author(client, paola, chiara, section):
    guide = hand_in(paola, section)

    change(chiara, guide, **{"action-cancel-workflow": "1"})

    in_public(client, 404)
    assert guide.current_workflow_state is None
    assert told(paola) == ["portal.review.withdrawn"]
    assert told(chiara) == ["portal.review.asked"]


def test_an_administrator_who_publishes_what_came_back_has_it_told_as_published(
    client, paola, chiara, marta, section
):
    guide = hand_in(paola, section)
    decide(chiara, guide, "reject", comment="Manca l'orario.")

    change(marta, guide, **{"action-publish": "1"})

    assert in_public(client).h1.text == "Rifiuti"
    assert told(paola) == ["portal.review.changes_asked", "portal.review.approved"]


def test_who_takes_their_own_back_is_told_nothing(paola, section):
    guide = hand_in(paola, section)

    change(paola, guide, **{"action-cancel-workflow": "1"})

    assert guide.current_workflow_state is None
    assert told(paola) == []


def test_a_change_of_a_page_that_is_out_waits_too(client, paola, chiara, section):
    guide = write(GuidePage, section, "Rifiuti")

    change(paola, guide, title="Dividere i rifiuti", **{"action-submit": "1"})

    assert in_public(client).h1.text == "Rifiuti"
    decide(chiara, guide, "approve")
    assert in_public(client).h1.text == "Dividere i rifiuti"


def test_nobody_gets_a_second_mail_from_wagtail(paola, chiara, marta, section):
    marta.is_superuser = True
    marta.save()
    guide = hand_in(paola, section)
    decide(chiara, guide, "reject", comment="Manca l'orario.")
    change(paola, guide, **{"action-submit": "1"})
    decide(chiara, guide, "approve")

    assert [message.subject for message in mail.outbox if "Rifiuti" in message.subject + message.body] == []
    choices = seen(paola.screen, "/admin/account/")
    assert not choices.select("[name*=submitted_notifications], [name*=approved_notifications]")


# -- nobody alone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["the form", "the button of the list", "the model"])
def test_nobody_approves_what_they_have_handed_in(client, paola, section, way):
    guide = hand_in(paola, section)

    if way == "the form":
        change(paola, guide, **APPROVE)
    elif way == "the button of the list":
        decide(paola, guide, "approve")
    else:
        state = guide.current_workflow_task_state
        with pytest.raises(PermissionDenied):
            state.task.specific.on_action(state, paola, "approve")

    in_public(client, 404)
    assert guide.current_workflow_task_state.status == "in_progress"
    edit = seen(paola.screen, f"/admin/pages/{guide.pk}/edit/")
    assert not edit.select("[data-workflow-action-name], [name=action-publish]")


def test_who_hands_in_again_what_another_began_does_not_approve_it(client, paola, chiara, section):
    guide = hand_in(paola, section)
    decide(chiara, guide, "reject", comment="Lo scrivo io.")
    change(chiara, guide, title="Come la vede Chiara", **{"action-submit": "1"})

    for person in (paola, chiara):
        decide(person, guide, "approve")

    in_public(client, 404)
    decide(at_work("Ugo", "portal.editor"), guide, "approve")
    assert in_public(client).h1.text == "Come la vede Chiara"


def test_what_somebody_reads_does_not_change_under_their_eyes(paola, chiara, section):
    guide = hand_in(paola, section)

    change(paola, guide, title="Altro")

    assert guide.get_latest_revision_as_object().title == "Rifiuti"


def test_who_writes_no_pages_reviews_none(client, paola, section):
    guide = hand_in(paola, section)

    assert decide(at_work("Elena", "portal.caseworker"), guide, "approve").status_code == 302

    in_public(client, 404)


def test_who_asks_for_changes_says_which(paola, chiara, section):
    guide = hand_in(paola, section)

    decide(chiara, guide, "reject", comment="  ")

    assert guide.current_workflow_task_state.status == "in_progress"
    assert told(paola) == []


# -- publishing at once -------------------------------------------------------------------------------------------


def test_an_editor_publishes_nothing_new_alone(client, paola, section):
    answer = paola.screen.post(
        f"/admin/pages/add/portal/guidepage/{section.pk}/", {**form(), "action-publish": "1"}
    )
    guide = GuidePage.objects.get()
    change(paola, guide, **{"action-publish": "1"})

    assert answer.status_code == 302
    assert not GuidePage.objects.get().live
    in_public(client, 404)


def test_an_administrator_publishes_at_once(client, marta, section):
    marta.screen.post(f"/admin/pages/add/portal/guidepage/{section.pk}/", {**form(), "action-publish": "1"})

    assert in_public(client).h1.text == "Rifiuti"


def test_where_there_is_one_editor_the_administrators_are_asked(client, paola, marta, section):
    guide = hand_in(paola, section)

    assert told(marta) == ["portal.review.asked"]
    decide(marta, guide, "approve")
    assert in_public(client).h1.text == "Rifiuti"


def test_an_administrator_reviews_what_waits_instead_of_publishing_past_it(paola, marta, section):
    guide = hand_in(paola, section)

    change(marta, guide, **{"action-publish": "1"})

    assert not GuidePage.objects.get().live
    assert guide.current_workflow_task_state.status == "in_progress"


def test_a_translation_of_what_is_out_is_published_by_who_puts_it_into_words(client, paola, section):
    english = write(SectionPage, home("en"), "Living", translates=section)
    guide = write(GuidePage, section, "Rifiuti")
    waste = write(GuidePage, english, "Waste", translates=guide)
    own = write(GuidePage, english, "Ours")

    assert waste.permissions_for_user(paola).can_publish()
    assert not own.permissions_for_user(paola).can_publish()
    guide.unpublish()
    assert not GuidePage.objects.get(pk=waste.pk).permissions_for_user(paola).can_publish()


def test_an_editor_takes_what_is_wrong_off_at_once(client, paola, section):
    guide = write(GuidePage, section, "Rifiuti")

    assert paola.screen.post(f"/admin/pages/{guide.pk}/unpublish/").status_code == 302

    in_public(client, 404)


# -- from the first day -------------------------------------------------------------------------------------------


def test_the_workflow_is_there_from_the_first_day_in_every_language():
    (given,) = WorkflowPage.objects.all()
    assert given.page.depth == 1
    for language in ("it", "en"):
        assert home(language).get_workflow() == given.workflow


def test_an_installation_that_takes_it_away_publishes_as_before(client, paola, section):
    Workflow.objects.get(active=True).deactivate()
    for config in apps.get_app_configs():
        let_pages_be_reviewed(config)

    paola.screen.post(f"/admin/pages/add/portal/guidepage/{section.pk}/", {**form(), "action-publish": "1"})

    assert in_public(client).h1.text == "Rifiuti"
    assert not Workflow.objects.filter(active=True).exists()
