"""A form that people send photos with, and that forgets none of them."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.ui.words import listed

from .models import DraftIsFull, Enough, Photo, claim
from .pictures import SENTENCES, shown_name

PHOTO_LIMIT = 5


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What one sending of the form says about its photos: new files, and ids of stored photos to take away."""

    files: list = field(default_factory=list)
    removed: list = field(default_factory=list)


class PhotosInput(forms.FileInput):
    """Thumbnails of the photos kept so far, each with a box to remove it, and an input for more of them."""

    template_name = "portal/uploads/photos_input.html"
    allow_multiple_selected = True
    keeps_files = True
    kept = ()
    limit = PHOTO_LIMIT

    def __init__(self, attrs=None):
        super().__init__({"accept": "image/*", **(attrs or {})})

    def value_from_datadict(self, data, files, name):
        return Submitted(files=_listed(files, name), removed=_listed(data, f"{name}-remove"))

    def value_omitted_from_data(self, data, files, name):
        return name not in files and f"{name}-remove" not in data

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        context["widget"].update(
            kept=self.kept,
            limit=self.limit,
            remove_name=f"{name}-remove",
            # images.js puts the name in, before anything is sent
            too_big=SENTENCES["too_big"] % {"name": "#"},
        )
        return context


class PhotosField(forms.Field):
    widget = PhotosInput

    def clean(self, value):
        return value

    def has_changed(self, initial, data):
        return bool(data and (data.files or data.removed))


class PhotosForm(forms.Form):
    """Mix in, before other bases, for the hidden `client_id` and the field `photos` (up to `photo_limit`).

    Photos that are accepted are stored with the owner's draft while the form is validated, even if the rest of it is
    wrong; they show again with the form, and `claim_photos(target)` attaches them once it succeeds. After cleaning,
    `cleaned_data["photos"]` lists the draft's Photos and `cleaned_data["client_id"]` is a UUID, to be stored UNIQUE.

    A page that is opened again goes on with a draft where its view passes `initial={"client_id": …}`, straight from the
    address: what is no draft of the owner's with photos in it is left out. Where the client id turns out to be taken by
    something else, `renew_client_id()` lets the form be sent as a new one.

    Validate outside a transaction: decoding takes a second a photo, and a rollback would lose what was kept.
    """

    photo_limit = PHOTO_LIMIT

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args, owner, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner = owner
        if not self.is_bound and not self._kept().unsent().exists():
            self.initial = {name: value for name, value in self.initial.items() if name != "client_id"}
        self._forged_id = self.is_bound and self._draft is None
        if self._forged_id:
            self.renew_client_id()
        widget = self.fields["photos"].widget
        widget.limit = self.photo_limit
        self.fields["photos"].help_text = ngettext(
            "You can add one photo, up to 10 MB.",
            "You can add %(limit)d photos, up to 10 MB each.",
            self.photo_limit,
        ) % {"limit": self.photo_limit}
        self._show_kept()

    @property
    def _draft(self):
        """The client id that was sent, or that the view wants to go on with; None if there is none, or nonsense."""
        source = (
            self.data.get(self.add_prefix("client_id")) if self.is_bound else self.initial.get("client_id")
        )
        return next(_uuids([source]), None)

    def _kept(self):
        return Photo.objects.of_draft(self.owner, self._draft) if self._draft else Photo.objects.none()

    def _show_kept(self):
        self.fields["photos"].widget.kept = list(self._kept().unsent())

    def renew_client_id(self):
        """Show the form again under an id of our own, with all that was typed and the photos that are kept."""
        kept, fresh = self._kept().unsent(), uuid4()
        kept.update(draft=fresh)
        self.data = self.data.copy()
        self.data[self.add_prefix("client_id")] = str(fresh)
        self._show_kept()

    def clean_client_id(self):
        if self._forged_id:
            raise ValidationError(
                _("We did not recognise this form. Check it and send it again."), code="forged"
            )
        return self.cleaned_data["client_id"]

    def clean_photos(self):
        submitted = self.cleaned_data["photos"]
        self._kept().unsent().filter(pk__in=_uuids(submitted.removed)).delete()
        errors, left_out = [], []
        for number, upload in enumerate(submitted.files):
            if number >= 2 * self.photo_limit:  # nobody sends that many by mistake, and each costs a decoder
                left_out.append(upload.name)
                continue
            try:
                Photo.keep(upload, owner=self.owner, draft=self._draft, limit=self.photo_limit)
            except DraftIsFull:
                left_out.append(upload.name)
            except Enough as error:
                errors.append(error)
                break
            except ValidationError as error:
                errors.append(error)
        if left_out:
            errors.append(self._too_many(left_out))
        self._show_kept()
        if errors:
            raise ValidationError(errors)
        return list(self._kept())

    def _too_many(self, left_out):
        message = ngettext(
            "You can send one photo only. We kept the first one and left out %(names)s.",
            "You can send %(limit)d photos at most. We kept the first %(limit)d and left out %(names)s.",
            self.photo_limit,
        )
        names = listed(shown_name(name) for name in left_out[:5]) + ("…" if len(left_out) > 5 else "")
        return ValidationError(message, code="too_many", params={"limit": self.photo_limit, "names": names})

    def claim_photos(self, target):
        """Attach the photos to what the form made, in the caller's transaction; returns how many."""
        return claim(self.cleaned_data["client_id"], self.owner, target, self.photo_limit)


def _listed(data, name):
    if hasattr(data, "getlist"):
        return data.getlist(name)
    value = data.get(name, [])
    return value if isinstance(value, list) else [value]


def _uuids(values):
    for value in values:
        try:
            yield UUID(str(value))
        except ValueError:
            continue
