"""Wagtail's admin without its mails about reviews: the house tells of them, as each person wants to hear of news."""

from wagtail.admin.apps import WagtailAdminAppConfig

# Of a person's choices in Wagtail, those that would choose nothing any more.
CHOSEN_ELSEWHERE = ("submitted_notifications", "approved_notifications", "rejected_notifications")


class AdminAppConfig(WagtailAdminAppConfig):
    def ready(self) -> None:
        super().ready()

        from wagtail.admin.forms.account import NotificationPreferencesForm
        from wagtail.admin.views.account import NotificationsSettingsPanel
        from wagtail.models import TaskState, WorkflowState
        from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

        task_submitted.disconnect(
            sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification"
        )
        for signal, what in (
            (workflow_submitted, "submitted"),
            (workflow_rejected, "rejected"),
            (workflow_approved, "approved"),
        ):
            signal.disconnect(sender=WorkflowState, dispatch_uid=f"workflow_state_{what}_email_notification")

        class WithoutReviews(NotificationPreferencesForm):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                for name in CHOSEN_ELSEWHERE:
                    self.fields.pop(name, None)

        NotificationsSettingsPanel.form_class = WithoutReviews
