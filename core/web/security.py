"""What every answer and every unsafe request must satisfy: hosts, origins, tokens, headers."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from core.config import Settings
from core.data.files import made_key
from core.errors import UserError
from core.i18n import _
from core.web.requests import YEAR, is_api, split_url

SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
BESIDE_FILES = 2**20  # bytes of a form around its files
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


def protect(app: Flask, settings: Settings) -> CSRFProtect:
    """Hang the checks into `app`. Must come before anything that serves a page."""
    hosts = allowed_hosts(settings)
    secure = settings.server.base_url.startswith("https:")

    @app.before_request
    def check_host_and_origin() -> None:
        # The header itself: without one Flask would answer by the name it was started with.
        if request.headers.get("Host", "").lower() not in hosts:
            raise UserError(_("The Host header names another server: ask at its own address."))
        _check_origin(hosts)
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "takes_files", False):
            request.max_content_length = settings.files.limit + BESIDE_FILES

    always = {**HEADERS, "Strict-Transport-Security": f"max-age={YEAR}"} if secure else HEADERS

    @app.after_request
    def add_headers(response: Response) -> Response:
        given = response.headers
        given.extend([(name, value) for name, value in always.items() if name not in given])
        if "Cache-Control" not in given:
            given["Cache-Control"] = "no-store"
        return response

    app.config.update(
        SECRET_KEY=secret_key(settings.paths.var),
        SESSION_COOKIE_NAME="karvon_form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_TIME_LIMIT=8 * 3600,
        WTF_CSRF_SSL_STRICT=False,  # Origin is checked above, over http and https alike
        MAX_CONTENT_LENGTH=16 * 2**20,
        MAX_FORM_MEMORY_SIZE=2 * 2**20,
    )
    return CSRFProtect(app)


def _check_origin(hosts: frozenset[str]) -> None:
    """Refuse a request that comes from another site and could do or read something."""
    is_safe = request.method in SAFE
    origin = request.headers.get("Origin")
    # A page whose address nobody must learn sends no referrer, and so no origin either.
    own = origin == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin"
    if origin and not own and (is_api() or not is_safe):
        if split_url(origin).netloc.lower() not in hosts:
            raise UserError(_("The Origin header names another site: ask from this server’s own."))
    elif not is_safe and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise UserError(
            _(
                "The browser says that another site sent this request:"
                " open the page here and repeat it."
            )
        )


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The Host headers that are answered: that of base_url, and this machine by its port."""
    port = settings.server.port
    own = urlsplit(settings.server.base_url).netloc.lower()
    return frozenset({own, f"127.0.0.1:{port}", f"localhost:{port}"})


def secret_key(var: Path) -> bytes:
    """The key that signs form cookies."""
    return made_key(var / "secret")
