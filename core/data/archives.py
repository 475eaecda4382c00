"""Archives that prove what they hold: a tar whose first file names all others with their SHA-256.

They hold whole companies, so only their owner may read them, and one that was not finished never
stands under its name. What is read back is compared before anybody uses it.
"""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from core.data.files import make_private_folder
from core.errors import UserError
from core.i18n import _

MANIFEST = "manifest.json"
FORMAT = 1
LARGEST_MANIFEST = 64 * 2**20
PIECE = 2**20
GZIP = b"\x1f\x8b"
# Names that stay below the folder they are unpacked into, on every system.
SAFE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+=@ -]*")
BROKEN = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True)
class Unpacked:
    """A verified archive: what it says of itself, and the folder that holds its files."""

    about: dict[str, Any]
    folder: Path


def write_archive(target: Path, kind: str, about: Mapping[str, Any], folder: Path) -> None:
    """Write every file below `folder` into the archive `target`, gzipped when its name ends so.
    It replaces an older one at once, or not at all.
    """
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    listed = {name: _facts(folder / name) for name in names}
    manifest = {"format": FORMAT, "kind": kind, "about": dict(about), "files": listed}
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with _writing(target, stream) as tar:
                tar.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
                for name in names:
                    with (folder / name).open("rb") as content:
                        tar.addfile(_entry(name, listed[name]["bytes"]), content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(target.parent)


@contextmanager
def unpacked(file: Path, kind: str, beside: Path) -> Iterator[Unpacked]:
    """The verified content of the archive, in a new folder below `beside` that ends with the block.
    Raises `UserError`, with nothing left behind, when it is no archive of this kind, was changed,
    or names a place outside the folder.
    """
    make_private_folder(beside)
    folder = Path(tempfile.mkdtemp(prefix=".unpacked-", dir=beside))
    try:
        try:
            with file.open("rb") as stream, _reading(stream) as tar:
                about = _unpack(file, kind, tar, folder)
        except BROKEN as error:
            raise _refused(file, _("it is damaged or no archive at all")) from error
        yield Unpacked(about, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def about_archive(file: Path, kind: str) -> dict[str, Any] | None:
    """What an archive of this kind says of itself, by its list alone; None for anything else."""
    try:
        with file.open("rb") as stream, _reading(stream) as tar:
            about: dict[str, Any] = _manifest(file, kind, tar, tar.next())["about"]
            return about
    except (OSError, UserError, *BROKEN):
        return None


@contextmanager
def staging(beside: Path) -> Iterator[Path]:
    """A private folder below `beside` for what goes into an archive; it ends with the block."""
    make_private_folder(beside)
    folder = Path(tempfile.mkdtemp(prefix=".staged-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(file: Path, kind: str, tar: tarfile.TarFile, folder: Path) -> dict[str, Any]:
    members = iter(tar)
    manifest = _manifest(file, kind, tar, next(members, None))
    listed: dict[str, Any] = manifest["files"]
    if sum(facts["bytes"] for facts in listed.values()) > shutil.disk_usage(folder).free:
        raise _refused(file, _("the disk has too little room for what it holds"))
    seen = set()
    for member in members:
        name = member.name
        if not member.isreg():
            raise _refused(file, _("“%(name)s” in it is no plain file", name=name))
        if not _is_safe(name):
            raise _refused(file, _("“%(name)s” leads out of its folder", name=name))
        if name not in listed or name in seen or member.size != listed[name]["bytes"]:
            raise _refused(file, _("“%(name)s” is not what its list says", name=name))
        content = tar.extractfile(member)
        if content is None or _copied(content, folder / name) != listed[name]["sha256"]:
            raise _refused(file, _("“%(name)s” is not what its list says", name=name))
        seen.add(name)
    if missing := sorted(listed.keys() - seen):
        raise _refused(file, _("“%(name)s” is missing", name=missing[0]))
    about: dict[str, Any] = manifest["about"]
    return about


def _manifest(
    file: Path, kind: str, tar: tarfile.TarFile, first: tarfile.TarInfo | None
) -> dict[str, Any]:
    is_ours = first is not None and first.name == MANIFEST and first.isreg()
    content = tar.extractfile(first) if first is not None and is_ours else None
    if first is None or content is None or first.size > LARGEST_MANIFEST:
        raise _refused(file, _("it does not begin with its list of files"))
    try:
        manifest = json.loads(content.read())
        right = manifest["format"] == FORMAT and manifest["kind"] == kind
        for facts in manifest["files"].values():
            right = right and type(facts["bytes"]) is int and facts["bytes"] >= 0
            right = right and isinstance(facts["sha256"], str)
        right = right and isinstance(manifest["about"], dict)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused(file, _("its list of files cannot be read")) from error
    if not right:
        raise _refused(file, _("it is of another kind or of a newer version of Karvon"))
    checked: dict[str, Any] = manifest
    return checked


def _is_safe(name: str) -> bool:
    return all(SAFE_PART.fullmatch(part) for part in name.split("/"))


def _refused(file: Path, reason: Any) -> UserError:
    return UserError(
        _(
            "%(file)s cannot be restored: %(reason)s. Nothing was changed; take another archive.",
            file=file.name,
            reason=reason,
        )
    )


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry


def _facts(file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"sha256": digest, "bytes": file.stat().st_size}


def _copied(content: IO[bytes], target: Path) -> str:
    """Write the content into a new private file; answers its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        while piece := content.read(PIECE):
            digest.update(piece)
            stream.write(piece)
    return digest.hexdigest()


@contextmanager
def _writing(target: Path, stream: IO[bytes]) -> Iterator[tarfile.TarFile]:
    if target.suffix in (".gz", ".tgz"):
        with (
            gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6, filename="") as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            yield tar
    else:
        with tarfile.open(fileobj=stream, mode="w|") as tar:
            yield tar


@contextmanager
def _reading(stream: IO[bytes]) -> Iterator[tarfile.TarFile]:
    begin = stream.read(len(GZIP))
    stream.seek(0)
    with tarfile.open(fileobj=stream, mode="r|gz" if begin == GZIP else "r|") as tar:
        yield tar


def _sync(folder: Path) -> None:
    """Let the name of a new file survive a power cut, where folders can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
