"""The fixture that is a mailbox: Dovecot, without rights of its own, on a free port."""

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from core.background.mail.server import post, use_mail
from core.testing.certificates import own_certificate
from core.testing.instances import BASE_URL
from core.testing.ports import HOST, free_port

NOBODY = "nobody"
USER, PASSWORD = "karvon", "a/secret@word"  # which an address must not hold as it is
WAIT = 0.05
TRIES = 400
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = {host}
ssl = yes
ssl_cert = <{folder}/localhost.pem
ssl_key = <{folder}/localhost.pem
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {encrypted}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
mail_location = maildir:~/Maildir
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
"""


@dataclass
class Mailbox:
    """A mailbox with an IMAP server before it, whose certificate is for localhost and its own."""

    folder: Path
    plain: int
    encrypted: int

    @property
    def url(self) -> str:
        """The value of `[mail] inbox` that reads it, encrypted from the first word."""
        return f"imaps://{USER}:{quote(PASSWORD, safe='')}@localhost:{self.encrypted}"

    @property
    def plain_url(self) -> str:
        return f"imap://{USER}:{quote(PASSWORD, safe='')}@{HOST}:{self.plain}"

    def open(self) -> imaplib.IMAP4:
        server = imaplib.IMAP4(HOST, self.plain, timeout=10)
        server.login(USER, PASSWORD)
        server.select()
        return server

    def put(self, raw: bytes) -> None:
        """Let a mail come in."""
        with self.open() as server:
            server.append("INBOX", "", "", raw)

    def flags(self) -> list[set[str]]:
        """What is marked at each mail, the oldest first."""
        with self.open() as server:
            found = server.fetch("1:*", "(FLAGS)")[1]
        lines = [bytes(each) for each in found if isinstance(each, bytes)]
        return [
            {flag.decode() for flag in imaplib.ParseFlags(line)} - {"\\Recent"} for line in lines
        ]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """An empty mailbox for the instance that was opened before: name this fixture after it."""
    folder = Path(tempfile.mkdtemp(prefix="karvon-imap-"))
    box = Mailbox(folder, free_port(), free_port())
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate(folder, "localhost")))
    server = _start(box)
    before = post()
    try:
        _wait(box)
        use_mail(replace(before.server, inbox=box.url), BASE_URL)
        yield box
    finally:
        use_mail(before.server, before.base_url)
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _start(box: Mailbox) -> "subprocess.Popen[bytes]":
    """Start the server as ourselves, or as nobody where we are root: it lets no root log in."""
    is_root = os.geteuid() == 0
    who = pwd.getpwnam(NOBODY) if is_root else pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(who.pw_gid).gr_name
    written = CONFIGURATION.format(
        **{"folder": box.folder, "host": HOST, "plain": box.plain, "encrypted": box.encrypted},
        **{"user": who.pw_name, "group": group, "uid": who.pw_uid, "gid": who.pw_gid},
        password=PASSWORD,
    )
    (box.folder / "conf").write_text(written)
    for path in (box.folder, *box.folder.iterdir()):
        if is_root:
            os.chown(path, who.pw_uid, who.pw_gid)
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    command = [program, "-F", "-c", str(box.folder / "conf")]
    other: dict[str, Any] = (
        {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if is_root else {}
    )
    return subprocess.Popen(command, cwd="/", **other)  # noqa: S603 - words of ours


def _wait(box: Mailbox) -> None:
    for _try in range(TRIES):
        try:
            with box.open():
                return
        except OSError:
            time.sleep(WAIT)
    log = box.folder / "log"
    pytest.fail(f"Dovecot does not answer: {log.read_text() if log.exists() else 'no log'}")
