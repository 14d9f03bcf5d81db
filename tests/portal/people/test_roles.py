import re
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext

from portal.events import history_of
from portal.extensions import Role, declared, registry
from portal.housing.models import Building
from portal.notifications.models import Notification
from portal.people.matrix import by_role, permission_matrix
from portal.people.models import LastAdministrator, OwnConfidences, User
from portal.people.roles import sync_roles
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta():
    return UserFactory(display_name="Marta Colombo", roles=["portal.administrator"])


@pytest.fixture
def elena():
    return UserFactory(display_name="Elena Marchetti")


def held(group):
    return {
        f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")
    }


@pytest.mark.parametrize("role", declared(Role), ids=lambda role: role.key)
def test_after_migrate_each_role_is_a_group_with_its_model_permissions(role):
    known = {
        f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")
    }
    assert held(Group.objects.get(name=role.key)) == known & set(role.all_permissions)


def test_what_somebody_added_by_hand_is_gone_after_the_next_migrate():
    from django.apps import apps

    editors = Group.objects.get(name="portal.editor")
    editors.permissions.add(Permission.objects.get(codename="change_user"))
    for app_config in apps.get_app_configs():
        sync_roles(app_config)
    assert "portal.change_user" not in held(editors)


def test_a_role_brings_its_permissions_and_takes_them_along(elena, marta, django_user_model):
    elena.give_role("portal.caseworker", by=marta)
    assert django_user_model.objects.get(pk=elena.pk).has_perm("portal.change_household")
    elena.take_role("portal.caseworker", by=marta)
    fresh = django_user_model.objects.get(pk=elena.pk)
    assert not fresh.has_perm("portal.change_household")
    assert not fresh.role_keys


def test_giving_and_taking_is_kept_with_names(elena, marta):
    elena.give_role("portal.caseworker", by=marta)
    elena.take_role("portal.caseworker", by=marta)
    facts = [(e.kind, e.actor, e.data["role"]) for e in history_of(elena)]
    assert facts == [
        ("portal.role.given", marta, "portal.caseworker"),
        ("portal.role.taken", marta, "portal.caseworker"),
    ]
    grant = elena.role_grants.get()
    assert (grant.given_by, grant.taken_by) == (marta, marta)


def test_given_twice_is_given_once(elena, marta):
    elena.give_role("portal.caseworker", by=marta)
    elena.give_role("portal.caseworker", by=marta)
    assert elena.role_grants.count() == history_of(elena).count() == 1


def test_who_holds_one_of_several_roles_now_is_found_once(elena, marta):
    both = UserFactory(roles=["portal.caseworker", "portal.auditor"])
    UserFactory(roles=["portal.caseworker"], is_active=False)
    elena.give_role("portal.caseworker", by=marta)
    elena.take_role("portal.caseworker", by=marta)

    people = User.objects
    assert list(people.with_role("portal.caseworker", "portal.auditor")) == [both]
    assert set(people.with_role("portal.auditor", "portal.administrator")) == {both, marta}
    assert not people.with_role().exists()


def test_a_change_of_role_closes_live_connections(elena, marta):
    before = elena.access_epoch
    elena.give_role("portal.caseworker", by=marta)
    elena.take_role("portal.caseworker", by=marta)
    assert elena.access_epoch == before + 2


def test_somebody_remains_who_can_give_roles(marta):
    with pytest.raises(LastAdministrator):
        marta.take_role("portal.administrator", by=marta)
    second = UserFactory(roles=["portal.administrator"])
    marta.take_role("portal.administrator", by=second)
    assert not marta.role_keys


def test_nor_does_the_last_one_close_their_own_account(client, marta):
    with pytest.raises(LastAdministrator):
        marta.close_account(by=marta)
    client.force_login(marta)
    step_up_now(client)
    answer = client.post(
        f"/admin/people/edit/{marta.pk}/",
        {"display_name": marta.display_name, "language": "it", "email": marta.email, "phone": ""},
    )
    assert answer.context["form"].errors["is_active"]
    marta.refresh_from_db()
    assert marta.is_active
    UserFactory(roles=["portal.administrator"])
    marta.close_account(by=None)
    assert not marta.is_active


def test_whoever_cannot_sign_in_is_no_administrator_who_remains(marta):
    UserFactory(roles=["portal.administrator"]).close_account(by=None)
    with pytest.raises(LastAdministrator):
        marta.take_role("portal.administrator", by=marta)


def test_a_superuser_who_is_administrator_no_more_is_no_superuser(marta):
    keeper = UserFactory(is_superuser=True, roles=["portal.administrator"])
    keeper.take_role("portal.administrator", by=marta)
    keeper.refresh_from_db()
    assert not keeper.is_superuser


