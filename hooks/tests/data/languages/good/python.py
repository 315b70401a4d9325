#!/usr/bin/env python3
"""A docstring with "quotes" and ''' in it \""" """
import os


def strings(a, b={}):
    x = r'\'' + R"\"" + b'\x00' + rb'\'' + u"é" + Rb"\\" + ''
    y = f"{a!r:>{len(b)}} {{no}} {b['}'] if b else {1: 2}[1]!s} \N{BULLET} {a:%H:%M}"
    z = f'''{
        a  # a comment
        + f"{x}{f'{y}'}"
    } "{a}" '''
    old = f'{a["b"]}{"".join(f"<{i}>" for i in a)}' rf'\{a}\d{{2}}'
    new = f"{a["b"]} {'\n'.join(x)} {lambda_(x=(1, 2))}"
    self_documenting = f"{a=} {a != b} {a:{'>'}{10}}"
    joined = "one" \
        'two \
three'
    if a: return x
    elif (a
  and b):
        # comment
   # another, indented as it likes
        return [
    1, 2,
]

    while True:
	# a tab before a comment
        break
    else:
        pass; return {
            'a': 1}[
        'a'
    ]


class A: pass


def tabs():
	if os:
		return 1
	return lambda x: x
