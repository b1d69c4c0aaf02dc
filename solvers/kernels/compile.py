"""IR text to machine code, in this process: the only place that knows llvmlite.

LLVM's own passes over the text add nothing after the tape, and the cheaper level of code generation
gives code as fast as the dearer one. Without any, code is a third as fast and made in a fifth of
the time, which is right for what is run once in a trajectory.
"""

from __future__ import annotations

import ctypes
import hashlib
import platform
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...models.cache import DiskCache, user_cache
from ...models.lazy import load
from ...models.recent import Recent
from .page import Machine

LEVEL, HASTY = 1, 0  # of code generation: of what is run often, and of what is not
# Bytes of machine code kept in a process, and what an engine takes besides. Texts, which are longer
# than the code made from them, are not kept.
KEPT, BESIDE = 32 << 20, 3 << 16
# Vector functions of glibc: prefix by width of a call. They are wrong by at most four units in the
# last place (glibc manual, section "Errors in Math Functions").
_PREFIXES = {"avx512f": ("_ZGVeN8", 8), "avx2": ("_ZGVdN4", 4), "sse2": ("_ZGVbN2", 2)}
_ARM = ("_ZGVnN2", 2)
_LIBRARIES = ("libm.so.6", "libmvec.so.1")  # elsewhere the process has the C library's functions
_VECTOR = "exp expm1 log log1p sin cos tan asin acos atan sinh cosh tanh pow".split()


@dataclass(frozen=True)
class Code:
    """Functions in memory.

    Parameters
    ----------
    functions
        Callable from Python without the interpreter's lock.
    owner
        Keeps the memory.
    """

    functions: tuple[Callable[..., int], ...]
    owner: Any


@lru_cache(maxsize=1)
def unsupported() -> str | None:
    """Return why nothing can be compiled on this platform, or None where it can."""
    try:
        _target()
    except (ImportError, OSError, RuntimeError) as error:
        return f"llvmlite does not work here ({error})".replace("\n", " ")
    return None


@lru_cache(maxsize=1)
def host() -> Machine:
    """Return what this machine offers to emitted code."""
    features = load("llvmlite.binding").get_host_cpu_features()
    arm = platform.machine() in ("aarch64", "arm64")
    width = 8 if features.get("avx512f") else 4
    prefix, together = _ARM if arm else next(
        (found for name, found in _PREFIXES.items() if features.get(name)), ("", 1)
    )  # fmt: skip
    functions = {
        op: name
        for op in _VECTOR
        if (name := f"{prefix}{'vv' if op == 'pow' else 'v'}_{op}") and _address(name)
    }
    return Machine(width, arm or bool(features.get("fma")), functions, together)


@lru_cache(maxsize=1)
def _kept() -> Recent[Code]:
    return Recent(KEPT)


def compiled(
    text: str, signatures: tuple[tuple[str, str], ...], seldom: str = "", shared: str = ""
) -> Code:
    """Return the functions of a module.

    Parameters
    ----------
    text
        The module.
    signatures
        Name of each function to return, and the letters of its result and arguments: ``p`` for an
        address, ``q`` for an integer, ``v`` for nothing.
    seldom
        A module of functions that are run seldom, if there are any; the two may call one another.
    shared
        A module of functions that others are linked with as well: on disk it is kept apart.

    Raises
    ------
    RuntimeError
        If the text is not a module, or calls what is not there.
    """
    key = hashlib.sha256(repr((text, signatures, seldom, shared)).encode()).hexdigest()
    found = _kept().get(key)
    if found is None:
        texts = ((text, LEVEL), (seldom, HASTY), (shared, LEVEL))
        found, size = _loaded(texts, signatures)
        _kept().put(key, found, size)
    return found


def forget() -> None:
    """Keep nothing in this process any more: what is asked for next is loaded or compiled again."""
    _kept.cache_clear()


