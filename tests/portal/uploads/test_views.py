"""Who sees a photo, and how it is served."""

import io
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from PIL import Image

from portal.uploads.models import Photo, claim
from tests.portal.uploads.pictures import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(tenant):
    return Photo.keep(photo(size=(900, 600)), owner=tenant, draft=uuid4(), limit=5)


@pytest.fixture
def attached(kept, tenant, target):
    claim(kept.draft, tenant, target)
    return kept


def visit(client, user, address, **headers):
    client.logout()
    if user:
        client.force_login(user)
    return client.get(address, headers=headers)


def both(photo):
    return [photo.get_absolute_url(), photo.small_url]


def test_a_drafts_photo_is_its_owners_alone(client, kept, tenant, neighbour, target):
    for address in both(kept):
        assert visit(client, tenant, address).status_code == 200
        assert visit(client, neighbour, address).status_code == 404


def test_an_attached_photo_is_seen_by_whoever_may_see_its_target(
    client, attached, tenant, neighbour, stranger
):
    for address in both(attached):
        assert visit(client, tenant, address).status_code == 200
        assert visit(client, neighbour, address).status_code == 200
        assert visit(client, stranger, address).status_code == 404


def test_who_may_no_longer_see_the_target_does_not_see_its_photos_not_even_own_ones(
    client, attached, tenant, monkeypatch
):
    import rules.permissions

    monkeypatch.setitem(rules.permissions.permissions, "portal.view_municipality", rules.always_false)
    assert visit(client, tenant, attached.get_absolute_url()).status_code == 404


def test_when_the_target_is_gone_nobody_sees_the_photo(client, attached, tenant, target):
    target.delete()
    assert visit(client, tenant, attached.get_absolute_url()).status_code == 404


def test_foreign_and_missing_answer_the_same(client, attached, stranger):
    foreign = visit(client, stranger, attached.get_absolute_url())
    missing = visit(client, stranger, f"/photos/{uuid4()}/")
    assert foreign.status_code == missing.status_code == 404
    without_tokens = [
        response.content.replace(response.wsgi_request.path.encode(), b"") for response in (foreign, missing)
    ]
    assert without_tokens[0] == without_tokens[1]
    assert set(foreign.headers) == set(missing.headers)


def test_a_visitor_is_led_to_sign_in_whether_the_photo_exists_or_not(client, attached):
    for address in [*both(attached), f"/photos/{uuid4()}/"]:
        response = visit(client, None, address)
        assert response.status_code == 302
        assert response.url.endswith(f"?next={address}")


def test_the_answer_is_a_picture_and_can_be_nothing_else(client, kept, tenant):
    large, small = (visit(client, tenant, address) for address in both(kept))
    for response, size in ((large, (900, 600)), (small, (480, 320))):
        assert Image.open(io.BytesIO(response.content)).size == size
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("inline;")
        assert "sandbox" in response["Content-Security-Policy"]
        assert "private" in response["Cache-Control"]
    assert kept.small_size == (480, 320)


def test_a_browser_asks_again_each_time_and_gets_no_bytes_twice(client, attached, tenant, stranger):
    address = attached.get_absolute_url()
    etag = visit(client, tenant, address)["ETag"]
    again = visit(client, tenant, address, if_none_match=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert visit(client, stranger, address, if_none_match=etag).status_code == 404


def test_a_photo_is_only_read(client, attached, tenant):
    client.force_login(tenant)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(attached.get_absolute_url()).status_code == 405


def test_a_file_that_a_backup_did_not_bring_back_is_missing_and_no_crash(client, kept, tenant):
    kept.file.storage.delete(kept.file.name)
    assert visit(client, tenant, kept.get_absolute_url()).status_code == 404


def test_the_files_have_no_address_and_names_that_say_nothing(kept, tenant, media):
    assert str(tenant.pk) != kept.file.name
    assert kept.file.path.startswith(str(media))
    assert "photo.jpg" not in kept.file.name
    with pytest.raises(ValueError, match="not accessible via a URL"):
        _ = kept.file.url
    assert oct(media.joinpath(*kept.file.path.split("/")[-2:]).stat().st_mode)[-3:] == "600"


def test_a_page_shows_photos_with_one_query_and_a_name_each(
    attached, tenant, target, neighbour, django_assert_num_queries
):
    described = Photo.keep(photo(), owner=neighbour, draft=uuid4(), limit=5)
    Photo.objects.filter(pk=described.pk).update(alt="The lamp on the second floor")
    claim(described.draft, neighbour, target)
    photos = Photo.objects.attached_to(target)
    with django_assert_num_queries(1):
        page = render_to_string("portal/uploads/photos.html", {"photos": photos})
    assert page.index(attached.small_url) < page.index(described.small_url)
    assert attached.get_absolute_url() in page
    assert 'alt="The lamp on the second floor"' in page
    assert page.count("alt=") == 2
    assert 'alt=""' not in page
    assert "<ul" not in render_to_string("portal/uploads/photos.html", {"photos": []})
