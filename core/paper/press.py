"""HTML made into PDF: WeasyPrint with our fonts, and with nothing that it could fetch."""

# mypy: allow-untyped-calls

import gc
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.paper.wire import Paper

SHEET = Path(__file__).with_name("print.css")
FACES = {
    "noto-sans-regular.ttf": "",
    "noto-sans-italic.ttf": "font-style: italic",
    "noto-sans-bold.ttf": "font-weight: bold",
}
FACE = "@font-face {{ font-family: 'Noto Sans'; src: url('asset:{name}'); {style} }}\n"
# Letters that our languages have beside plain Latin, so that their outlines are at hand.
WARMING = "<h1>Oʻzbekcha gʻ sanʼat</h1><p><b>Ўқғҳ</b> <i>Ёж ‘’</i><table><tr><td>1 234,50"
# Below so many signs a document needs no collection of garbage, which would cost a third more.
SMALL = 2_000_000


class Assets(URLFetcher):
    """Gives `asset:NAME` from the files at hand and reads `data:`; all else is refused unasked."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.files = files
        self.is_closed = False

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if self.is_closed or scheme.lower() not in ("asset", "data"):
            raise ValueError("a paper fetches nothing")
        if scheme.lower() == "data":
            read: URLFetcherResponse = super().fetch(url, headers)
            return read
        if name not in self.files:
            raise ValueError(f"the paper has no file {name}")
        return URLFetcherResponse(url, body=self.files[name])


class Press:
    """WeasyPrint, warm: fonts read, style sheet parsed, a page made."""

    def __init__(self, fonts: Path, scratch: Path) -> None:
        """`fonts` holds the faces; in `scratch`, which is ours alone, copies of them are kept."""
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.tempdir = str(scratch)
        faces = "".join(FACE.format(name=name, style=style) for name, style in FACES.items())
        files = Assets({name: (fonts / name).read_bytes() for name in FACES})
        self.fonts = FontConfiguration()
        self.sheets = [
            CSS(string=text, font_config=self.fonts, url_fetcher=files)
            for text in (faces, SHEET.read_text("utf-8"))
        ]
        self.print(WARMING, Paper("", {}, {}))
        gc.enable()
        gc.collect()
        gc.freeze()

    def print(self, html: str, paper: Paper) -> bytes:
        """The PDF of a filled template."""
        if len(html) < SMALL:
            gc.disable()
        files = Assets(paper.assets)
        document = HTML(string=html, url_fetcher=files, base_url=None).render(
            stylesheets=self.sheets, font_config=self.fonts
        )
        files.is_closed = True  # what is asked for once the pages are made are attachments
        about = document.metadata
        about.attachments = []
        about.title = paper.title or about.title
        about.generator = "Karvon"
        about.created = about.modified = paper.created or None
        body: bytes = document.write_pdf()
        return body
