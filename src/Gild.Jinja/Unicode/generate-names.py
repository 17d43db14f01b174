#!/usr/bin/env python3
"""Writes names.deflate: the names of Unicode characters for \\N{...} in template strings.

One line per character in order of code points: the name, after the distance to the last code point when that is not 1
("12 NAME"). Names that follow from the code point (CJK, Hangul) are left out: CharacterNames.cs computes them.
Run with Python 3.11, whose Unicode tables (14.0) the rest of the engine follows.
"""
import os
import unicodedata
import zlib

COMPUTED = ('CJK UNIFIED IDEOGRAPH-', 'HANGUL SYLLABLE ')

lines = []
last = -1
for point in range(0x110000):
    name = unicodedata.name(chr(point), '')
    if not name or name.startswith(COMPUTED):
        continue
    lines.append(name if point == last + 1 else '%d %s' % (point - last, name))
    last = point

compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
data = compressor.compress('\n'.join(lines).encode('ascii')) + compressor.flush()
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'names.deflate')
with open(path, 'wb') as file:
    file.write(data)
print(len(lines), 'names,', len(data), 'bytes')
