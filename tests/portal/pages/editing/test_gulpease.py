"""The figure for how easily Italian is read, by hand and by the portal."""

import pytest

from portal.pages.editing.gulpease import measure

EASY = [
    "La casa è tua. Paghi ogni mese. Se non puoi, chiama noi.",
    "Noi ti aiutiamo. Vieni il lunedì con un documento.",
]
HARD = [
    "La sottoscrizione dell'accordo territoriale costituisce condizione imprescindibile ai fini dell'ottenimento "
    "delle agevolazioni fiscali espressamente previste dalla vigente normativa regionale concernente la "
    "riqualificazione del patrimonio immobiliare inutilizzato."
]


def test_the_formula_by_hand():
    # 20 words of 5 letters in 2 sentences: 89 + (600 - 1000) / 20.
    text = " ".join(["gatto"] * 10) + ". " + " ".join(["gatto"] * 10) + "."
    found = measure([text])
    assert (found.words, found.sentences, found.index) == (20, 2, 69)


def test_plain_words_are_easy_and_an_offices_words_are_hard():
    assert measure(EASY).index >= 80
    assert measure(HARD).index < 40


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Costa 8.000 € in tutto.", 1),
        ("Vai su www.abitare.example e leggi.", 1),
        ("Hai tempo? Sì! Allora vieni…", 3),
        ("Detto «no.» E poi basta.", 2),
        ("…", 0),
        ("", 0),
    ],
)
def test_where_a_sentence_ends(text, sentences):
    assert measure([text]).sentences == sentences


def test_items_of_a_list_are_sentences_of_their_own():
    item = "un documento valido e il codice fiscale"
    assert measure([item] * 4).sentences == 4


def test_of_a_few_words_it_says_nothing():
    assert measure(["Vetro"]).index is None


def test_the_hardest_sentences_are_shown():
    ((sentence, words),) = measure([*EASY, *HARD]).hard
    assert sentence == HARD[0]
    assert words > 25


def test_the_hardest_come_first_and_are_few():
    longer = " ".join(["appartamento"] * 12) + "."
    shorter = " ".join(["abitazione"] * 12) + "."
    short = " ".join(["casa"] * 12) + "."
    found = measure([short, shorter, longer, shorter, shorter]).hard
    assert [sentence for sentence, _words in found] == [longer, shorter, shorter]


def test_a_short_sentence_is_not_told_of_for_a_long_word():
    assert measure(["Precipitevolissimevolmente.", *EASY]).hard == []
