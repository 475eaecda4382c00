"""Contents in a bucket of S3, or of whatever speaks like it."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.background.files.store import HASH, place_of
from core.config import Files
from core.errors import NotKept
from core.i18n import _

log = logging.getLogger("karvon.files")

IN_MEMORY = 2**20  # bytes; what is larger waits in a temporary file
GONE = {"NoSuchKey", "404"}


class Bucket:
    """What `[files] s3` names. It is asked for the first time with the first file."""

    def __init__(self, settings: Files) -> None:
        address = urlsplit(settings.s3)
        self.bucket = address.netloc
        self.folder = f"{address.path.strip('/')}/".lstrip("/")
        self.options = {name: values[-1] for name, values in parse_qs(address.query).items()}
        self.keys = settings.s3_key, settings.s3_secret

    @cached_property
    def client(self) -> Any:
        key, secret = self.keys
        endpoint = self.options.get("endpoint")
        session: Any = boto3.session.Session
        config: Any = Config
        return session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=self.options.get("region", "us-east-1" if endpoint else None),
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=config(
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3},
                s3={"addressing_style": "path"} if endpoint else {},
            ),
        )

    @contextmanager
    def draft(self) -> Iterator[BinaryIO]:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            yield cast("BinaryIO", file)

    def put(self, draft: BinaryIO, key: str) -> None:
        draft.seek(0)
        with _explained():
            self.client.put_object(Bucket=self.bucket, Key=self._place(key), Body=draft)

    def open(self, key: str) -> BinaryIO:
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller closes it
        try:
            with _explained():
                self.client.download_fileobj(self.bucket, self._place(key), file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return cast("BinaryIO", file)

    def remove(self, key: str) -> None:
        with _explained():
            self.client.delete_object(Bucket=self.bucket, Key=self._place(key))

    def hashes(self) -> Iterator[str]:
        with _explained():
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.folder):
                for entry in page.get("Contents", ()):
                    name = entry["Key"].rpartition("/")[2]
                    if HASH.fullmatch(name):
                        yield name

    def check(self) -> None:
        with _explained():
            self.client.head_bucket(Bucket=self.bucket)

    def _place(self, key: str) -> str:
        return f"{self.folder}{place_of(key)}"


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        response: Any = getattr(error, "response", {})
        if response.get("Error", {}).get("Code") in GONE:
            raise FileNotFoundError(str(error)) from error
        log.error("The bucket of files refuses: %s", error)
        raise NotKept(_("The server cannot reach its store of files: try again later.")) from error
