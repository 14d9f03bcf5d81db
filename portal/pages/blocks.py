"""What the text of a page is made of. Few blocks, each for one purpose, so that every guide reads like the others."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

FEATURES = ["bold", "italic", "link", "ol", "ul"]


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("what to do"), max_length=120)
    text = blocks.RichTextBlock(label=_("how"), features=FEATURES, required=False)


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("kind"),
        choices=[("info", _("good to know")), ("warning", _("take care")), ("danger", _("danger"))],
        default="info",
    )
    text = blocks.RichTextBlock(label=_("text"), features=FEATURES)

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "portal/pages/blocks/callout.html"


class ContactBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("whom one reaches"), max_length=120)
    number = blocks.CharBlock(label=_("telephone"), max_length=30)
    hours = blocks.CharBlock(label=_("when"), max_length=120, required=False)

    class Meta:
        icon = "mobile-alt"
        label = _("Telephone number")
        template = "portal/pages/blocks/contact.html"


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(
        label=_("Heading"), max_length=120, icon="title", template="portal/pages/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(label=_("Text"), features=FEATURES)
    steps = blocks.ListBlock(
        StepBlock(), label=_("Steps"), icon="list-ol", template="portal/pages/blocks/steps.html"
    )
    callout = CalloutBlock()
    contact = ContactBlock()


class PartBlock(blocks.StreamBlock):
    """The text of one part of a page, below the part's own heading."""

    paragraph = blocks.RichTextBlock(label=_("Text"), features=FEATURES)
    heading = blocks.CharBlock(
        label=_("Heading"), max_length=120, icon="title", template="portal/pages/blocks/subheading.html"
    )
    steps = blocks.ListBlock(
        StepBlock(), label=_("Steps"), icon="list-ol", template="portal/pages/blocks/steps.html"
    )
    callout = CalloutBlock()
    contact = ContactBlock()


class ChecklistBlock(blocks.StreamBlock):
    """Things to have at hand, each for itself, so that each can be ticked off."""

    item = blocks.RichTextBlock(label=_("Item"), features=["bold", "italic", "link"], icon="tick")


class StepsBlock(blocks.StreamBlock):
    """What to do, one step after the other, each for itself, so that each can be ticked off."""

    step = StepBlock(label=_("Step"), icon="list-ol")


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("answer"), features=FEATURES)


class QuestionsBlock(blocks.StreamBlock):
    """Questions with their answers; a group's heading stands before its first question."""

    group = blocks.CharBlock(
        label=_("Heading"), max_length=120, icon="title", template="portal/pages/blocks/heading.html"
    )
    question = QuestionBlock(label=_("Question"), icon="help")
