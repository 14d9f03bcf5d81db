"""By which stems a page is found."""

import pytest

from portal.extensions.queries import Query, asked_words
from portal.extensions.stems import ALGORITHMS, LONGEST, any_stems, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sfratto", "SFRATTI"),
        ("acqua", "acque"),
        ("bolletta", "bollette"),
        ("città", "citta"),
        ("pagherà", "paghera"),
        ("abitazione", "abitazioni"),
        ("eviction", "evicted"),
        ("houses", "house"),
        ("paying", "pays"),
        ("الدَّرَج", "درج"),
        ("مساعدة", "المساعدات"),
        ("الصحة", "صحه"),
        ("إخلاء", "بالإخلاء"),
        ("مبنى", "المبني"),
        ("للمدرسة", "مدرسه"),
        ("والسكن", "سكن"),
        ("احجز", "حجز"),
    ],
)
def test_forms_of_one_word_meet(one, other):
    assert any_stems(one) & any_stems(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cane", "pane"),
        ("gas", "gatto"),
        ("affitto", "affetto"),
        ("3", "2"),
        ("صحة", "مدرسة"),
        ("بيت", "بنت"),
        ("ماء", "مال"),
        ("إدارة", "دار"),
    ],
)
def test_other_words_do_not(one, other):
    assert not any_stems(one) & any_stems(other)


@pytest.mark.parametrize("language", ALGORITHMS)
@pytest.mark.parametrize("word", ["e", "²", "x" * 5000, "é" * 60, "ﷺ", "a1b2", "İ"])
def test_every_word_has_a_stem_that_an_index_can_hold(language, word):
    found = stems(word, language)

    assert found
    assert all(0 < len(stem) <= LONGEST * 4 for stem in found)


def test_what_holds_a_sentence_together_counts_only_alone():
    assert asked_words("Ho ricevuto una lettera di sfratto, la lettera") == ["ricevuto", "lettera", "sfratto"]
    assert asked_words("il la the") == ["il", "la", "the"]
    assert Query("").senses == ()
