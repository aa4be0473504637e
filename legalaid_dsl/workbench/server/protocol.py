"""Messages of an editor that cannot be read: they are answered as well, so that nobody waits for ever."""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol


class Protocol(LanguageServerProtocol):
    """As pygls has it, which tells of such a message but gives no answer (a line below 0, an address that is a number)."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as refused:
            number = data.get("id")
            if "method" in data and isinstance(number, int | str) and not isinstance(number, bool):
                self._send_response(number, error=refused.to_response_error())
            raise