def _loaded(
    texts: Sequence[tuple[str, int]], signatures: tuple[tuple[str, str], ...]
) -> tuple[Code, int]:
    """Return the functions of modules, each with its level, and the bytes of their machine code."""
    missing = [name for name in _external("".join(text for text, _ in texts)) if not _address(name)]
    if missing:
        raise RuntimeError(f"the C library has no {', '.join(missing)}")
    try:
        return _linked([_object(text, level) for text, level in texts if text], signatures)
    except RuntimeError:  # a file that looks sound may still hold what cannot be linked
        return _linked([_made(text, level) for text, level in texts if text], signatures)


def _linked(objects: Sequence[bytes], signatures: tuple[tuple[str, str], ...]) -> tuple[Code, int]:
    """Return the functions of machine code, and its bytes."""
    ll = load("llvmlite.binding")
    # Its linker lays all parts of a module side by side. MCJIT maps code and constants apart, where
    # a full address space may leave no room within the two gigabytes that instructions reach.
    engine = ll.create_lljit_compiler(_machine(LEVEL), use_jit_link=True)
    library = ll.JITLibraryBuilder().add_current_process()
    for machine_code in objects:
        library.add_object_img(machine_code)
    for name, _ in signatures:
        library.export_symbol(name)
    linked = library.link(engine, "kernels")
    functions = tuple(_function(linked[name], letters) for name, letters in signatures)
    return Code(functions, (linked, engine)), sum(map(len, objects)) + BESIDE


def _function(address: int, letters: str) -> Callable[..., int]:
    kinds: dict[str, Any] = {"p": ctypes.c_void_p, "q": ctypes.c_int64, "v": None}
    result, *arguments = [kinds[letter] for letter in letters]
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def _object(text: str, level: int) -> bytes:
    """Return the machine code of a module, from disk if it is there."""
    cache = _disk()
    found = cache.get(_key(text, level)) if cache else None
    return _made(text, level) if found is None else found


def _made(text: str, level: int) -> bytes:
    """Return the machine code of a module, made now and kept on disk."""
    ll = load("llvmlite.binding")
    parsed = ll.parse_assembly(text)
    parsed.verify()
    made = bytes(_machine(level).emit_object(parsed))
    cache = _disk()
    if cache:
        cache.put(_key(text, level), made)
    return made


def _disk() -> DiskCache | None:
    folder = user_cache()
    return None if folder is None else DiskCache(folder, ".o")


def _key(text: str, level: int) -> str:
    return hashlib.sha256("\n".join([*_circumstances(), str(level), text]).encode()).hexdigest()


@lru_cache(maxsize=1)
def _circumstances() -> Sequence[str]:
    """Return what machine code depends on besides the text."""
    ll = load("llvmlite.binding")
    features = ll.get_host_cpu_features().flatten()
    version = ".".join(map(str, ll.llvm_version_info))
    return [ll.get_process_triple(), ll.get_host_cpu_name(), features, version]


def _machine(level: int) -> Any:
    ll = load("llvmlite.binding")
    features = ll.get_host_cpu_features().flatten()
    return _target().create_target_machine(
        cpu=ll.get_host_cpu_name(), features=features, opt=level, reloc="pic", codemodel="small"
    )


@lru_cache(maxsize=1)
def _target() -> Any:
    ll = load("llvmlite.binding")
    ll.initialize_native_target()
    ll.initialize_native_asmprinter()
    for library in _LIBRARIES:
        with suppress(RuntimeError):  # what is then missing is found missing, function by function
            ll.load_library_permanently(library)
    return ll.Target.from_triple(ll.get_process_triple())


def _address(name: str) -> int | None:
    _target()
    return load("llvmlite.binding").address_of_symbol(name)


def _external(text: str) -> list[str]:
    """Return the functions that modules call and others must provide."""
    own = set(re.findall(r"^define .*?@([\w.]+)\(", text, re.MULTILINE))
    names = re.findall(r"^declare .*?@([\w.]+)\(", text, re.MULTILINE)
    return [name for name in names if name not in own and not name.startswith("llvm.")]
