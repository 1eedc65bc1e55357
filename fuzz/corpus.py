#!/usr/bin/env python3
"""Writes fuzz/corpus/wire/ from tests/vectors/wire.h: a binary file for each vector, named by its title.

Run it after a vector was added; the files are part of the tree.
"""
import pathlib
import re

here = pathlib.Path(__file__).parent
text = (here.parent / "tests/vectors/wire.h").read_text()
corpus = here / "corpus/wire"
corpus.mkdir(parents=True, exist_ok=True)
for title, octets in re.findall(r'\{ "([^"]+)",\n((?:\s+"[0-9a-f]+",?\n)+)', text):
    name = re.sub(r"[^A-Za-z0-9]+", "_", title).strip("_")
    (corpus / name).write_bytes(bytes.fromhex("".join(re.findall(r'"([0-9a-f]+)"', octets))))
