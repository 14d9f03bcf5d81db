"""Every string exists in every language, and the tool that says so can say no."""

import gettext
import re
from pathlib import Path

import django
import pytest
from django.core.management import CommandError, call_command

from portal.management.commands import catalogues
from portal.management.commands.catalogues import (
    compile_catalogue,
    merged,
    plural_forms,
    po_path,
    problems_of,
    read_catalogue,
    read_sources,
    write_catalogue,
)
from tests.harness import PACKAGES, ROOT

pytestmark = pytest.mark.once

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext_lazy, npgettext, pgettext_lazy

# Translators: on a button
title = _("Report a " "fault")
flats = ngettext_lazy("%(number)d flat", "%(number)d flats", "number")
watch = pgettext_lazy("on the wrist", "watch")
turns = npgettext("in the laundry", "%(number)d turn", "%(number)d turns", 2)
"""

TEMPLATE = """
{% load i18n %}
<h1>
      {% translate "Good morning" %}
  <p title="{% translate 'second' context "of a minute" %}">{{ name|default:_("Nobody") }}</p>
    {% blocktranslate trimmed with name=person.name %}
      {{ name }} lives
      here: 100 %
    {% endblocktranslate %}
{% blocktranslate trimmed count number=n context "in the cellar" %}
    one key
{% plural %}
    {{ number }} keys
{% endblocktranslate %}
</h1>
"""

ITALIAN = {
    "Report a fault": "Segnala un guasto",
    "%(number)d flat": ("%(number)d alloggio", "%(number)d alloggi"),
    "watch": "orologio",
    "%(number)d turn": ("%(number)d turno", "%(number)d turni"),
    "Good morning": "Buongiorno",
    "second": "secondo",
    "Nobody": "Nessuno",
    "%(name)s lives here: 100 %%": "%(name)s abita qui: 100 %%",
    "one key": ("una chiave", "%(number)s chiavi"),
}


@pytest.fixture
def app(tmp_path):
    """A small app with one module and one template."""
    directory = tmp_path / "laundry"
    (directory / "templates" / "laundry").mkdir(parents=True)
    (directory / "migrations").mkdir()
    (directory / "models.py").write_text(CODE)
    (directory / "migrations" / "0001_initial.py").write_text('from x import _\n_("An old word")\n')
    (directory / "templates" / "laundry" / "page.html").write_text(TEMPLATE)
    return directory


@pytest.fixture
def translated(app):
    """The same app, with a complete Italian catalogue."""
    return translate(app, "it", ITALIAN)


def translate(app, language, translations):
    path = po_path(app, language)
    catalogue = merged(read_sources(app), read_catalogue(path, language))
    for message in catalogue:
        if message.id:
            message.string = translations[message.id if isinstance(message.id, str) else message.id[0]]
    write_catalogue(path, catalogue, language)
    return app


def problems(app, language="it"):
    return list(problems_of(read_sources(app), po_path(app, language), language))


def replace(app, old, new, language="it"):
    path = po_path(app, language)
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))


def test_every_string_of_the_portal_and_its_plugins_is_translated():
    call_command("catalogues", "--check")


@pytest.mark.parametrize("language", ["it", "ar"])
def test_no_two_apps_translate_the_same_words_differently(language):
    """Django merges the catalogues of all apps, and who comes first is read everywhere: what means something else in
    an app needs a context there."""
    said: dict[tuple, dict[str, object]] = {}
    for folder in PACKAGES:
        for message in read_catalogue(po_path(ROOT / folder, language), language):
            if message.id:
                singular = message.id if isinstance(message.id, str) else message.id[0]
                words = said.setdefault((message.context, singular, message.pluralizable), {})
                words[folder] = message.string
    differently = [
        f"{key}: {words}" for key, words in said.items() if len({str(word) for word in words.values()}) > 1
    ]
    assert not differently, "\n".join(differently)


# What ends in كُم without speaking to several people.
MARKS = re.compile("[\u064b-\u0652]")  # of vowels and of doubling
NOT_YOU = {"كم", "وكم", "الإنتركم", "حكم", "الحكم", "تراكم", "محاكم", "المحاكم", "محكم"}


@pytest.mark.parametrize("folder", PACKAGES)
def test_arabic_speaks_to_one_reader_and_not_to_several(folder):
    """The catalogue says أنت: a page that says now أنت and now أنتم seems to be written to two people."""
    several = []
    for message in read_catalogue(po_path(ROOT / folder, "ar"), "ar"):
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        words = {bare for form in forms if message.id for bare in re.findall(r"\w+", MARKS.sub("", form))}
        spoken = {word for word in words if word.endswith("كم") or word in {"أنتم", "وأنتم"}} - NOT_YOU
        several += [f"{word}: {forms[0]}" for word in spoken]
    assert not several, "\n".join(several)


def test_strings_are_found_in_code_and_in_templates(app):
    found = {(message.id, message.context) for message in read_sources(app) if message.id}

    assert found == {
        ("Report a fault", None),
        (("%(number)d flat", "%(number)d flats"), None),
        ("watch", "on the wrist"),
        (("%(number)d turn", "%(number)d turns"), "in the laundry"),
        ("Good morning", None),
        ("second", "of a minute"),
        ("Nobody", None),
        ("%(name)s lives here: 100 %%", None),
        (("one key", "%(number)s keys"), "in the cellar"),
    }


def test_an_untranslated_app_misses_every_string(app):
    assert len(problems(app, "it")) == len(problems(app, "ar")) == len(ITALIAN)


def test_a_translated_app_has_no_problem(translated):
    assert problems(translated) == []


def test_the_command_fails_on_a_planted_string(translated, monkeypatch):
    monkeypatch.setattr(catalogues, "app_directories", lambda labels: [translated])
    monkeypatch.setattr(catalogues, "languages", lambda: ["it"])
    call_command("catalogues", "--check")

    (translated / "views.py").write_text('from x import _\n_("Planted")\n')

    with pytest.raises(CommandError, match=r"laundry/it: missing: 'Planted'"):
        call_command("catalogues", "--check")


def test_a_string_that_nobody_says_any_more_is_obsolete(translated):
    (translated / "models.py").write_text(CODE.replace('"watch"', '"clock"'))

    assert problems(translated) == [
        "missing: 'clock' in the context 'on the wrist'",
        "obsolete: 'watch' in the context 'on the wrist'",
    ]


def test_a_fuzzy_string_does_not_count(translated):
    replace(translated, 'msgid "Nobody"', '#, fuzzy\nmsgid "Nobody"')

    assert problems(translated) == ["fuzzy: 'Nobody'"]


@pytest.mark.parametrize("wrong", ["%(nome)s abita", "%(name)d abita", "Qualcuno abita"])
def test_a_placeholder_must_survive_the_translation(translated, wrong):
    replace(translated, "%(name)s abita", wrong)

    assert len(problems(translated)) == 1
    assert problems(translated)[0].startswith("placeholders differ")


def test_one_may_do_without_the_figure_and_many_may_not(translated):
    replace(translated, "%(number)d alloggio", "un alloggio")
    assert problems(translated) == []

    replace(translated, "%(number)d alloggi", "alcuni alloggi")
    assert problems(translated) == ["placeholders differ (%(number)d): '%(number)d flat'"]


def test_arabic_has_six_plural_forms(app):
    six = tuple(f"%(number)s {form}" for form in ("صفر", "واحد", "اثنان", "قليل", "كثير", "غير ذلك"))
    words = {text: text for text in ITALIAN} | {"one key": six}
    words |= {"%(number)d flat": tuple(text.replace("s", "d", 1) for text in six)}
    words |= {"%(number)d turn": tuple(text.replace("s", "d", 1) for text in six)}
    translate(app, "ar", words)
    assert problems(app, "ar") == []

    replace(app, 'msgstr[5] "%(number)s غير ذلك"\n', "", language="ar")
    assert problems(app, "ar") == ["1 of 6 plural forms missing: 'one key' in the context 'in the cellar'"]


def test_more_plural_forms_than_the_language_has_are_refused(translated):
    replace(
        translated, 'msgstr[1] "%(number)d alloggi"', 'msgstr[1] "%(number)d alloggi"\nmsgstr[2] "troppi"'
    )

    with pytest.raises(CommandError, match="django.po"):
        problems(translated)


def test_a_plural_rule_of_its_own_is_refused(translated):
    replace(translated, "plural=(n != 1)", "plural=(n > 1)")

    assert any(
        "the plural rule should be: nplurals=2; plural=(n != 1)" in problem
        for problem in problems(translated)
    )


def test_an_update_keeps_what_is_translated_and_guesses_nothing(translated):
    (translated / "models.py").write_text(CODE + '_("Report a fault now")\n')
    path = po_path(translated, "it")

    write_catalogue(path, merged(read_sources(translated), read_catalogue(path, "it")), "it")

    assert read_catalogue(path, "it")["Report a fault"].string == "Segnala un guasto"
    assert read_catalogue(path, "it")["Report a fault now"].string == ""
    assert problems(translated) == ["missing: 'Report a fault now'"]


def test_an_update_without_news_changes_no_byte(translated):
    path = po_path(translated, "it")
    before = path.read_bytes()

    (translated / "models.py").write_text("\n\n\n" + CODE)
    write_catalogue(path, merged(read_sources(translated), read_catalogue(path, "it")), "it")

    assert path.read_bytes() == before
    assert b"Date" not in before


def test_what_is_compiled_speaks_with_plurals_and_contexts(translated):
    path = po_path(translated, "it")

    assert compile_catalogue(path, "it")
    assert not compile_catalogue(path, "it"), "nothing has changed since"

    with path.with_suffix(".mo").open("rb") as file:
        italian = gettext.GNUTranslations(file)
    assert italian.gettext("Report a fault") == "Segnala un guasto"
    assert italian.ngettext("%(number)d flat", "%(number)d flats", 2) == "%(number)d alloggi"
    assert italian.npgettext("in the cellar", "one key", "%(number)s keys", 1) == "una chiave"
    assert italian.pgettext("of a minute", "second") == "secondo"


def test_the_arabic_forms_are_counted_like_djangos_own():
    rule = gettext.c2py(plural_forms("ar").split("plural=")[1])
    django_ar = Path(django.__file__).parent / "conf" / "locale" / "ar" / "LC_MESSAGES" / "django.mo"
    with django_ar.open("rb") as file:
        djangos = gettext.GNUTranslations(file).plural

    assert [rule(n) for n in range(1000)] == [djangos(n) for n in range(1000)]


def test_the_command_says_what_it_can_do():
    with pytest.raises(CommandError, match="--update, --check, --compile"):
        call_command("catalogues")


def test_an_app_that_does_not_exist_is_named():
    with pytest.raises(CommandError, match="'laundry'"):
        call_command("catalogues", "laundry", "--check")


def test_no_string_is_marked_under_a_name_that_is_not_read():
    """What is imported as another name than `_` stays English for everybody, and nothing says so."""
    imported = re.compile(r"\b[np]*gettext(?:_lazy)? as (\w+)")
    files = [path for app in PACKAGES for path in (ROOT / app).rglob("*.py")]
    names = {
        (path.name, name) for path in files for name in imported.findall(path.read_text(encoding="utf-8"))
    }
    assert {found for found in names if found[1] not in catalogues.KEYWORDS} == set()
