"""Translations without the gettext tools, which a fresh machine does not have: Babel reads and compiles.

Each app keeps its own `locale/<language>/LC_MESSAGES/django.po`. English is what the sources say and has no catalogue.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, write_po
from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation.template import templatize

SOURCE_LANGUAGE = "en"
ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = {".html", ".txt", ".svg", ".xml"}
NOT_READ = {"migrations", "locale", "static"}

KEYWORDS = {
    name + lazy: spec
    for name, spec in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"_": None, "gettext_noop": None}

# Babel counts the last two Arabic forms the other way round than Django and every translator's tool.
PLURAL_FORMS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5"
}

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)(?:%%)*%[sd]\b|\{\w*\}")


class Command(BaseCommand):
    help = (
        "Read the strings of the sources into the catalogues, look whether these are complete, compile them."
    )
    # Runs before there is a database, and while half of the code is being written.
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("apps", nargs="*", help="labels; all apps of this checkout when none is given")
        parser.add_argument(
            "--update", action="store_true", help="write what the sources say into the .po files"
        )
        parser.add_argument(
            "--check", action="store_true", help="fail when a string is missing, fuzzy or wrong"
        )
        parser.add_argument(
            "--compile", action="store_true", help="write the .mo files that are older than .po"
        )

    def handle(self, **options) -> None:
        if not (options["update"] or options["check"] or options["compile"]):
            raise CommandError("Say what to do: --update, --check, --compile.")
        problems = []
        for directory in app_directories(options["apps"]):
            sources = read_sources(directory) if options["update"] or options["check"] else None
            for language in languages():
                path = po_path(directory, language)
                if options["update"]:
                    write_catalogue(path, merged(sources, read_catalogue(path, language)), language)
                if options["check"]:
                    name = f"{directory.name}/{language}"
                    problems += [f"{name}: {problem}" for problem in problems_of(sources, path, language)]
                if options["compile"] and path.exists() and compile_catalogue(path, language):
                    self.stdout.write(f"compiled {path.relative_to(directory.parent)}")
        if problems:
            raise CommandError("\n".join([*problems, f"{len(problems)} problems in the catalogues"]))
        if options["check"]:
            self.stdout.write("The catalogues are complete.")


# -- Where ------------------------------------------------------------------------------------------------------------


def app_directories(labels: list[str] | tuple[str, ...] = ()) -> list[Path]:
    """The apps that stand next to the portal in this checkout, or those named. Raises CommandError for another."""
    try:
        chosen = [apps.get_app_config(label) for label in labels] or [
            config for config in apps.get_app_configs() if Path(config.path).parent == ROOT
        ]
    except LookupError as error:
        raise CommandError(str(error)) from None
    return sorted(Path(config.path) for config in chosen)


def languages() -> list[str]:
    """The languages that need a catalogue."""
    return [code for code, _ in settings.LANGUAGES if code != SOURCE_LANGUAGE]


def po_path(directory: Path, language: str) -> Path:
    return directory / "locale" / language / "LC_MESSAGES" / "django.po"


def plural_forms(language: str) -> str:
    return PLURAL_FORMS.get(language) or get_plural(language).plural_forms.rstrip(";")


# -- Reading ----------------------------------------------------------------------------------------------------------


def read_sources(directory: Path) -> Catalog:
    """All strings that the app's code and templates mark for translation."""
    catalogue = Catalog()
    for path, content in _sources(directory):
        found = extract("python", io.BytesIO(content), KEYWORDS, ("Translators",), strip_comment_tags=True)
        for _lineno, message, comments, context in found:
            if message:
                where = path.relative_to(directory.parent).as_posix()
                catalogue.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalogue


def _sources(directory: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file with what Babel's reader of Python can read."""
    for path in sorted(directory.rglob("*")):
        inside = path.relative_to(directory).parts
        if NOT_READ.intersection(inside) or not path.is_file():
            continue
        if path.suffix == ".py":
            yield path, path.read_bytes()
        elif "templates" in inside and path.suffix in TEMPLATES:
            yield path, _as_python(path)


def _as_python(path: Path) -> bytes:
    """A template as calls of gettext. Its indentation would be an error in Python, so every line loses it."""
    try:
        code = templatize(
            path.read_text(), origin=str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
        )
    except SyntaxError as error:
        raise CommandError(str(error)) from None
    return "\n".join(line.strip() for line in code.splitlines()).encode()


def read_catalogue(path: Path, language: str) -> Catalog:
    """The catalogue as it stands; empty when there is none. Raises CommandError for one that cannot be read."""
    if not path.exists():
        return _empty(language)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)
    except PoFileError as error:
        raise CommandError(f"{path}: {error}") from None


