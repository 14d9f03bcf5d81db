from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from .models import Photo


@login_required  # before all else: an anonymous visitor learns nothing about what exists
@require_safe
def photo(request, pk, size="large"):
    found = Photo.objects.select_related("content_type").filter(pk=pk).first()
    if found is None or not found.visible_to(request.user) or not found.is_open_to(request):
        raise Http404
    try:
        # Not a FileResponse: under ASGI that is read in one piece as well, with a warning. The file is ours, and small.
        with (found.small if size == "small" else found.file).open() as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    # A photo never changes, but who may see it does: browsers ask again each time, and get 304 without the bytes.
    etag = f'"{found.pk}-{size}"'
    response = HttpResponse(
        content,
        content_type="image/jpeg",
        headers={
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'inline; filename="{found.pk}.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
    return get_conditional_response(request, etag=etag, response=response)
