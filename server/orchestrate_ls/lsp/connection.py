"""The line to the client as the rest of the server sees it. Knows neither JSON nor which transport it is."""

from __future__ import annotations

from typing import Protocol


class Connection(Protocol):
    """Sends message bodies. Used on the loop's thread only."""

    def send(self, body: bytes) -> None:
        """Send one body. Raises ``ConnectionError`` where the client is gone."""
        ...

    def has_input(self) -> bool:
        """Whether more of the client's bytes are there already, so that waiting for them takes no time."""
        ...

    def close(self) -> None:
        """Send nothing more. What was sent before still goes out."""
        ...


class Receiver(Protocol):
    """What a transport hands its messages to, on the loop's thread."""

    def connected(self, connection: Connection) -> None:
        """Called once, before anything else."""
        ...

    def receive(self, bodies: list[bytes]) -> None:
        """Some bodies that have arrived, in order; as many as are there."""
        ...

    def disconnected(self) -> None:
        """The client will send nothing more."""
        ...
