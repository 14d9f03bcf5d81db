"""Files come by the event loop; a page goes straight on, in the thread in which it came."""

import asyncio
import threading

import pytest
from django.http import HttpResponse

from portal.ui.static_files import StaticFilesMiddleware


@pytest.fixture
def seen():
    return []


@pytest.fixture
def middleware(tmp_path, seen):
    def page(request):
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        seen.append(threading.get_ident())
        return HttpResponse("page")

    made = StaticFilesMiddleware(page)
    style = tmp_path / "a.css"
    style.write_text("b { color: red }")
    made.static.autorefresh = False
    made.static.add_file_to_dictionary("/static/a.css", str(style))
    return made


def test_a_page_stays_in_its_thread(middleware, rf, seen):
    assert middleware(rf.get("/casa/")).content == b"page"
    assert seen == [threading.get_ident()]


def test_a_file_is_served_and_no_page_is_asked(middleware, rf, seen):
    answer = middleware(rf.get("/static/a.css"))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/css")
    assert seen == []
