"""A form that people send photos and voice notes with, and that forgets none of them."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.sealing import KeyMissing
from portal.ui.fields import RunningTextField
from portal.ui.words import listed

from .decoding import shown_name
from .models import DraftIsFull, Enough, Photo, VoiceNote, claim

PHOTO_LIMIT = 5


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What one sending of the form says about its files: new ones, and ids of stored ones to take away."""

    files: list = field(default_factory=list)
    removed: list = field(default_factory=list)


class AttachmentsInput(forms.FileInput):
    """What is kept so far, each with a box to remove it, and an input for more."""

    accept = ""
    keeps_files = True
    kept = ()
    limit = 1
    too_big = ""

    def __init__(self, attrs=None):
        super().__init__({"accept": self.accept, **(attrs or {})})

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
            # the browser puts the name in, before anything is sent
            too_big=self.too_big % {"name": "#"},
        )
        return context


class PhotosInput(AttachmentsInput):
    template_name = "portal/uploads/photos_input.html"
    accept = "image/*"
    allow_multiple_selected = True
    limit = PHOTO_LIMIT
    too_big = Photo.sentences["too_big"]


class VoiceInput(AttachmentsInput):
    """A recording made with the phone's own recorder; recorder.js records in the page, where the browser can."""

    template_name = "portal/uploads/voice_input.html"
    accept = "audio/*"
    too_big = VoiceNote.sentences["too_big"]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["seconds"] = settings.PORTAL_VOICE_SECONDS
        return context


class AttachmentsField(forms.Field):
    """Files of one kind: `kind` is the model. The form is a `DraftForm`."""

    kind = Photo

    def clean(self, value):
        return value

    def has_changed(self, initial, data):
        return bool(data and (data.files or data.removed))

    def too_many(self, limit):
        """The sentence for more than `limit` of them; it takes `limit` and `names`."""
        raise NotImplementedError


class PhotosField(AttachmentsField):
    widget = PhotosInput

    def too_many(self, limit):
        return ngettext(
            "You can send one photo only. We kept the first one and left out %(names)s.",
            "You can send %(limit)d photos at most. We kept the first %(limit)d and left out %(names)s.",
            limit,
        )


class VoiceField(AttachmentsField):
    kind = VoiceNote
    widget = VoiceInput

    def too_many(self, limit):
        return _(
            "You can send one voice note at a time. We left out %(names)s: remove the first one, or send it."
        )


class DraftForm(forms.Form):
    """A form with files that belong to the draft which its hidden `client_id` names.

    Files that are accepted are stored with the owner's draft while the form is validated, even if the rest of it is
    wrong; they show again with the form, and are attached once it succeeds. `cleaned_data["client_id"]` is a UUID, to
    be stored UNIQUE.

    A page that is opened again goes on with a draft where its view passes `initial={"client_id": …}`, straight from the
    address: what is no draft of the owner's with files in it is left out. Where the client id turns out to be taken by
    something else, `renew_client_id()` lets the form be sent as a new one.

    A form about what is told in confidence says with which data key its files are sealed: `data_key_for(draft)`.

    Validate outside a transaction: decoding takes a second a file, and a rollback would lose what was kept.
    """

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args, owner, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner = owner
        if not self.is_bound and not any(kept.unsent().exists() for kept in self._all_kept()):
            self.initial = {name: value for name, value in self.initial.items() if name != "client_id"}
        self._forged_id = self.is_bound and self._draft is None
        if self._forged_id:
            self.renew_client_id()
        self._show_kept()

    @property
    def _draft(self):
        """The client id that was sent, or that the view wants to go on with; None if there is none, or nonsense."""
        source = (
            self.data.get(self.add_prefix("client_id")) if self.is_bound else self.initial.get("client_id")
        )
        return next(_uuids([source]), None)

    def data_key_for(self, draft):
        """The number of the data key (portal.sealing) that seals the files of this draft; None leaves them in clear."""
        return None

    def _kept(self, kind):
        return kind.objects.of_draft(self.owner, self._draft) if self._draft else kind.objects.none()

    def _fields_with_files(self):
        return [shown for shown in self.fields.values() if isinstance(shown, AttachmentsField)]

    def _all_kept(self):
        return [self._kept(sent.kind) for sent in self._fields_with_files()]

    def _show_kept(self):
        """Asked of the database only where the form is drawn."""
        for sent in self._fields_with_files():
            sent.widget.kept = self._kept(sent.kind).unsent()

    def renew_client_id(self):
        """Show the form again under an id of our own, with all that was typed and the files that are kept.

        Raises Unreadable or NoMasterKey where sealed ones do not open now: then all stay where they are, for the key
        may come back.
        """
        fresh = uuid4()
        with transaction.atomic():
            for kept in self._all_kept():
                moved = list(kept.unsent())
                kept.unsent().update(draft=fresh)
                if any(file.key for file in moved):
                    self._seal_with(self.data_key_for(fresh), moved)
        self.data = self.data.copy()
        self.data[self.add_prefix("client_id")] = str(fresh)
        self._show_kept()

    @staticmethod
    def _seal_with(key, files):
        """What was sealed for the form that it was is sealed for the one that it is now, so that it can be attached."""
        for file in files:
            if file.key == key:
                continue
            try:
                with transaction.atomic():
                    file.seal_anew(key)
            except (KeyMissing, FileNotFoundError):  # nobody can open it any more
                file.delete()

    def clean_client_id(self):
        if self._forged_id:
            raise ValidationError(
                _("We did not recognise this form. Check it and send it again."), code="forged"
            )
        return self.cleaned_data["client_id"]

    def _keep_files(self, name, limit):
        """What the draft holds of that field's kind once this sending of the form is stored."""
        sent, submitted = self.fields[name], self.cleaned_data[name]
        self._kept(sent.kind).unsent().filter(pk__in=_uuids(submitted.removed)).delete()
        errors, left_out = [], []
        key = self.data_key_for(self._draft) if submitted.files else None
        for number, upload in enumerate(submitted.files):
            if number >= 2 * limit:  # nobody sends that many by mistake, and each costs a decoder
                left_out.append(upload.name)
                continue
            try:
                sent.kind.keep(upload, owner=self.owner, draft=self._draft, limit=limit, key=key)
            except DraftIsFull:
                left_out.append(upload.name)
            except Enough as error:
                errors.append(error)
                break
            except ValidationError as error:
                errors.append(error)
        if left_out:
            errors.append(_too_many(sent, limit, left_out))
        self._show_kept()
        if errors:
            raise ValidationError(errors)
        return list(self._kept(sent.kind))


