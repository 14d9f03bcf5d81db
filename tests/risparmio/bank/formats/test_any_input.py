"""Whatever lines there are, they come back; whatever bytes come in, nothing but Unreadable comes out."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from risparmio.bank.formats import camt, delimited, mt940
from risparmio.bank.formats.errors import Unreadable
from risparmio.bank.formats.reading import read
from risparmio.bank.formats.statement import Line, Statement
from risparmio.bank.formats.values import NAME_LIMIT, identifier_of, tidy
from risparmio.reference import the_one_in

from . import samples
from .samples import ACCOUNT, FAMILY_IBAN, MAPPING, MONTH, OTHER_ACCOUNT, RF, statement_of

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WORDS = st.text(max_size=60)
LINES = st.builds(
    Line,
    day=DAYS,
    value_day=st.none() | DAYS,
    cents=st.integers(-(10**12), 10**12),
    reference=st.sampled_from(["", RF]),
    end_to_end=st.text(max_size=35).map(identifier_of),
    counterparty=WORDS.map(lambda words: tidy(words, NAME_LIMIT)),
    counterparty_iban=st.sampled_from(["", FAMILY_IBAN, OTHER_ACCOUNT]),
    text=WORDS.map(tidy).filter(lambda words: not the_one_in(words)),
    bank_reference=st.text(max_size=35).map(identifier_of),
    code=st.sampled_from(["PMNT/RCDT/ESCT", "PMNT/ICDT/SALA"]),
    returned=st.booleans(),
)
FILES = [samples.camt(MONTH, MONTH), samples.mt940(MONTH, MONTH), samples.csv(MONTH)]


@given(
    lines=st.lists(LINES, max_size=5),
    version=st.sampled_from(samples.VERSIONS),
    opening=st.integers(-(10**9), 10**9),
)
@settings(max_examples=60, deadline=None)
def test_lines_written_as_camt_come_back(lines, version, opening):
    statement = statement_of(*lines, opening=opening)
    assert read(samples.camt(statement, version=version)) == [statement]


@st.composite
def damaged(draw) -> bytes:
    """A good file, with a piece of it replaced by anything."""
    content = draw(st.sampled_from(FILES))
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 40)))
    return content[:start] + draw(st.binary(max_size=12) | st.sampled_from(SPLINTERS)) + content[end:]


SPLINTERS = [
    b"\0",
    b'"',
    b";",
    b"\r",
    b":20:",
    b":61:",
    b":86:",
    b"-\n",
    b"?",
    b"/EREF/",
    b"<!--",
    b"<![CDATA[",
    b"&#0;",
]
SPLINTERS += [
    b"9" * 40,
    b"\xff\xfe",
    "²".encode(),
    b"<Amt/>",
    b"260230",
    b"-9999-99-99",
    b":\n20:",
    b"{4:",
    b"%",
]


def reads_or_refuses(content: bytes) -> None:
    readers = (
        camt.read,
        mt940.read,
        delimited.guess,
        lambda content: delimited.read(content, MAPPING, ACCOUNT),
        lambda content: delimited.read(
            content, delimited.Mapping(has_header=False, day=0, amount=1), ACCOUNT
        ),
        read,
        lambda content: read(content, mapping=MAPPING, account=ACCOUNT),
    )
    for reader in readers:
        try:
            answer = reader(content)
        except Unreadable as error:
            answer = [error.message]
        assert isinstance(answer, (list, Statement, delimited.Mapping))


@given(content=st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(content):
    reads_or_refuses(content)


@given(content=damaged())
@settings(max_examples=250, deadline=None)
def test_a_damaged_file_is_read_or_refused(content):
    reads_or_refuses(content)


@given(
    text=st.text(max_size=120),
    heading=st.sampled_from(["Data;Importo\n", ":20:X\n:25:Y\n:60F:", "<Document>"]),
)
@settings(max_examples=100, deadline=None)
def test_any_text_after_a_good_start_is_read_or_refused(text, heading):
    reads_or_refuses((heading + text).encode("utf-8", "replace"))


@given(
    data=st.dictionaries(
        st.sampled_from(sorted(MAPPING.to_json())),
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2),
        max_size=6,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_json_is_a_mapping_or_refused(data):
    try:
        mapping = delimited.Mapping.from_json({**MAPPING.to_json(), **data})
    except Unreadable:
        return
    assert delimited.Mapping.from_json(mapping.to_json()) == mapping
