#!/usr/bin/env python3
"""Writes UnicodeTables.cs and HtmlEntities.cs beside this file.

The tables hold what CPython's str methods know about each character. Run it with the Python whose
Unicode version the engine shall imitate (CPython 3.11: Unicode 14.0).
"""
import os
import unicodedata
from html.entities import html5

HERE = os.path.dirname(os.path.abspath(__file__))
LAST = 0x110000
SURROGATES = range(0xD800, 0xE000)


def flags(code):
    s = chr(code)
    sigma = '\u03a3'
    final = '\u03c2'
    surrogate = code in SURROGATES
    after_cased = not surrogate and (s + sigma).lower()[-1] == final
    transparent = not surrogate and not after_cased and ('a' + s + sigma).lower()[-1] == final
    bits = [s.isalpha(), s.isdecimal(), s.isdigit(), s.isnumeric(), s.isspace(), s.isprintable(),
            s.isupper(), s.islower(), unicodedata.category(s) == 'Lt', s.isidentifier(),
            ('a' + s).isidentifier(), after_cased, transparent]
    return sum(1 << i for i, bit in enumerate(bits) if bit)


def class_runs():
    previous, runs, kinds = None, [], []
    for code in range(LAST):
        f = flags(code)
        if f != previous:
            if f not in kinds:
                kinds.append(f)
            runs.append(code << 8 | kinds.index(f))
            previous = f
    return runs, kinds


def mapping_runs(function):
    """Simple mappings as (first, count, step, difference); those to several characters apart."""
    single, several = [], []
    for code in range(LAST):
        mapped = function(chr(code))
        if len(mapped) > 1:
            several.append((code, mapped))
        elif ord(mapped) != code:
            single.append((code, ord(mapped) - code))
    runs, i = [], 0
    while i < len(single):
        first, difference = single[i]
        step, count, j = 0, 1, i + 1
        while j < len(single) and single[j][1] == difference:
            gap = single[j][0] - single[j - 1][0]
            if step == 0 and gap in (1, 2):
                step = gap
            elif gap != step or gap not in (1, 2):
                break
            count, j = count + 1, j + 1
        runs += [first, count << 2 | (step or 1), difference]
        i = j
    return runs, several


def numbers(values, form='0x{:X}'):
    lines, line = [], '       '
    for value in values:
        text = ' ' + (form.format(value) if value >= 0 else '-' + form.format(-value)) + ','
        if len(line) + len(text) > 118:
            lines.append(line)
            line = '       '
        line += text
    return '\n'.join(lines + [line])


def escaped(text):
    out = ''
    for ch in text:
        code = ord(ch)
        if ch in '\\"':
            out += '\\' + ch
        elif 32 <= code < 127:
            out += ch
        elif code > 0xFFFF:
            out += f'\\U{code:08X}'
        else:
            out += f'\\u{code:04X}'
    return out


def string_constant(text, width=100):
    parts, part = [], ''
    for ch in text:
        part += escaped(ch)
        if len(part) > width:
            parts.append(part)
            part = ''
    parts.append(part)
    return ' +\n'.join(f'        "{p}"' for p in parts)


def write(name, text):
    with open(os.path.join(HERE, name), 'w', encoding='utf-8', newline='\n') as file:
        file.write(text)


def unicode_tables():
    runs, kinds = class_runs()
    parts = [f'''// Written by generate.py; do not edit.
namespace Gild.Jinja.Unicode;

/// <summary>Character classes and case mappings of Unicode {unicodedata.unidata_version}, as CPython's str methods use them.</summary>
static class UnicodeTables
{{
    /// <summary>Start of each run of equal characters, shifted left by 8, and the index of its class.</summary>
    public static ReadOnlySpan<uint> Runs =>
    [
{numbers(runs)}
    ];

    public static ReadOnlySpan<ushort> Classes =>
    [
{numbers(kinds)}
    ];
''']
    for name, function in (('Lower', str.lower), ('Upper', str.upper), ('Title', str.title), ('Fold', str.casefold)):
        simple, several = mapping_runs(function)
        joined = ''.join(chr(code) + mapped + '\0' for code, mapped in several)
        parts.append(f'''
    /// <summary>Triples: first, count and step (two low bits), difference.</summary>
    public static ReadOnlySpan<int> {name}Runs =>
    [
{numbers(simple)}
    ];

    /// <summary>Mappings to several characters, each ended by a NUL.</summary>
    public const string {name}Several =
{string_constant(joined)};
''')
    write('UnicodeTables.cs', ''.join(parts) + '}\n')


def html_entities():
    joined = ''.join(f'{name} {text} ' for name, text in sorted(html5.items()) if name not in ('Tab;', 'NewLine;'))
    write('HtmlEntities.cs', f'''// Written by generate.py; do not edit.
namespace Gild.Jinja.Unicode;

/// <summary>The named character references of HTML 5.</summary>
static class HtmlEntities
{{
    /// <summary>Name and text, each followed by a space. Left out: <c>Tab;</c> and <c>NewLine;</c>.</summary>
    public const string Pairs =
{string_constant(joined)};
}}
''')


unicode_tables()
html_entities()
