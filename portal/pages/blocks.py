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
