"""Addons go off and on under running servers, in every worker, with the next request."""

import threading
import time
from pathlib import Path

LIST = "/contacts/contact/"


class Pressing(threading.Thread):
    """Somebody who goes on asking for pages, and keeps what was not answered as it should be."""

    def __init__(self, visitor, paths):
        super().__init__()
        self.visitor, self.paths = visitor, paths
        self.failed, self.answered = [], 0
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            for path in self.paths:
                try:
                    status = self.visitor.get(path).status
                except OSError as error:
                    self.failed.append((path, error))
                    continue
                self.answered += 1
                if status not in (200, 404):
                    self.failed.append((path, status))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.done.set()
        self.join()


def _answers(visitor, times=60):
    return {visitor.get(LIST).status for _ in range(times)}


def _in_menu(visitor):
    return 'href="/contacts/contact/"' in visitor.get("/").text


def test_three_workers_follow_the_apps_page_and_the_verb_with_the_next_request(shell):
    served = shell.serve("--workers", "3")
    admin = shell.admin(served)
    other = served.visitor()
    other.cookies.update(admin.cookies)
    assert _answers(admin) == {200}
    with Pressing(other, ["/", LIST]) as pressing:
        assert admin.post("/apps/contacts/disable", page="/apps").status == 303
        assert _answers(admin) == {404}
        assert not _in_menu(admin)
        assert admin.post("/apps/contacts/enable", page="/apps").status == 303
        assert _answers(admin) == {200}
        assert _in_menu(admin)
        assert shell.run("addon", "disable", "contacts").returncode == 0
        assert _answers(admin) == {404}
        assert shell.run("addon", "enable", "contacts").returncode == 0
        assert _answers(admin) == {200}
    assert pressing.failed == []
    assert pressing.answered > 30
    served.stop()
    assert served.complained() == ""


def test_fifty_toggles_leave_the_memory_as_it_was(empty_shell):
    empty_shell.run("migrate")
    served = empty_shell.serve()
    admin = empty_shell.admin(served)
    (worker,) = served.workers()

    def toggle(times):
        for _ in range(times):
            for word, status in (("disable", 404), ("enable", 200)):
                admin.post(f"/apps/contacts/{word}", page="/apps")
                assert admin.get(LIST).status == status

    toggle(3)
    before = _resident(worker)
    toggle(25)
    grown = _resident(worker) - before  # each round toggles twice
    assert grown <= 10, f"{grown:.1f} MB"


def _resident(process):
    """The megabytes that a process keeps in memory."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the process has no memory")


def test_a_new_addon_serves_its_pages_on_a_running_server(empty_shell, addon_folder):
    shell = empty_shell
    shell.environ["KARVON_ADDONS__PATH"] = str(addon_folder)
    shell.run("migrate")
    served = shell.serve()
    admin = shell.admin(served)
    assert shell.run("addon", "new", "helpdesk", "--into", str(addon_folder)).returncode == 0
    assert "helpdesk" in admin.get("/apps").text
    assert admin.get("/helpdesk/entry/").status == 404
    assert shell.run("addon", "enable", "helpdesk").returncode == 0
    began = time.monotonic()
    page = admin.get("/helpdesk/entry/")
    assert page.status == 200, f"after {time.monotonic() - began:.1f} s"
    assert "Helpdesk" in page.text
