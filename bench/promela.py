"""Promela twins of two built-in models, each one process of atomic steps over packed bytes.

One process, unrolled, is what SPIN stores and runs best: no process identities in the state, no
loops to interpret, timestamps with their region in one byte.
"""

from __future__ import annotations

REGIONS = (0, 1, 2)
LINKS = tuple((source, target) for source in REGIONS for target in REGIONS if source != target)


def two_phase_commit(*, rms: int) -> str:
    """A transaction manager and `rms` resource managers; their messages stay readable for ever."""
    steps = [
        f"tm == 0 && {' && '.join(f'heard{rm}' for rm in range(rms))} -> tm = 1; commit = 1",
        "tm == 0 -> tm = 2; abort = 1",
    ]
    for rm in range(rms):
        steps += [
            f"tm == 0 && ready{rm} -> heard{rm} = 1",
            f"rm{rm} == 0 -> rm{rm} = 1; ready{rm} = 1",
            f"rm{rm} == 0 -> rm{rm} = 3",
            f"commit -> rm{rm} = 2",
            f"abort -> rm{rm} = 3",
        ]
    split = " || ".join(
        f"(rm{one} == 2 && rm{other} == 3)"
        for one in range(rms)
        for other in range(rms)
        if one != other
    )
    checked = [f"{step}; assert(!({split or 'false'}))" for step in steps]
    declared = ["unsigned tm : 2; bit commit; bit abort;"]
    declared += [f"unsigned rm{rm} : 2; bit ready{rm}; bit heard{rm};" for rm in range(rms)]
    return _program(declared, checked)


def lww_register(*, writes: int, crash: int = 1, cut: int = 1) -> str:
    """Three regions, a link in order between each two, last writer wins, crashes and cuts."""
    declared = ["hidden byte got;", "byte cut, written, crashed, cuts;"]
    declared += [f"byte store{region}, clock{region}; bit down{region};" for region in REGIONS]
    declared += [f"chan {_link(*link)} = [{max(writes, 1)}] of {{ byte }};" for link in LINKS]
    busy = " + ".join(f"len({_link(*link)})" for link in LINKS)
    quiet = f"assert(({busy}) != 0 || (store0 == store1 && store1 == store2))"
    steps = [step for region in REGIONS for step in _region_steps(region, writes, crash, cut)]
    steps += [_delivery(source, target) for source, target in LINKS]
    steps.append("cut != 0 -> cut = 0")
    return _program(declared, [f"{step}; {quiet}" for step in steps])


def _region_steps(region: int, writes: int, crash: int, cut: int) -> list[str]:
    others = [other for other in REGIONS if other != region]
    sends = "; ".join(f"{_link(region, other)}!store{region}" for other in others)
    return [
        f"!down{region} && written < {writes} -> written++; clock{region}++; "
        f"store{region} = clock{region} * 4 + {region + 1}; {sends}",
        f"!down{region} && crashed < {crash} -> down{region} = 1; crashed++",
        f"down{region} -> down{region} = 0",
        f"cut == 0 && cuts < {cut} -> cut = {region + 1}; cuts++",
    ]


def _delivery(source: int, target: int) -> str:
    link = _link(source, target)
    return (
        f"!down{target} && len({link}) > 0 && cut != {source + 1} && cut != {target + 1} -> "
        f"{link}?got; if :: got > store{target} -> store{target} = got :: else fi; "
        f"if :: (got >> 2) > clock{target} -> clock{target} = got >> 2 :: else fi; got = 0"
    )


def _link(source: int, target: int) -> str:
    return f"link{source}{target}"


def _program(declared: list[str], steps: list[str]) -> str:
    options = "\n".join(f"  :: d_step {{ {step} }}" for step in steps)
    head = "\n".join(declared)
    return f"{head}\nactive proctype system() {{\nend: do\n{options}\n  od\n}}\n"
