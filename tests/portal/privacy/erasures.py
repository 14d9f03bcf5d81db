"""An erasure from the staff's yes to its end, and the hour in between."""

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.privacy import erasing
from portal.privacy.models import UNDER_WAY, ErasureRequest
from portal.tasks.worker import work_off


def confirmed(person):
    """Asked for, thought over and confirmed: it begins as soon as somebody looks."""
    now = timezone.now()
    return ErasureRequest.objects.create(
        person=person, state=ErasureRequest.State.CONFIRMED, asked_at=now, due_at=now, confirmed_at=now
    )


def begun(request):
    """The time to think is over: it begins, and what was on its way may still be."""
    ErasureRequest.objects.filter(pk=request.pk).update(due_at=timezone.now())
    _look(request)
    return request


def ended(request):
    """An hour later."""
    then = timezone.now() - UNDER_WAY
    ErasureRequest.objects.filter(pk=request.pk).exclude(ended_at=None).update(ended_at=then)
    DBTaskResult.objects.filter(status="READY", task_path__endswith="forget_again").update(run_after=then)
    _look(request)
    return request


def carried_out(request):
    return ended(begun(request))


def _look(request) -> None:
    erasing.begin_due()
    work_off()
    request.refresh_from_db()
