"""Models that reach a person and need no entry of their own, each with its reason."""

from portal.extensions import Exempt

_REASONS = {
    "A permission of the person and nothing more; it goes with the account.": (
        "portal.User_groups",
        "portal.User_user_permissions",
    ),
    "Who on the staff wrote, changed or approved public content; it belongs to the content's history.": (
        "wagtailcore.Page",
        "wagtailcore.PageLogEntry",
        "wagtailcore.Revision",
        "wagtailcore.WorkflowState",
        "wagtailcore.PageSubscription",
        "wagtailcore.UploadedFile",
        "wagtaildocs.Document",
        "wagtailimages.Image",
        "wagtail_localize.StringTranslation",
        "wagtail_localize.SegmentOverride",
    ),
    "What is said beside a page goes with the notes in its margin (wagtailcore.Comment).": (
        "wagtailcore.CommentReply",
        "wagtailcore.TaskState",
    ),
    "Who on the staff changed which row of a register; the names it keeps are erased with what they name.": (
        "wagtailcore.ModelLogEntry",
    ),
    "Numbers of rows that refer to each other; it follows from them and goes with them.": (
        "wagtailcore.ReferenceIndex",
    ),
    "The number that a topic has come to; a topic names its object or its reader by number.": (
        "portal.LivePosition",
    ),
    "An editor's own settings and unfinished forms in the administration; they go with the account.": (
        "wagtailusers.UserProfile",
        "wagtailadmin.EditingSession",
        "wagtailadmin.FormState",
        "wagtailcore.APIToken",
    ),
    "An index of public pages and files; people are not indexed.": ("wagtailsearch.IndexEntry",),
    "Tags of public content; people are not tagged.": ("taggit.TaggedItem",),
    "Holds the sign-in only, ends with it, and is deleted when it expires.": ("sessions.Session",),
    "Arguments are ids, or forgotten when the work is done; results are deleted some days later.": (
        "django_tasks_database.DBTaskResult",
    ),
    "Never filled: the one address that counts stands in portal.User.": ("account.EmailAddress",),
    "Belongs to the paper that it was printed on, and is exported, erased and forgotten with it.": (
        "portal.SignInCode",
    ),
    "Belongs to the appointment, or the place on the list, that it takes up or opens, and goes with it.": (
        "portal.AppointmentCell",
        "portal.AppointmentLink",
    ),
    "Belongs to the address that it confirms and goes with it.": ("account.EmailConfirmation",),
}

EXEMPTIONS = tuple(Exempt(key=key, reason=reason) for reason, keys in _REASONS.items() for key in keys)
