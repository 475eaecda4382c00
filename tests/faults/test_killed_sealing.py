"""Whoever seals the history is killed, again and again: the chain is whole all the same."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from core.background.sealing import seal
from core.config import ROOT, without_instance
from core.data.chain import head
from core.data.heads import kept_heads
from core.data.history import History
from core.data.verifying import verify

ROUNDS = 4  # of two who seal at once


def start(instance):
    words = (instance.settings.database.url, str(instance.settings.paths.var))
    return subprocess.Popen(
        [sys.executable, Path(__file__).with_name("sealing.py"), *words],
        env={**without_instance(os.environ), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_chain_whose_sealers_were_killed_is_whole(working, instance):
    chance = random.Random(4)
    for _round in range(ROUNDS):
        both = [start(instance), start(instance)]
        for each in both:
            assert each.stdout.readline() == "sealed\n"
        time.sleep(chance.uniform(0, 0.2))
        for each in both:
            each.kill()
            each.communicate()
        assert verify().fault is None
    seal()
    assert verify().fault is None
    assert head().rows == History.select().count() > 400 * ROUNDS
    assert kept_heads().heads[-1] == head()
