"""Pages that were written in two languages elsewhere, told to wagtail-localize as a source and its translation.

From then on it is as if somebody had put the one into the other in the admin: the editor of the translation shows the
texts side by side, and what changes in the source is asked for again, that and nothing else.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    String,
    StringSegment,
    StringTranslation,
    Template,
    TemplateSegment,
    TranslatableObject,
    Translation,
    TranslationContext,
    TranslationSource,
    get_schema_version,
)
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.extract import extract_segments

_ID = re.compile(r'(<a\b[^>]*\bid=")([^"]+)(")')


class NotAlike(ValueError):
    """The two pages are not built alike: what stands on the one is no translation of what stands on the other."""


def same_ids(page: Page) -> None:
    """Give the blocks of a page numbers that its translation, built alike, gets as well. The page is not saved."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            _number(getattr(page, field.name), page.translation_key, field.name)


def _number(value: Any, space: uuid.UUID, path: str) -> None:
    if isinstance(value, StreamValue | ListValue):
        children = value if isinstance(value, StreamValue) else value.bound_blocks
        for place, child in enumerate(children):
            here = f"{path}/{place}"
            child.id = str(uuid.uuid5(space, here))
            _number(child.value, space, here)
    elif isinstance(value, StructValue):
        for name, child in value.items():
            _number(child, space, f"{path}/{name}")


@transaction.atomic
def forget_pages() -> None:
    """Every source, its translations and their words: whoever throws all pages away begins anew with these, too."""
    of_pages = Q(context__object__content_type=ContentType.objects.get_for_model(Page))
    for model in (StringTranslation, SegmentOverride, StringSegment, TemplateSegment, OverridableSegment):
        model.objects.filter(of_pages).delete()
    TranslatableObject.objects.filter(content_type=ContentType.objects.get_for_model(Page)).delete()


@dataclass
class _Pair:
    source: Page
    version: Page
    segments: list
    translated: list[str]  # of the strings among the segments, in their order
    elsewhere: dict[str, Any]  # path of a link → to where the translation links instead


@transaction.atomic
def join(pairs: Iterable[tuple[Page, Page]]) -> None:
    """(source, its translation), both saved, with the same ids in their blocks, and nothing for wagtail-localize yet.

    Asks the database as often for many pages as for few. Raises NotAlike, naming the page and the place.
    """
    read = [_read(source, version) for source, version in pairs]
    if not read:
        return
    now = timezone.now()
    pages = ContentType.objects.get_for_model(Page)
    schemas = {label: get_schema_version(label) for label in {pair.source._meta.app_label for pair in read}}
    TranslatableObject.objects.bulk_create(
        [
            TranslatableObject(translation_key=pair.source.translation_key, content_type=pages)
            for pair in read
        ],
        ignore_conflicts=True,
    )
    sources = TranslationSource.objects.bulk_create(
        TranslationSource(
            object_id=pair.source.translation_key,
            specific_content_type=ContentType.objects.get_for_model(type(pair.source)),
            locale_id=pair.source.locale_id,
            object_repr=str(pair.source)[:200],
            content_json=pair.source.to_json(),
            schema_version=schemas[pair.source._meta.app_label],
            last_updated_at=now,
        )
        for pair in read
    )
    Translation.objects.bulk_create(
        Translation(source=source, target_locale_id=pair.version.locale_id)
        for source, pair in zip(sources, read, strict=True)
    )
    contexts = _contexts(read)
    strings = _strings(read)
    templates = _templates(read)
    rows = defaultdict(list)
    for source, pair in zip(sources, read, strict=True):
        words = iter(pair.translated)
        for segment in pair.segments:
            context = contexts[source.object_id, segment.path]
            at = {"source": source, "context": context, "order": segment.order}
            if isinstance(segment, StringSegmentValue):
                string = strings[source.locale_id, segment.string.data]
                attrs = json.dumps(segment.attrs, cls=DjangoJSONEncoder)
                rows[StringSegment].append(StringSegment(**at, string=string, attrs=attrs))
                rows[StringTranslation].append(
                    StringTranslation(
                        translation_of=string,
                        locale_id=pair.version.locale_id,
                        context=context,
                        data=next(words),
                        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                    )
                )
            elif isinstance(segment, TemplateSegmentValue):
                rows[TemplateSegment].append(TemplateSegment(**at, template=templates[segment.template]))
            elif isinstance(segment, OverridableSegmentValue):
                data = json.dumps(segment.data, cls=DjangoJSONEncoder)
                rows[OverridableSegment].append(OverridableSegment(**at, data_json=data))
                if segment.path in pair.elsewhere:
                    data = json.dumps(pair.elsewhere[segment.path], cls=DjangoJSONEncoder)
                    rows[SegmentOverride].append(
                        SegmentOverride(locale_id=pair.version.locale_id, context=context, data_json=data)
                    )
    # What stands twice at one place, two equal items of a list, is translated once.
    alike = {(row.translation_of_id, row.context_id): row for row in rows[StringTranslation]}
    rows[StringTranslation] = list(alike.values())
    for model, found in rows.items():
        model.objects.bulk_create(found)


