"""Draws the emblem of the European Union as a PNG, after the Union's graphical specification: a 3:2 field, twelve
upright five-pointed stars on a circle of a third of the height, each star in a circle of an eighteenth of it."""

import math
import struct
import zlib

BLUE, GOLD = (0x00, 0x33, 0x99), (0xFF, 0xCC, 0x00)
SAMPLES = 4


def star(centre_x, centre_y, radius):
    """The ten corners of an upright star."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = []
    for index in range(10):
        reach = radius if index % 2 == 0 else inner
        angle = math.radians(-90 + 36 * index)
        corners.append((centre_x + reach * math.cos(angle), centre_y + reach * math.sin(angle)))
    return corners


def contains(corners, x, y):
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(height=360):
    width = height * 3 // 2
    rows = [bytearray(BLUE * width) for _ in range(height)]
    radius = height / 18
    for hour in range(12):
        angle = math.radians(30 * hour)
        x0 = width / 2 + height / 3 * math.sin(angle)
        y0 = height / 2 - height / 3 * math.cos(angle)
        corners = star(x0, y0, radius)
        for y in range(int(y0 - radius) - 1, int(y0 + radius) + 2):
            for x in range(int(x0 - radius) - 1, int(x0 + radius) + 2):
                hits = sum(
                    contains(corners, x + (i + 0.5) / SAMPLES, y + (j + 0.5) / SAMPLES)
                    for i in range(SAMPLES) for j in range(SAMPLES)
                )
                share = hits / SAMPLES**2
                if share:
                    mixed = [round(blue + (gold - blue) * share) for blue, gold in zip(BLUE, GOLD, strict=True)]
                    rows[y][3 * x : 3 * x + 3] = bytes(mixed)
    lines = b"".join(b"\0" + bytes(line) for line in rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )
