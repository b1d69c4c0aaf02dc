"""A process whose address space is full but for single pages, and some room far from these.

Run as a program: what is compiled then has to find its constants, which instructions reach only
within two gigabytes.
"""

import ctypes

import ratelaw as rl
from ratelaw.solvers.kernels.compile import forget

PAGE, FAR, ROOM, ALL = 4096, 1 << 33, 1 << 28, 1 << 46
PRIVATE_ANONYMOUS_UNRESERVED = 0x4022
NOWHERE = ctypes.c_void_p(-1).value

C = ctypes.CDLL(None)
C.mmap.restype = ctypes.c_void_p
C.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
C.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]


def take(size: int) -> int:
    """Return the address of some address space that nothing else gets, nowhere if there is none."""
    return C.mmap(None, size, 0, PRIVATE_ANONYMOUS_UNRESERVED, -1, 0)


def crowd() -> None:
    """Take all address space but single pages, and some room far from these."""
    pages, _, room, size = take(512 * PAGE), take(FAR), take(ROOM), ALL
    while size >= PAGE:
        if take(size) == NOWHERE:
            size //= 2
    C.munmap(room, ROOM)
    for k in range(0, 512, 2):
        C.munmap(pages + k * PAGE, PAGE)


def solved(number: int, method: str = "auto") -> float:
    """Return an end state of a model whose code no other has."""
    text = f"dx/dt = 1.{number}*x - x*y; dy/dt = -3*y + x*y; x(0) = 1; y(0) = 1"
    return rl.solve(rl.model(text), 1, method=method).y[0, -1]


if __name__ == "__main__":
    solved(0)
    expected = [solved(number, "reference:dop853") for number in range(1, 6)]
    crowd()
    forget()
    assert all(abs(solved(k) - x) < 1e-4 for k, x in enumerate(expected, 1))
