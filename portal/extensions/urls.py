from __future__ import annotations

from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, include, path

from .registry import Declaration, declared, register


@dataclass(frozen=True, kw_only=True)
class UrlInclude(Declaration):
    """A plugin's addresses. `translated` ones carry the language (`/en/…`, none for Italian), others never do."""

    module: str
    translated: bool = True


def urls(prefix: str, module: str, *, translated: bool = True) -> UrlInclude:
    """Declare that the addresses of `module` begin with `prefix` ("manutenzione/")."""
    include_ = UrlInclude(key=prefix, module=module, translated=translated)
    register(include_)
    return include_


def included_urls(*, translated: bool) -> list[URLPattern | URLResolver]:
    return [path(u.key, include(u.module)) for u in declared(UrlInclude) if u.translated == translated]
