"""Households from a list: first what would happen, row by row; then all of it, once, or nothing."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.people.invitations.lists import LARGEST_FILE, MOST_ROWS, Unreadable, read, template, text_of
from portal.people.models import Household, User
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db

IMPORT, LIST = "/persone/famiglie/importa/", "/persone/inviti/"
HEADS = "famiglia;nome;lingua;email;telefono;telefono da chiamare"
GOOD = f"""{HEADS}
Famiglia Salem;Nadia Salem;ar;Nadia@Abitare.example;02 0000 0144;
Famiglia Salem;Sami Salem;arabo;;;+40 21 000 0155
Famiglia Riva;Anna Riva;;;;02 0000 0145
"""


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    step_up_now(client)
    return client


def upload(desk, text, encoding="utf-8", prefix=""):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return desk.post(prefix + IMPORT, {"file": SimpleUploadedFile("famiglie.csv", data, "text/csv")})


def confirm(desk, page):
    """What the button of the dry run sends."""
    return desk.post(
        IMPORT,
        {"client_id": page.context["client_id"], "list": page.context["text"].replace("\n", "\r\n")},
    )


def problems(text):
    return [(problem.row, problem.column) for problem in read(text).problems]


def row(**cells):
    """A list of one row, whose other cells are in order."""
    good = {"famiglia": "Famiglia Salem", "nome": "Nadia Salem", "lingua": "ar", "email": "", "telefono": ""}
    good |= cells
    return ";".join(good) + "\n" + ";".join(good.values()) + "\n"


def test_looking_registers_nobody_and_confirming_everybody(desk):
    before = User.objects.count()
    page = upload(desk, GOOD)
    assert page.status_code == 200
    assert User.objects.count() == before
    assert confirm(desk, page).headers["Location"] == LIST
    salem = Household.objects.get(name="Famiglia Salem")
    nadia, sami = (member.person for member in salem.members.order_by("pk"))
    assert (nadia.display_name, nadia.language, nadia.email, nadia.phone) == (
        "Nadia Salem",
        "ar",
        "nadia@abitare.example",
        "+390200000144",
    )
    assert (sami.language, sami.phone, sami.contact_phone) == ("ar", None, "+40210000155")
    assert Household.objects.get(name="Famiglia Riva").members.get().person.language == "it"


def test_confirming_twice_registers_once(desk):
    page = upload(desk, GOOD)
    assert {confirm(desk, page).status_code for _time in range(2)} == {302}
    assert Household.objects.filter(name__in=["Famiglia Salem", "Famiglia Riva"]).count() == 2
    assert User.objects.filter(display_name="Sami Salem").count() == 1


def test_a_phone_of_another_country_is_shown_as_it_was_understood(desk):
    page = upload(desk, GOOD).content.decode()
    assert "+40 21 000 0155" in page
    assert "02 0000 0144" in page
    assert page.count("badge--warning") == 1


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GOOD, "utf-8-sig"),
        (GOOD.replace(";", ","), "utf-8"),
        (GOOD.replace(";", "\t"), "utf-8"),
        (GOOD.replace("\n", "\r\n"), "utf-8"),
        (GOOD.replace("Nadia Salem", "Nicolò Salem"), "cp1252"),
        (GOOD.replace(HEADS, "Household;Name;Language;E-mail;Phone;Contact phone"), "utf-8"),
        (GOOD.replace(HEADS, " FAMIGLIA ;Nome e  cognome;LINGUA;Posta elettronica;Cellulare;Telefono di contatto"), "utf-8"),  # noqa: E501
        (GOOD.replace("Nadia Salem", '"Salem, Nadia"'), "utf-8"),
        (GOOD + "\n;;;;;\n\n", "utf-8"),
    ],
    ids=["BOM", "commas", "tabs", "CRLF", "Windows", "English", "other heads", "quoted", "blank rows"],
)  # fmt: skip
def test_lists_as_spreadsheets_save_them(desk, text, encoding):
    page = upload(desk, text, encoding)
    assert page.status_code == 200
    assert len(page.context["reading"].rows) == 3
    if encoding == "cp1252":
        assert "Nicolò" in page.content.decode()


def test_the_template_can_be_read_and_says_how(desk):
    for prefix in ("", "/en", "/ar"):
        answer = desk.get(f"{prefix}{IMPORT}modello/")
        assert answer["Content-Type"].startswith("text/csv")
        reading = read(text_of(SimpleUploadedFile("x.csv", answer.content)))
        assert len(reading.rows) == 1
    assert "Famiglia Rossi" in template()


PROBLEMS = {
    "no household": (row(famiglia=""), 0),
    "no name": (row(nome=""), 1),
    "a language that we do not speak": (row(lingua="klingon"), 2),
    "no address": (row(email="nadia@"), 3),
    "a taken address": (row(email="TAKEN@abitare.example"), 3),
    "no number": (row(telefono="chiamare"), 4),
    "a taken number": (row(telefono="02 0000 0199"), 4),
    "a formula for a name": (row(nome='=HYPERLINK("x")'), 1),
    "a formula for a household": (row(famiglia="@SUM(A1)"), 0),
    "a formula for an address": (row(email="+x@abitare.example"), 3),
    "a formula for a number": (row(telefono="=1+1"), 4),
    "10,000 letters": (row(nome="N" * 10_000), 1),
    "10,000 letters in the household": (row(famiglia="F" * 10_000), 0),
    "turned round": (row(nome="Nadia \u202eSalem"), 1),
    "turned round household": (row(famiglia="\u2067Famiglia\u2069 Salem"), 0),
    "unseen": (row(nome="Nadia\u2800"), 1),
}


@pytest.mark.parametrize(("text", "column"), PROBLEMS.values(), ids=PROBLEMS)
def test_each_problem_stands_at_its_row_and_column(desk, text, column, settings):
    UserFactory(email="taken@abitare.example", phone="+390200000199")
    page = upload(desk, text, prefix="/en")
    assert page.status_code == 422
    assert [(p.row, p.column) for p in page.context["reading"].problems] == [(2, HEADS.split(";")[column])]
    assert 'name="list"' not in page.content.decode(), "what is not right cannot be confirmed"
    assert not Household.objects.filter(name="Famiglia Salem").exists()


def test_several_problems_of_several_rows():
    rows = (
        "Famiglia A;;xx;bad;;",
        "Famiglia A;Anna;it;a@abitare.example;;",
        "Famiglia B;Bruno;it;A@abitare.example;;",
    )
    text = "\n".join((HEADS, ";;;;;", *rows))
    assert [number for number, _column in problems(text)] == [3, 3, 3, 4, 5]


def test_a_problem_says_whose_row_it_is(desk):
    """By the row's number and by the name as somebody wrote it, wrong as it may be."""
    UserFactory(email="taken@abitare.example")
    rows = (
        "Famiglia A;Anna Riva;xx;;;",
        "Famiglia A;;it;;;",
        "Famiglia B;=Bruno;it;;;",
        "Famiglia C;Samira <b>Haddad</b>;it;taken@abitare.example;;",
        f"Famiglia D;{'x' * 500};it;;;",
    )
    page = upload(desk, "\n".join((HEADS, *rows)), prefix="/en")

    lines = re.findall(r'<tr role="row"><th scope="row".*?</tr>', page.content.decode(), re.DOTALL)
    said = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL) for line in lines]
    assert [(number, who) for number, who, *_ in said] == [
        ("2", "<bdi>Anna Riva</bdi>"),
        ("3", "(no name)"),
        ("4", "<bdi>=Bruno</bdi>"),
        ("5", "<bdi>Samira &lt;b&gt;Haddad&lt;/b&gt;</bdi>"),
        ("6", f"<bdi>{'x' * 79}…</bdi>"),
    ]


