"""A real QR code as PNG: version 4, error level L, byte mode, up to 78 bytes. Scanning programs read it.

ISO/IEC 18004. One version and one level are enough for an address, and keep it this short.
"""

from __future__ import annotations

import struct
import zlib

SIZE = 33
DATA, CHECK = 80, 20  # bytes of one block
LONGEST = DATA - 2
SCALE, QUIET = 8, 4
FORMAT_L_MASK_0 = 0b111011111000100

Grid = list[list[int | None]]


def picture(text: str) -> bytes:
    """PNG of the code. ValueError when the text is longer than 78 bytes of UTF-8."""
    data = text.encode()
    if len(data) > LONGEST:
        raise ValueError("too long for this code")
    return _png(_matrix(_block(data)))


def _block(data: bytes) -> bytes:
    """Mode 4, length, data, end and filling, then the check bytes."""
    bits = f"0100{len(data):08b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    body = bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8))[:DATA]
    body += bytes([0xEC, 0x11] * DATA)[: DATA - len(body)]
    return body + _check(body)


def _times(left: int, right: int) -> int:
    """In the field of 256 elements over x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0x100:
            left ^= 0x11D
        right >>= 1
    return product


def _check(body: bytes) -> bytes:
    """The rest of dividing by the generator of Reed and Solomon."""
    generator, root = [1], 1
    for _ in range(CHECK):
        longer = [*generator, 0]
        for at, factor in enumerate(generator):
            longer[at + 1] ^= _times(factor, root)
        generator, root = longer, _times(root, 2)
    rest = [*body, *[0] * CHECK]
    for at in range(len(body)):
        first = rest[at]
        for step, factor in enumerate(generator):
            rest[at + step] ^= _times(factor, first)
    return bytes(rest[len(body) :])


def _matrix(block: bytes) -> Grid:
    grid: Grid = [[None] * SIZE for _ in range(SIZE)]
    for row, column in ((0, 0), (0, SIZE - 7), (SIZE - 7, 0)):
        _finder(grid, row, column)
    for at in range(8, SIZE - 8):
        grid[6][at] = grid[at][6] = 1 - at % 2
    for row in range(-2, 3):
        for column in range(-2, 3):
            grid[26 + row][26 + column] = int(max(abs(row), abs(column)) != 1)
    _format(grid)
    _fill(grid, "".join(f"{byte:08b}" for byte in block))
    return grid


def _finder(grid: Grid, top: int, left: int) -> None:
    for row in range(-1, 8):
        for column in range(-1, 8):
            if 0 <= top + row < SIZE and 0 <= left + column < SIZE:
                ring = max(abs(row - 3), abs(column - 3))
                grid[top + row][left + column] = int(ring not in {2, 4})


def _format(grid: Grid) -> None:
    """Level and mask, twice, and the one module that is always dark."""
    bits = [FORMAT_L_MASK_0 >> (14 - at) & 1 for at in range(15)]
    across = [0, 1, 2, 3, 4, 5, 7, SIZE - 8, *range(SIZE - 7, SIZE)]
    down = [*range(SIZE - 1, SIZE - 8, -1), 8, 7, 5, 4, 3, 2, 1, 0]
    for at, bit in enumerate(bits):
        grid[8][across[at]] = bit
        grid[down[at]][8] = bit
    grid[SIZE - 8][8] = 1


def _fill(grid: Grid, bits: str) -> None:
    """Two columns at a time, from the right, up and down in turn, turned over by mask 0."""
    at, upward = 0, True
    for right in (*range(SIZE - 1, 6, -2), 5, 3, 1):
        for step in range(SIZE):
            row = SIZE - 1 - step if upward else step
            for column in (right, right - 1):
                if grid[row][column] is None:
                    bit = int(bits[at]) if at < len(bits) else 0
                    grid[row][column] = bit ^ int((row + column) % 2 == 0)
                    at += 1
        upward = not upward


def _png(grid: Grid) -> bytes:
    side = (SIZE + 2 * QUIET) * SCALE
    light = b"\x00" + b"\xff" * side
    rows = [light] * (QUIET * SCALE)
    for line in grid:
        inner = b"".join((b"\x00" if cell else b"\xff") * SCALE for cell in line)
        edge = b"\xff" * (QUIET * SCALE)
        rows += [b"\x00" + edge + inner + edge] * SCALE
    rows += [light] * (QUIET * SCALE)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
