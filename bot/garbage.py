"""When Python looks for unreachable circles of objects: not while the program is being loaded.

Loading makes half a million objects that stay. Looking through them again and again takes a tenth
of the start, and later stops every answer for a tenth of a second now and then.
"""

import gc

_YOUNG = 5_000
"""New objects after which the youngest are looked through; nearly all of an answer's die before."""


def put_off() -> None:
    """Look for none until `settle`."""
    gc.disable()


def settle() -> None:
    """Look once, then never again through what stays; nothing where it was not put off."""
    if gc.isenabled():
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    gc.enable()