def test_on_a_phone_each_cell_says_what_it_is(desk):
    """There the heads of the columns are not drawn: what is in a cell carries its own."""
    for text, columns in ((f"{HEADS}\nFamiglia A;Anna;xx;;;", 3), (f"{HEADS}\nFamiglia A;Anna;it;;;", 4)):
        page = upload(desk, text, prefix="/en").content.decode()
        table = page[page.index("<table") : page.index("</table>")]
        assert 'media="(max-width: 69.99rem)"' in page
        assert len(re.findall(r'<t[hd] [^>]*data-head="[^"]+">\S', table)) == columns
        empty = re.findall(r"<td role=\"cell\"[^>]*></td>", table)
        assert not [cell for cell in empty if "data-head" in cell], "nothing stands under no head"


def test_the_same_person_twice():
    text = f"{HEADS}\nFamiglia A;Anna;it;;;\nFamiglia B;Anna;it;;;\nFamiglia A;Anna;it;;;\n"
    [problem] = read(text).problems
    assert problem.row == 4
    assert "2" in problem.message


def test_a_list_that_was_registered_before(desk):
    confirm(desk, upload(desk, GOOD))
    page = upload(desk, GOOD.replace("Nadia@Abitare.example", "").replace("02 0000 0144", ""))
    assert [problem.row for problem in page.context["reading"].problems] == [2, 3, 4]


