"""The square that a banking app reads, seen by another library."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.ui.qr import qr_code
from risparmio.payments import epc
from risparmio.payments.epc import payload, sepa_iban, square, svg
from risparmio.reference import reference_for

IBAN = "IT60X0542811101000000123456"


def seen(said: str) -> zxingcpp.Barcode:
    """What another library reads from the square's picture."""
    picture = io.BytesIO()
    square(said).save(picture, kind="png", scale=4, border=4)
    [found] = zxingcpp.read_barcodes(Image.open(picture))
    return found


def test_the_lines_are_the_standards():
    said = payload(
        name="Agenzia dell'Abitare",
        iban="it60 x054 2811 1010 0000 0123 456",
        cents=5000,
        reference="rf54 0000 1234",
        purpose="RENT",
    )
    assert said == (
        "BCD\n002\n1\nSCT\n\nAgenzia dell'Abitare\nIT60X0542811101000000123456\nEUR50.00\nRENT\nRF5400001234"
    )


def test_a_text_stands_where_no_reference_does_and_nothing_empty_ends_it():
    assert payload(name="Agenzia", iban=IBAN, cents=1, text="Risparmio\nmarzo").split("\n")[7:] == [
        "EUR0.01",
        "",
        "",
        "Risparmio marzo",
    ]
    assert payload(name="Agenzia", iban=IBAN, cents=epc.LARGEST).endswith(f"{IBAN}\nEUR999999999.99")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"name": ""}, epc.BadName),
        ({"name": " \n"}, epc.BadName),
        ({"name": "a" * 71}, epc.BadName),
        ({"cents": 0}, epc.BadAmount),
        ({"cents": -1}, epc.BadAmount),
        ({"cents": epc.LARGEST + 1}, epc.BadAmount),
        ({"iban": "IT61X0542811101000000123456"}, epc.BadIBAN),
        ({"iban": ""}, epc.BadIBAN),
        ({"reference": "RF5500001234"}, epc.BadReference),
        ({"reference": "12345"}, epc.BadReference),
        ({"reference": reference_for(1), "text": "marzo"}, epc.BadReference),
        ({"text": "a" * 141}, epc.BadText),
        ({"purpose": "RENTS"}, epc.BadPurpose),
        ({"purpose": "R\nT"}, epc.BadPurpose),
        ({"name": "è" * 70, "text": "è" * 140}, epc.TooLong),
    ],
)
def test_what_no_bank_takes_is_refused(changed, error):
    with pytest.raises(error) as refused:
        payload(**{"name": "Agenzia", "iban": IBAN, "cents": 5000} | changed)
    assert isinstance(refused.value, ValueError)
    assert str(refused.value) == str(refused.value.reason)


@pytest.mark.parametrize(
    "text",
    ["IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456", " it60x0542811101000000123456 "],
)
def test_an_iban_may_be_written_in_groups(text):
    assert sepa_iban(text) == IBAN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "IT",
        "IT60",
        "IT60X0542811101000000123457",
        "IT60X05428111010000001234",
        "XX60X0542811101000000123456",
        "IT60X٠542811101000000123456",
        "TR330006100519786457841326",  # right, but no SEPA transfer goes there
    ],
    ids=ascii,
)
def test_everything_else_is_no_iban_for_us(text):
    with pytest.raises(epc.BadIBAN):
        sepa_iban(text)


@pytest.mark.parametrize(
    "name",
    ["Agenzia dell'Abitare", "Società Più Città", "Fondazione Łódź – Übersee", "وكالة السكن", "日本"],
    ids=ascii,
)
def test_the_square_says_the_same_byte_for_byte(name):
    said = payload(name=name, iban=IBAN, cents=123456, text="Perché no? è già così")
    assert seen(said).bytes == said.encode("utf-8")
    assert seen(said).text == said


def test_the_longest_square_is_of_version_13_and_is_read():
    said = payload(name="è" * 70, iban=IBAN, cents=epc.LARGEST, purpose="RENT", text="a" * 125)
    assert len(said.encode()) == 331
    assert (square(said).version, square(said).error) == (13, "M")
    assert seen(said).text == said
    with pytest.raises(epc.TooLong):
        payload(name="è" * 70, iban=IBAN, cents=epc.LARGEST, purpose="RENT", text="a" * 126)
    with pytest.raises(epc.TooLong):
        square(said + "a")


@given(
    st.text(min_size=1, max_size=70).filter(str.strip),
    st.integers(1, epc.LARGEST),
    st.text(max_size=140),
)
def test_whatever_is_accepted_keeps_its_lines_and_fits(name, cents, text):
    try:
        said = payload(name=name, iban=IBAN, cents=cents, text=text)
    except epc.NotPayable:
        return
    lines = said.split("\n")
    assert lines[:5] == ["BCD", "002", "1", "SCT", ""]
    assert lines[6:8] == [IBAN, f"EUR{cents // 100}.{cents % 100:02d}"]
    assert len(lines) in (8, 11)
    code = square(said)
    assert code.version <= 13
    assert code.error == "M"


def test_a_short_payload_keeps_correction_m():
    assert square("BCD").error == "M"


def test_the_picture_may_stand_in_our_pages():
    drawn = svg(payload(name="Società & Figli", iban=IBAN, cents=5000, reference=reference_for(1234)))
    assert drawn.startswith("<svg ")
    assert "style" not in drawn
    assert "<?xml" not in drawn
    assert "Figli" not in drawn
    assert hasattr(drawn, "__html__")
    # Drawn like the portal's other squares: the same elements with the same attributes.
    ours, others = (list(ElementTree.fromstring(one).iter()) for one in (drawn, qr_code("a")))
    assert [(one.tag, sorted(one.attrib)) for one in ours] == [
        (one.tag, sorted(one.attrib)) for one in others
    ]
    width = square(
        payload(name="Società & Figli", iban=IBAN, cents=5000, reference=reference_for(1234))
    ).symbol_size(border=4)[0]
    assert ours[0].attrib["viewBox"] == f"0 0 {width} {width}"
