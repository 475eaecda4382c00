"""What the tests of files share: a customer, pictures, and a bucket that is no mock of ours."""

import io

import pytest
from PIL import Image

from core.testing.ports import HOST


@pytest.fixture
def contact(working):
    """A customer that files can stand on."""
    return working.model("contacts.contact").create(name="Bahor Market", city="Buxoro")


@pytest.fixture
def picture():
    """Make `picture("JPEG", size, exif=…)`: the bytes of one."""

    def make(kind="PNG", size=(800, 400), **options):
        stream = io.BytesIO()
        Image.new("RGB", size, (30, 90, 200)).save(stream, kind, **options)
        return stream.getvalue()

    return make


@pytest.fixture(scope="session")
def bucket_server():
    """The address of a server that speaks as S3 does."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(HOST, 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def store(request, tmp_path, instance):
    """Each store in turn, used by the process."""
    from core.background.files.store import current_store, use_store
    from core.testing.instances import settings_for

    more = {}
    if request.param == "s3":
        address = request.getfixturevalue("bucket_server")
        more = {
            "KARVON_FILES__S3": f"s3://karvon/{tmp_path.name.replace('_', '-')}?endpoint={address}",
            "KARVON_FILES__S3_KEY": "test",
            "KARVON_FILES__S3_SECRET": "test",
        }
    use_store(settings_for(instance.settings.database.url, tmp_path, **more))
    made = current_store()
    if request.param == "s3":
        made.client.create_bucket(Bucket="karvon")
    yield made
    if request.param == "s3":
        made.client.close()
