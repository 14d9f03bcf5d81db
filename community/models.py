"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

__all__: list[str] = []
