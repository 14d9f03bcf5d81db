"""What somebody looked for, marked where it stands."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.extensions.queries import Query
from portal.extensions.stems import any_stems, is_stop_word
from portal.extensions.words import WORD, folded


def highlighted(text: str, query: str) -> SafeString:
    """The text, escaped, with the words that the query means in <mark>: "perdita" marks «perdite», too, and whatever
    an editor has said means the same."""
    words = list(Query.of(query).words())
    if not words:
        return format_html("{}", text)
    stems = frozenset().union(*map(any_stems, words))
    # What is still being typed begins a word.
    begun = tuple(folded(word) for word in words if not is_stop_word(word))
    pieces, end = [], 0
    for word in WORD.finditer(text):
        if any_stems(word.group()) & stems or folded(word.group()).startswith(begun):
            pieces += [(text[end : word.start()], word.group())]
            end = word.end()
    marked = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}", marked, text[end:])
