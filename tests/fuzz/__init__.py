"""Fuzzing of whatever comes from outside: front matter, pages, bodies, feeds.

``python -m tests.fuzz markdown --seconds 600`` throws generated inputs at one target and stops at
the first that breaks it, which it prints. With ``--engine atheris`` (``pip install atheris``)
libFuzzer chooses the inputs by what code they reach; hypothesis, the default, shortens what it
finds. ``test_targets`` runs a few hundred inputs of each in every test run, and all that ever
broke one.
"""
