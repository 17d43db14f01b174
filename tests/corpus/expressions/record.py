#!/usr/bin/env python3
"""Writes what jinja2 (3.1.6 on CPython 3.11) makes of each template below it into the *.expressions files.

A file holds templates, one a line, each followed by what comes out: "  = output" or "  ! class of the error".
In outputs a line end is written \\n and a backslash \\\\. Add templates as lines of their own and run this again.
"""
import glob
import os
import warnings

import jinja2
from jinja2.sandbox import SandboxedEnvironment

warnings.simplefilter('ignore')


def result(environment, template):
    try:
        out = environment.from_string(template).render()
        return '  = ' + out.replace('\\', '\\\\').replace('\n', '\\n').replace('\r', '\\r')
    except Exception as error:
        return '  ! ' + type(error).__name__


for path in sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), '*.expressions'))):
    strict = path.endswith('strict.expressions')
    environment = SandboxedEnvironment(
        extensions=['jinja2.ext.do'], undefined=jinja2.StrictUndefined if strict else jinja2.Undefined)
    with open(path, encoding='utf-8', newline='\n') as file:
        lines = file.read().split('\n')
    kept = []
    for line in lines:
        if line.startswith(('  = ', '  ! ')):
            continue
        kept.append(line)
        if line and not line.startswith('#'):
            kept.append(result(environment, line))
    with open(path, 'w', encoding='utf-8', newline='\n') as file:
        file.write('\n'.join(kept))