def test_a_row_with_more_cells_than_columns():
    assert [number for number, _column in problems(f"{HEADS}\nFamiglia A;Anna;it;;;;Rossi\n")] == [2]


@pytest.mark.parametrize("name", ["نادية سالم", "李娜", "Ñuñez-O’Brien", "Олена"])
def test_names_of_any_script(name):
    [one] = read(row(nome=name)).rows
    assert one.adult.name == name


@pytest.mark.parametrize(
    "heads", ["famiglia;nome", "Nucleo  familiare;NOME E COGNOME", "Household;Full name"]
)
def test_a_column_is_named_as_it_stands_in_the_file(heads):
    household, name = (" ".join(head.split()) for head in heads.split(";"))
    reading = read(f"{heads}\n;Anna\nFamiglia A;\nFamiglia A;Anna\nFamiglia A;Anna\n")
    assert [problem.column for problem in reading.problems] == [household, name, name]


@pytest.mark.parametrize(("prefix", "head"), [("", "“famiglia”"), ("/en", "“Household”")])
def test_a_column_that_is_missing_is_named_as_the_template_names_it(desk, prefix, head):
    assert head in upload(desk, "nome;lingua\nAnna;it\n", prefix=prefix).content.decode()


UNREADABLE = {
    "a spreadsheet": b"PK\x03\x04 and so on",
    "an old spreadsheet": b"\xd0\xcf\x11\xe0 and so on",
    "UTF-16": GOOD.encode("utf-16"),
    "nul": GOOD.encode() + b"\x00",
    "no letters of any table": b"famiglia;nome\nA;\x81\x8d\n",
    "no heads": b"Famiglia Salem;Nadia Salem;ar\n",
    "heads only": HEADS.encode(),
    "other heads": b"a;b;c\n1;2;3\n",
    "an open quotation": b'famiglia;nome\n"A;B\n',
    "blank": b"\n\n\n",
    "too many rows": (HEADS + "\n" + "A;B;it;;;\n" * (MOST_ROWS + 1)).encode(),
    "too large": (HEADS + "\n").encode() + b" " * LARGEST_FILE,
    "a cell of megabytes": f"{HEADS}\nA;{'x' * 200_000};it;;;\n".encode(),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_list_says_so_at_the_field(desk, data):
    page = upload(desk, data)
    assert page.status_code == 422
    assert "field--wrong" in page.content.decode()
    with pytest.raises(Unreadable):
        read(text_of(SimpleUploadedFile("x.csv", data)))


def test_no_file_and_an_empty_one(desk):
    assert desk.post(IMPORT).status_code == 422
    assert upload(desk, b"").status_code == 422


def test_whoever_takes_an_address_meanwhile_stops_all_of_it(desk):
    page = upload(desk, GOOD)
    UserFactory(email="nadia@abitare.example")
    again = confirm(desk, page)
    assert again.status_code == 422
    assert [problem.row for problem in again.context["reading"].problems] == [2]
    assert not Household.objects.filter(name__in=["Famiglia Salem", "Famiglia Riva"]).exists()


@pytest.mark.parametrize(
    "sent",
    [{"list": GOOD}, {"list": "", "client_id": str(uuid.UUID(int=1))}, {"list": "x", "client_id": "x"}],
)
def test_a_forged_confirmation_registers_nobody(desk, sent):
    before = User.objects.count()
    assert desk.post(IMPORT, sent).status_code in (200, 422)
    assert User.objects.count() == before


def many(rows):
    return (
        HEADS
        + "\n"
        + "".join(
            f"Famiglia {n // 2};Persona {n};it;p{n}@abitare.example;;02 0000 {n:04}\n" for n in range(rows)
        )
    )


def test_a_long_list_costs_no_more_queries_than_a_short_one(desk):
    def cost(rows):
        with CaptureQueriesContext(connection) as queries:
            assert upload(desk, many(rows)).status_code == 200
        return len(queries)

    cost(2)
    assert cost(MOST_ROWS) == cost(2)


def test_five_hundred_rows_are_read_and_registered(desk):
    page = upload(desk, many(MOST_ROWS))
    with CaptureQueriesContext(connection) as queries:
        assert confirm(desk, page).status_code == 302
    assert len(queries) < MOST_ROWS, "a fact for each household, and the rest at once"
    assert User.objects.filter(email__regex=r"^p\d+@abitare").count() == MOST_ROWS
    assert len(re.findall("<tr ", page.content.decode())) == MOST_ROWS + 1
