"""All that concerns a person, as one ZIP: JSON for machines, the files, and a page for the person.

index.html                    what a person reads, in their language; needs nothing from the net
data/<app.Model>.json         {"key", "what", "reason", "kept_days", "rows": [...]}
files/<app.Model>/<name>      photos and documents, as they are kept
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from portal.extensions import PersonalData, declared
from portal.tasks import background

from .models import DataExport
from .page import Section, page


@background(attempts=5)
def make_export(pk: str) -> None:
    """Made from the beginning by whichever worker takes it up; a file that nobody's row names is swept away later."""
    export = DataExport.objects.under_way().select_related("person").filter(pk=pk).first()
    if export is None or not export.says(0):
        return
    with tempfile.TemporaryFile() as file:
        if not write(file, export.person, language=export.language, says=export.says):
            return
        size = file.tell()
        file.seek(0)
        field = export.file
        field.save("", File(file), save=False)
    try:
        finished = export.finish(field.name, size)
    except BaseException:
        field.storage.delete(field.name)
        raise
    if not finished:
        field.storage.delete(field.name)


def write(
    file: Any, person: Any, *, language: str, says: Callable[[int], bool] = lambda percent: True
) -> bool:
    """Write the archive; `says` hears how many percent are done and may call it off, which gives False."""
    entries = declared(PersonalData)
    sections = []
    with translation.override(language), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, data in enumerate(entries, start=1):
            sections.append(_write_entry(archive, data, person))
            if not says(done * 99 // len(entries)):
                return False
        archive.writestr("index.html", page(person, sections))
    return True


def title_of(data: PersonalData) -> str:
    """What the kind of data is called, as its app calls it."""
    name = str(data.title or apps.get_model(data.key)._meta.verbose_name_plural)
    return name[:1].upper() + name[1:]


def _write_entry(archive: zipfile.ZipFile, data: PersonalData, person: Any) -> Section:
    rows = list(data.export(person))
    told = {
        "key": data.key,
        "what": title_of(data),
        "reason": str(data.reason),
        "kept_days": data.retention.days if data.retention else None,
        "rows": rows,
    }
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    archive.writestr(f"data/{data.key}.json", text)
    files = {}
    for personal in data.files(person) if data.files else ():
        name = f"files/{data.key}/{personal.name}"
        try:
            with personal.open() as source, archive.open(name, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError:
            continue
        files[personal.name] = name
    # As it stands in the JSON: dates and numbers become text there.
    return Section(title=title_of(data), data=data, rows=json.loads(text)["rows"], person=person, files=files)
