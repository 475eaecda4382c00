"""Mails out to a server that encrypts: from the first word, or by STARTTLS; no password is bare."""

import socket
import ssl

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from core.background.mail.sending import send_mail
from core.background.mail.server import use_mail
from core.config import Mail
from core.testing.certificates import own_certificate
from core.testing.instances import BASE_URL
from core.testing.mail import SENDER, Outbox
from core.testing.ports import HOST, free_port

NAME = "mail.example.uz"
PASSWORD = "a/secret@word"
WRITTEN = "karvon:a%2Fsecret%40word"


class Server:
    """A mail server that knows one user; `logins` are the words that it was told."""

    def __init__(self, certificate):
        self.outbox, self.port, self.logins = Outbox(), free_port(), []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.controller = None

    def start(self, **options):
        self.controller = Controller(
            self.outbox,
            hostname=HOST,
            port=self.port,
            enable_SMTPUTF8=True,
            authenticator=self.check,
            **options,
        )
        self.controller.start()

    def check(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == ("karvon", PASSWORD))


@pytest.fixture
def server(working, tmp_path, monkeypatch):
    """A server called mail.example.uz, by a resolver of the test's own, with a certificate that
    this machine believes.
    """
    certificate = own_certificate(tmp_path, NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: real(HOST if host == NAME else host, *a, **k)
    )
    made = Server(certificate)
    yield made
    use_mail(Mail(), BASE_URL)
    if made.controller is not None:
        made.controller.stop()


def sent(server, run_jobs, url):
    use_mail(Mail(url, SENDER), BASE_URL)
    send_mail("dilnoza@example.uz", "Salom", "Matn")
    run_jobs()
    return len(server.outbox)


def test_a_mail_goes_out_by_starttls_with_a_login(server, run_jobs):
    server.start(tls_context=server.context, require_starttls=True, auth_required=True)
    assert sent(server, run_jobs, f"smtp://{WRITTEN}@{NAME}:{server.port}") == 1
    assert server.logins == [("karvon", PASSWORD)]


def test_a_mail_goes_out_encrypted_from_the_first_word(server, run_jobs):
    server.start(ssl_context=server.context, auth_require_tls=False)
    assert sent(server, run_jobs, f"smtps://{WRITTEN}@{NAME}:{server.port}") == 1
    assert server.logins == [("karvon", PASSWORD)]


def test_a_server_that_does_not_encrypt_gets_no_password(server, run_jobs):
    server.start(auth_require_tls=False)
    assert sent(server, run_jobs, f"smtp://{WRITTEN}@{NAME}:{server.port}") == 0
    assert server.logins == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    server, run_jobs, monkeypatch, scheme
):
    monkeypatch.delenv("SSL_CERT_FILE")
    is_late = scheme == "smtp"
    server.start(**{"tls_context" if is_late else "ssl_context": server.context})
    assert sent(server, run_jobs, f"{scheme}://{WRITTEN}@{NAME}:{server.port}") == 0
    assert server.logins == []


def test_a_certificate_for_another_name_gets_no_password(server, run_jobs):
    server.start(ssl_context=server.context)
    assert sent(server, run_jobs, f"smtps://{WRITTEN}@{HOST}:{server.port}") == 0
    assert server.logins == []