def test_about_an_object_a_superuser_may_what_the_rules_say_and_no_more(elena):
    keeper = UserFactory(is_superuser=True)
    assert keeper.has_perm("portal.change_household")
    assert not keeper.has_perm("portal.change_household", elena)


@pytest.mark.parametrize("right", ["portal.view_day", "portal.view_indicators", "portal.give_role"])
def test_what_a_rule_decides_nobody_gets_by_being_superuser(client, right):
    keeper = UserFactory(is_superuser=True)
    assert not keeper.has_perm(right)
    client.force_login(keeper)
    assert client.get("/casa/oggi/").status_code == 404
    assert client.get("/admin/people/").status_code == 200


def test_a_permission_put_on_somebody_by_hand_opens_nothing(elena, marta, django_user_model):
    """What has no record behind it is no right: neither a permission of one's own nor a group without its role."""
    change_people = Permission.objects.get(codename="change_user", content_type__app_label="portal")
    elena.user_permissions.add(change_people)
    elena.groups.add(Group.objects.get(name="portal.administrator"))
    Group.objects.get(name="portal.editor").permissions.add(change_people)
    elena.give_role("portal.editor", by=marta)
    elena = django_user_model.objects.get(pk=elena.pk)
    assert elena.has_perm("wagtailadmin.access_admin")
    assert not elena.has_perm("portal.change_user")
    assert not elena.has_perm("portal.give_role")
    registers = ("desk", "counter", "appointmenttopic", "provider", "place", "searchsynonyms")
    rows = {f"portal.{action}_{row}" for action in ("view", "add", "change", "delete") for row in registers}
    assert elena.get_all_permissions() == {"wagtailadmin.access_admin", *rows}


def test_a_role_that_nobody_declares_any_more_brings_nothing(elena, monkeypatch, django_user_model):
    elena.give_role("portal.caseworker", by=None)
    kept = {key: role for key, role in registry._declared[Role].items() if key != "portal.caseworker"}
    monkeypatch.setitem(registry._declared, Role, kept)
    assert django_user_model.objects.get(pk=elena.pk).get_all_permissions() == set()


# -- the page --------------------------------------------------------------------------------------------------


def test_the_matrix_shows_every_role(client, marta):
    client.force_login(marta)
    step_up_now(client)
    answer = client.get("/persone/ruoli/")
    assert answer.status_code == 200
    matrix = {row.what: row.cells for row in answer.context["matrix"]}
    assert {tuple(cell.role for cell in cells) for cells in matrix.values()} == {tuple(declared(Role))}
    column = [role.key for role in declared(Role)].index("portal.caseworker")
    with translation.override("it"):
        buildings = str(Building._meta.verbose_name_plural)
        assert str(matrix[buildings][column]) == ", ".join(gettext(way) for way in ("see", "add", "change"))
    for role in declared(Role):
        assert str(role.label) in answer.content.decode()
    assert not [what for what in matrix if re.fullmatch(r"\w+\.\w+", what)], "no names of the code"


def test_the_matrix_says_what_rules_of_other_apps_give_to_a_role():
    with translation.override("en"):
        matrix = permission_matrix()
    may = {row.what: {cell.role.key for cell in row.cells if cell.ways} for row in matrix}

    assert may["See who reported a fault and who repairs it"] == {"manutenzione.operator", "portal.auditor"}
    assert may["Write down reports of faults"] == {"manutenzione.operator", "portal.caseworker"}
    assert may["Say that something is repaired"] == {"manutenzione.operator", "manutenzione.contractor"}


def test_each_role_lists_all_that_the_table_gives_it(client, marta):
    """On a phone the table has no room: the lists have to say the same."""
    matrix = permission_matrix()
    table = {(cell.role.key, row.what, str(cell)) for row in matrix for cell in row.cells if cell.ways}
    lists = {(role.key, what, str(cell)) for role, things in by_role(matrix) for what, cell in things}
    assert lists == table

    client.force_login(marta)
    step_up_now(client)
    page = client.get("/en/persone/ruoli/").content.decode()
    lists = page[page.index('id="all"') : page.index("<table")]
    caseworker = lists[lists.index("Caseworker") : lists.index("Editor")]
    assert re.search(r"<li>buildings: <span[^>]*>see, add, change</span></li>", caseworker)
    assert "<li>Read and answer messages</li>" in caseworker


