"""Pack an addon into a wheel, which pip installs and by whose entry point it is found."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from packaging.utils import canonicalize_name
from packaging.version import Version

from core.modules.discovery import ENTRY_POINTS, PACKAGE
from core.modules.manifest import Manifest

TAG = "py3-none-any"
LEFT_OUT = ("__pycache__", "tests")
MOMENT = (1980, 1, 1, 0, 0, 0)  # the same addon makes the same bytes


def make_wheel(manifest: Manifest, into: Path) -> Path:
    """Write karvon_<name>-<version>-py3-none-any.whl into the folder; its metadata are those of
    the manifest. The addons that it depends on are no packages and stay out.
    """
    name = canonicalize_name(f"karvon-{manifest.name}").replace("-", "_")
    stem = f"{name}-{Version(manifest.version)}"
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"{stem}-{TAG}.whl"
    recorded = []
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for place, content in (*_files(manifest), *_about(manifest, f"{stem}.dist-info")):
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            recorded.append(f"{place},sha256={digest.decode()},{len(content)}")
            _put(archive, place, content)
        record = f"{stem}.dist-info/RECORD"
        _put(archive, record, "\n".join([*recorded, f"{record},,", ""]).encode())
    return target


def _put(archive: ZipFile, place: str, content: bytes) -> None:
    entry = ZipInfo(place, MOMENT)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, ZIP_DEFLATED)


def _files(manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    for file in sorted(manifest.path.rglob("*")):
        place = file.relative_to(manifest.path)
        is_ours = not any(part in LEFT_OUT or part.startswith(".") for part in place.parts)
        if file.is_file() and is_ours:
            yield f"{PACKAGE}/{manifest.name}/{place.as_posix()}", file.read_bytes()


def _about(manifest: Manifest, folder: str) -> Iterator[tuple[str, bytes]]:
    said = {
        "Metadata-Version": "2.1",
        "Name": f"karvon-{canonicalize_name(manifest.name)}",
        "Version": manifest.version,
        "Summary": manifest.summary,
        "Author": manifest.author,
        "License": manifest.license,
        "Home-page": manifest.url,
    }
    lines = [f"{key}: {value}" for key, value in said.items() if value]
    lines += [f"Requires-Dist: {requirement}" for requirement in manifest.requires]
    wheel = ["Wheel-Version: 1.0", "Generator: karvon", "Root-Is-Purelib: true", f"Tag: {TAG}"]
    entry = [f"[{ENTRY_POINTS}]", f"{manifest.name} = {PACKAGE}.{manifest.name}"]
    for name, text in (("METADATA", lines), ("WHEEL", wheel), ("entry_points.txt", entry)):
        yield f"{folder}/{name}", "\n".join([*text, ""]).encode()