def _read(source: Page, version: Page) -> _Pair:
    segments, theirs = extract_segments(source), extract_segments(version)
    pair = _Pair(source, version, segments, [], {})
    addresses: dict[str, str] = {}  # of the translation → of the source, within one text
    for mine, other in zip_longest(segments, theirs):
        if mine is None or other is None or _build(mine) != _build(other):
            raise NotAlike(f"{source.title}: {mine!r} is not built like {other!r}")
        if isinstance(mine, OverridableSegmentValue) and mine.data != other.data:
            pair.elsewhere[mine.path] = other.data
            addresses[other.data] = mine.data
    for mine, other in zip(segments, theirs, strict=True):
        if isinstance(mine, StringSegmentValue):
            pair.translated.append(_words(source, mine, other, addresses))
    return pair


def _build(segment: Any) -> tuple[type, str, str]:
    """What is the same in every language: the kind, the place, the marks. A link's place is named by its address."""
    if isinstance(segment, OverridableSegmentValue):
        return type(segment), segment.path.partition(".'")[0], ""
    return type(segment), segment.path, getattr(segment, "template", "")


def _words(
    page: Page, source: StringSegmentValue, version: StringSegmentValue, addresses: dict[str, str]
) -> str:
    """What is said, with the source's names for the links: another language may name them in another order."""
    if version.attrs == source.attrs:
        return version.string.data
    names = {json.dumps(attrs, sort_keys=True): name for name, attrs in (source.attrs or {}).items()}

    def named(match: re.Match[str]) -> str:
        attrs = dict((version.attrs or {})[match[2]])
        if "href" in attrs:
            attrs["href"] = addresses.get(attrs["href"], attrs["href"])
        name = names.get(json.dumps(attrs, sort_keys=True))
        if name is None:
            raise NotAlike(f"{page.title}: the source has no link to {attrs}")
        return f"{match[1]}{name}{match[3]}"

    return _ID.sub(named, version.string.data)


def _contexts(read: list[_Pair]) -> dict[tuple[uuid.UUID, str], TranslationContext]:
    made: dict[tuple[uuid.UUID, str], TranslationContext] = {}
    for pair in read:
        for segment in pair.segments:
            key = (pair.source.translation_key, segment.path)
            if key not in made:
                made[key] = TranslationContext(
                    object_id=key[0], path=segment.path, path_id=TranslationContext._get_path_id(segment.path)
                )
    TranslationContext.objects.bulk_create(made.values())
    return made


def _strings(read: list[_Pair]) -> dict[tuple[int, str], String]:
    """By language and words. What has been said somewhere already is the same string."""
    wanted = {
        (pair.source.locale_id, segment.string.data): String._get_data_hash(segment.string.data)
        for pair in read
        for segment in pair.segments
        if isinstance(segment, StringSegmentValue)
    }
    String.objects.bulk_create(
        [String(locale_id=locale, data=data, data_hash=digest) for (locale, data), digest in wanted.items()],
        ignore_conflicts=True,
    )
    found = {}
    for rows in _in_parts(String.objects.all(), "data_hash", list(wanted.values())):
        found |= {(row.locale_id, row.data): row for row in rows}
    return found


def _templates(read: list[_Pair]) -> dict[str, Template]:
    space = uuid.uuid5(Template.BASE_UUID_NAMESPACE, "html")
    wanted = {
        segment.template: segment
        for pair in read
        for segment in pair.segments
        if isinstance(segment, TemplateSegmentValue)
    }
    Template.objects.bulk_create(
        [
            Template(
                uuid=uuid.uuid5(space, html),
                template=html,
                template_format=segment.format,
                string_count=segment.string_count,
            )
            for html, segment in wanted.items()
        ],
        ignore_conflicts=True,
    )
    return {row.template: row for row in Template.objects.filter(template__in=wanted)}


def _in_parts(found: models.QuerySet, name: str, values: list, size: int = 500) -> Iterable[models.QuerySet]:
    for start in range(0, len(values), size):
        yield found.filter(**{f"{name}__in": values[start : start + size]})
