import uuid

from django import forms


class AskForm(forms.Form):
    """Its only field is the number that the page draws, so that what a phone sends twice is stored once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