def test_a_cell_of_the_matrix_says_in_words_what_it_shows_in_pictures(client, marta):
    client.force_login(marta)
    step_up_now(client)
    table = client.get("/en/persone/ruoli/").content.decode().split("<table")[1]

    row = re.search(r'<th scope="row">buildings</th>(.*?)</tr>', table, re.DOTALL).group(1)
    cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)

    assert len(cells) == len(declared(Role)) == table.count('<th scope="col">')
    for cell in filter(None, cells):
        assert cell.count("<svg") == 3
        assert '<span class="visually-hidden">see, add, change</span>' in cell


def test_somebody_is_found_by_a_part_of_their_name(client, marta, elena):
    client.force_login(marta)
    step_up_now(client)
    assert [person for person, _roles in client.get("/persone/ruoli/?q=march").context["found"]] == [elena]
    assert client.get("/persone/ruoli/?q=zzz").context["found"] == []


def test_namesakes_are_told_apart_by_where_they_are_reached(client, marta):
    namesakes = [UserFactory(display_name="Giulia Bianchi") for _ in range(2)]
    client.force_login(marta)
    step_up_now(client)

    found = client.get("/persone/ruoli/?q=giulia").content.decode()

    for person in namesakes:
        assert person.email in found
        assert person.email in client.get(f"/persone/{person.pk}/ruoli/").content.decode()


def test_whoever_has_neither_address_nor_number_is_found_too(client, marta):
    carmela = UserFactory(display_name="Carmela Russo", email=None, phone=None)
    client.force_login(marta)
    step_up_now(client)

    assert "Carmela Russo" in client.get("/persone/ruoli/?q=carmela").content.decode()
    assert "Carmela Russo" in client.get(f"/persone/{carmela.pk}/ruoli/").content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "Giulia Bianchi\u202e",
        "\u200bGiulia Bianchi",
        "Giulia\u0000Bianchi",
        "Giulia\u00a0Bianchi",
        "Giulia Bianchi\u200d",
        "Giulia Bianchi\u3164",
        "Giulia\u2800 Bianchi",
        "Giulia\ufe0f Bianchi",
    ],
)
def test_nobody_takes_somebody_elses_name_with_letters_that_cannot_be_seen(client, name):
    person = UserFactory()
    client.force_login(person)

    answer = client.post("/account/", {"display_name": name, "language": "it"})

    assert answer.context["form"].errors["display_name"]
    assert User.objects.get(pk=person.pk).display_name == person.display_name


@pytest.mark.parametrize("name", ["سميرة حداد", "می\u200cنا", "क्\u200dष", "Ñuño d’Alò"])
def test_names_of_all_languages_are_names(client, name):
    person = UserFactory()
    client.force_login(person)

    client.post("/account/", {"display_name": name, "language": "it"})

    assert User.objects.get(pk=person.pk).display_name == name


def test_a_role_is_given_and_taken_on_the_page(client, marta, elena):
    client.force_login(marta)
    step_up_now(client)
    page = f"/persone/{elena.pk}/ruoli/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"role": "portal.editor", "action": "give"})["Location"] == page
    assert elena.role_grants.get(taken_at=None).given_by == marta
    client.post(page, {"role": "portal.editor", "action": "take"})
    assert not elena.role_grants.filter(taken_at=None).exists()


@pytest.mark.parametrize(
    "wrong", [{}, {"role": "portal.nobody", "action": "give"}, {"role": "portal.editor", "action": "steal"}]
)
def test_nothing_else_is_given(client, marta, elena, wrong):
    client.force_login(marta)
    step_up_now(client)
    assert client.post(f"/persone/{elena.pk}/ruoli/", wrong).status_code == 200
    assert not elena.role_grants.exists()


def test_the_last_administrator_is_told_why_not(client, marta):
    client.force_login(marta)
    step_up_now(client)
    page = f"/persone/{marta.pk}/ruoli/"
    answer = client.post(page, {"role": "portal.administrator", "action": "take"}, follow=True)
    assert answer.status_code == 200
    assert marta.role_grants.filter(taken_at=None).exists()