def _empty(language: str) -> Catalog:
    with io.BytesIO(_header(language).encode()) as file:
        return read_po(file, locale=language)


# -- Writing ----------------------------------------------------------------------------------------------------------


def merged(sources: Catalog, catalogue: Catalog) -> Catalog:
    """What the sources say now, with the translations that there are. Nothing is guessed from a similar string."""
    result = Catalog(locale=catalogue.locale)
    for message in sources:
        if not message.id:
            continue
        old = catalogue.get(message.id, message.context)
        kept = message.clone()
        if old is not None and _strings(old.id) == _strings(message.id):
            kept.string = old.string
            kept.user_comments = old.user_comments
            kept.flags |= old.flags & {"fuzzy"}
        result[message.id] = kept
    return result


def write_catalogue(path: Path, catalogue: Catalog, language: str) -> None:
    """Sorted, unwrapped, without dates and line numbers: a difference shows what somebody translated, nothing else."""
    for message in catalogue:
        if message.pluralizable:
            forms = _strings(message.string)
            message.string = (*forms, *[""] * (_forms(language) - len(forms)))
    with io.BytesIO() as body:
        write_po(body, catalogue, width=0, sort_output=True, omit_header=True, include_lineno=False)
        content = _header(language).encode() + b"\n" + body.getvalue().strip() + b"\n"
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)


def _header(language: str) -> str:
    lines = (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {plural_forms(language)};",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines)


def compile_catalogue(path: Path, language: str) -> bool:
    """Write the .mo next to a .po that is newer; returns whether there was something to do."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
        return False
    with io.BytesIO() as compiled:
        write_mo(compiled, read_catalogue(path, language))
        _replace(target, compiled.getvalue())
    return True


def _replace(path: Path, content: bytes) -> None:
    """A portal that starts at this moment reads the old file or the new one, never half of it."""
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(path)


# -- Checking ---------------------------------------------------------------------------------------------------------


def problems_of(sources: Catalog, path: Path, language: str) -> Iterator[str]:
    """What keeps the catalogue from being complete and true, one readable line each."""
    catalogue = read_catalogue(path, language)
    if path.exists() and _rule(catalogue.plural_forms) != _rule(plural_forms(language)):
        yield f"the plural rule should be: {plural_forms(language)}"
    for message in sources:
        if not message.id:
            continue
        translation = catalogue.get(message.id, message.context)
        if translation is None:
            yield f"missing: {_name(message)}"
        else:
            yield from _problems_of_translation(message, translation, language)
    for message in catalogue:
        if message.id and sources.get(message.id, message.context) is None:
            yield f"obsolete: {_name(message)}"


def _problems_of_translation(message: Message, translation: Message, language: str) -> Iterator[str]:
    forms = _strings(translation.string)
    if message.pluralizable != translation.pluralizable:
        yield f"out of date (one of the two has a plural): {_name(message)}"
    elif not any(forms):
        yield f"missing: {_name(message)}"
    elif not all(forms):
        yield f"{forms.count('')} of {len(forms)} plural forms missing: {_name(message)}"
    elif translation.fuzzy:
        yield f"fuzzy: {_name(message)}"
    elif message.pluralizable and message.id[1] != translation.id[1]:
        yield f"out of date (the plural reads otherwise): {_name(message)}"
    else:
        wanted = set().union(*(_placeholders(text) for text in _strings(message.id)))
        for place, form in enumerate(forms):
            has = _placeholders(form)
            # "One flat", "two flats" may do without the figure; the last form is the one for all numbers.
            may_miss = message.pluralizable and place < len(forms) - 1
            if has - wanted or (wanted - has and not may_miss):
                wrong = ", ".join(sorted(has ^ wanted))
                yield f"placeholders differ ({wrong}): {_name(message)}"


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _forms(language: str) -> int:
    return int(re.search(r"nplurals\s*=\s*(\d+)", plural_forms(language))[1])


def _rule(plural: str) -> str:
    return re.sub(r"[\s();]", "", plural)


def _strings(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _name(message: Message) -> str:
    text = repr(_strings(message.id)[0])
    return f"{text} in the context {message.context!r}" if message.context else text
