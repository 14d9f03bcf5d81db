import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from portal.access import has_stepped_up
from portal.sealing import KeyMissing, NoMasterKey, Unreadable

from .models import Photo, VoiceNote

ONE_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


@login_required  # before all else: an anonymous visitor learns nothing about what exists
@require_safe
def photo(request, pk, size="large"):
    found = _found(Photo, request, pk)
    name = "small" if size == "small" else "file"
    return _shown(request, found, name, etag=f'"{found.pk}-{size}"', content_type="image/jpeg")


@login_required
@require_safe
def voice_note(request, pk):
    found = _found(VoiceNote, request, pk)
    answer = _shown(request, found, "file", etag=f'"{found.pk}"', content_type="audio/mp4")
    return _ranged(request, answer)


def _found(kind, request, pk):
    found = kind.objects.select_related("content_type").filter(pk=pk).first()
    if found is None or not found.visible_to(request.user) or not found.is_open_to(request):
        raise Http404
    # What was told in confidence is not for whoever holds the phone. A form that was not sent yet shows its own.
    if found.key and found.content_type_id is not None and not has_stepped_up(request):
        raise Http404
    return found


def _shown(request, found, name, *, etag, content_type):
    try:
        # Not a FileResponse: under ASGI that is read in one piece as well, with a warning. The file is ours, and small.
        content = found.content(name)
    except (FileNotFoundError, KeyMissing, NoMasterKey, Unreadable):
        raise Http404 from None
    # It never changes, but who may see it does: browsers ask again each time, and get 304 without the bytes.
    response = HttpResponse(
        content,
        content_type=content_type,
        headers={
            "ETag": etag,
            # What is told in confidence stays on no phone.
            "Cache-Control": "private, no-store" if found.key else "private, no-cache",
            "Content-Disposition": f'inline; filename="{found.pk}.{found.extension}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
    return get_conditional_response(request, etag=etag, response=response)


def _ranged(request, answer):
    """The part of the file that was asked for: Safari plays nothing that cannot be had in parts.

    Several ranges in one request nobody needs to play a sound: they get it all, as RFC 9110 allows.
    """
    answer.headers["Accept-Ranges"] = "bytes"
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if answer.status_code != 200 or asked is None or asked.groups() == ("", ""):
        return answer
    if request.headers.get("If-Range", answer.headers["ETag"]) != answer.headers["ETag"]:
        return answer
    total = len(answer.content)
    first, last = asked.groups()
    start = int(first) if first else max(0, total - int(last))
    end = min(int(last), total - 1) if first and last else total - 1
    if start > end:
        answer.status_code, answer.content = 416, b""
        answer.headers["Content-Range"] = f"bytes */{total}"
    else:
        answer.status_code, answer.content = 206, answer.content[start : end + 1]
        answer.headers["Content-Range"] = f"bytes {start}-{end}/{total}"
    return answer