@pytest.mark.parametrize("role", [None, "portal.caseworker", "portal.editor", "portal.auditor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_gives_no_roles_sees_no_page_whether_the_person_exists_or_not(
    client, marta, elena, role, method
):
    client.force_login(UserFactory(roles=[role] if role else []))
    pages = ["/persone/ruoli/", f"/persone/{elena.pk}/ruoli/", "/persone/999999/ruoli/"]
    assert {getattr(client, method)(page).status_code for page in pages} == {404}


def test_a_visitor_is_asked_to_sign_in_whether_the_person_exists_or_not(client, elena):
    for pk in (elena.pk, 999999):
        assert client.get(f"/persone/{pk}/ruoli/")["Location"].startswith("/account/login/")


def test_the_search_asks_the_database_as_often_for_twenty_as_for_one(
    client, marta, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(marta)
    step_up_now(client)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/persone/ruoli/?q=Bruno")
        return len(captured)

    UserFactory(display_name="Bruno 0", roles=["portal.editor"])
    queries()
    few = queries()
    for number in range(1, 25):
        UserFactory(display_name=f"Bruno {number}", roles=["portal.editor"])
    assert queries() == few


# -- the first administrator -----------------------------------------------------------------------------------


def admin(**options):
    out = StringIO()
    call_command("admin", stdout=out, no_password=True, **options)
    return out.getvalue()


def test_the_first_administrator(django_user_model):
    admin(email=" Capo@Abitare.example ", name="Capo")
    capo = django_user_model.objects.get(email="capo@abitare.example")
    assert capo.is_superuser
    assert capo.has_role("portal.administrator")
    assert not capo.has_usable_password()
    assert capo.has_perm("portal.give_role")


def test_made_twice_is_made_once(django_user_model):
    admin(email="capo@abitare.example", name="Capo")
    assert "already" in admin(email="capo@abitare.example", name="Somebody else")
    capo = django_user_model.objects.get(email="capo@abitare.example")
    assert capo.display_name == "Capo"
    assert capo.role_grants.count() == 1


def test_somebody_who_is_here_already_becomes_administrator(elena):
    admin(email=elena.email)
    elena = type(elena).objects.get(pk=elena.pk)
    assert elena.has_role("portal.administrator")
    assert elena.display_name == "Elena Marchetti"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"email": "nonsense", "name": "Capo"}, "no e-mail address"),
        ({"email": "capo@abitare.example", "name": "  "}, "between 1 and 80"),
        ({"email": "capo@abitare.example", "name": "x" * 81}, "between 1 and 80"),
        ({"email": "capo@abitare.example"}, "--name"),
        ({"name": "Capo"}, "--email"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_made(django_user_model, options, says):
    before = django_user_model.objects.count()
    with pytest.raises(CommandError, match=says):
        admin(**options)
    assert django_user_model.objects.count() == before


def test_without_anybody_to_ask_for_a_password_the_command_says_so():
    with pytest.raises(CommandError, match="--no-password"):
        call_command("admin", email="capo@abitare.example", name="Capo")


def test_the_password_is_asked_until_it_is_good(monkeypatch, django_user_model):
    typed = iter(
        ["short", "quattro tigli in fila", "another one", "quattro tigli in fila", "quattro tigli in fila"]
    )
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda question: next(typed))
    call_command("admin", email="capo@abitare.example", name="Capo", stdout=StringIO(), stderr=StringIO())
    assert django_user_model.objects.get(email="capo@abitare.example").check_password("quattro tigli in fila")


def test_whoever_knows_the_roles_of_many_sees_them_given_and_taken():
    person = UserFactory()
    person.give_role("portal.editor", by=None)
    known = User.objects.knowing_roles().get(pk=person.pk)
    assert known.role_keys == {"portal.editor"}

    known.give_role("portal.caseworker", by=None)
    assert known.role_keys == {"portal.editor", "portal.caseworker"}
    known.take_role("portal.editor", by=None)
    assert known.role_keys == {"portal.caseworker"}


def test_nobody_opens_to_themselves_what_is_told_in_confidence(client, marta, elena):
    """The role of whoever coordinates the mediators: they read every request."""
    role, page = "community.mediation_coordinator", f"/en/persone/{marta.pk}/ruoli/"
    with pytest.raises(OwnConfidences):
        marta.give_role(role, by=marta)
    client.force_login(marta)
    step_up_now(client)

    answer = client.post(page, {"role": role, "action": "give"})

    assert answer.status_code == 422
    assert "Nobody gives this role to themselves" in answer.content.decode()
    assert not marta.role_grants.filter(role=role).exists()
    marta.give_role("portal.caseworker", by=marta)
    marta.give_role(role, by=elena)


def test_all_who_hold_such_a_role_and_whoever_audits_are_told(committing, marta, elena):
    role = "community.mediation_coordinator"
    with committing():
        carla, ada = UserFactory(roles=[role]), UserFactory(roles=["portal.auditor"])
    Notification.objects.all().delete()

    def told():
        rows = Notification.objects.filter(event__kind="portal.role.given", channel="inbox")
        return {row.person: row.title for row in rows}

    with committing():
        elena.give_role("portal.caseworker", by=marta)
    assert told() == {}
    with committing():
        elena.give_role(role, by=marta)

    assert set(told()) == {carla, ada, elena}
    with translation.override("en"):
        assert "Elena Marchetti" in told()[ada]
        assert "Coordinator of mediators" in told()[ada]
