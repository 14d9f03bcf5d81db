"""What somebody looked for, marked where it stands."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.extensions.words import WORD, wanted, words_of


def highlighted(text: str, query: str) -> SafeString:
    """The text, escaped, with the words that the query means in <mark>: "perdita" marks «perdite», too."""
    words = wanted(query)
    if not words:
        return format_html("{}", text)
    pieces, end = [], 0
    for word in WORD.finditer(text):
        if any(folded.startswith(tuple(words)) for folded in words_of(word.group())):
            pieces += [(text[end : word.start()], word.group())]
            end = word.end()
    marked = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}", marked, text[end:])
