import pytest
from django.core import checks


@pytest.mark.parametrize("layers", [{}, {"other": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}])
def test_a_missing_channel_layer_is_named_before_a_socket_needs_it(settings, layers):
    assert "portal.E009" not in {message.id for message in checks.run_checks()}

    settings.CHANNEL_LAYERS = layers

    assert "portal.E009" in {message.id for message in checks.run_checks()}