class PhotosForm(DraftForm):
    """Mix in, before other bases, for the field `photos` (up to `photo_limit`); see `DraftForm`.

    After cleaning, `cleaned_data["photos"]` lists the draft's Photos; `claim_photos(target)` attaches them.
    """

    photo_limit = PHOTO_LIMIT

    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.limit = self.photo_limit
        self.fields["photos"].help_text = ngettext(
            "You can add one photo, up to 10 MB.",
            "You can add %(limit)d photos, up to 10 MB each.",
            self.photo_limit,
        ) % {"limit": self.photo_limit}

    def clean_photos(self):
        return self._keep_files("photos", self.photo_limit)

    def claim_photos(self, target):
        """Attach the photos to what the form made, in the caller's transaction; returns how many."""
        return claim(self.cleaned_data["client_id"], self.owner, target, self.photo_limit)


class VoiceForm(DraftForm):
    """Mix in, before other bases, for the fields `voice` (one voice note) and `voice_words`; see `DraftForm`.

    After cleaning, `cleaned_data["voice"]` lists the draft's VoiceNote; `claim_voice(target)` attaches it, with what
    `voice_words` says that it says.
    """

    voice = VoiceField(label=_("Voice note"), required=False)
    voice_words = RunningTextField(
        label=_("What the voice note says"),
        help_text=_("For those who cannot hear it. You can leave it empty."),
        required=False,
        rows=2,
        max_length=VoiceNote._meta.get_field("words").max_length,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        minutes = settings.PORTAL_VOICE_SECONDS // 60
        self.fields["voice"].help_text = ngettext(
            "%(minutes)d minute at most.", "%(minutes)d minutes at most.", minutes
        ) % {"minutes": minutes}

    def clean_voice(self):
        return self._keep_files("voice", 1)

    def claim_voice(self, target):
        """Attach the voice note to what the form made, in the caller's transaction; returns how many (0 or 1)."""
        claimed = claim(self.cleaned_data["client_id"], self.owner, target, 1, kind=VoiceNote)
        if words := self.cleaned_data.get("voice_words"):
            for note in VoiceNote.objects.attached_to(target).filter(owner=self.owner):
                note.say(words)
        return claimed


def _too_many(sent, limit, left_out):
    names = listed(shown_name(name) for name in left_out[:5]) + ("…" if len(left_out) > 5 else "")
    return ValidationError(sent.too_many(limit), code="too_many", params={"limit": limit, "names": names})


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
