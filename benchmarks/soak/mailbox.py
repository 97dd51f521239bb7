"""A mail server that keeps nothing but who got which message, for as long as the soak runs."""

import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser

from benchmarks.load import LOOPBACK


class Mailbox:
    """What arrived: (recipient, Message-ID) → how often."""

    def __init__(self) -> None:
        self.port = 0
        self._arrived: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def take(self, recipients: list[str], content: bytes) -> None:
        number = str(BytesHeaderParser().parsebytes(content)["Message-ID"]).strip()
        with self._lock:
            self._arrived.update((recipient, number) for recipient in recipients)

    def arrived(self) -> dict[tuple[str, str], int]:
        with self._lock:
            return dict(self._arrived)


class _Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as Django speaks."""

    def handle(self) -> None:
        recipients: list[str] = []
        self.wfile.write(b"220 soak\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                content = self._content()
                if content is None:
                    return
                self.server.mailbox.take(recipients, content)  # type: ignore[attr-defined]
                recipients = []
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")

    def _content(self) -> bytes | None:
        """The message, or None if its sender died in the middle of it."""
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line.rstrip(b"\r\n") == b".":
                return b"".join(lines)
            lines.append(line)
        return None


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def listening() -> Iterator[Mailbox]:
    """A mailbox behind a port of this machine."""
    mailbox = Mailbox()
    with _Server((LOOPBACK, 0), _Conversation) as server:
        server.mailbox = mailbox  # type: ignore[attr-defined]
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield mailbox
        server.shutdown()
