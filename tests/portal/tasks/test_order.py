"""In which order what waits is done."""

import pytest
from django_tasks_db.models import DBTaskResult
from wagtail.tasks import update_reference_index_task

from portal.tasks import background

pytestmark = pytest.mark.django_db


@background()
def send(number):
    """Somebody waits for it."""


def test_who_waits_for_a_code_does_not_wait_until_every_page_is_indexed():
    for page in range(3):
        update_reference_index_task.enqueue("wagtailcore", "page", page)
    send.enqueue(1)

    assert [row.task_path.rpartition(".")[2] for row in DBTaskResult.objects.ready()][0] == "send"
