"""Writes datum.csv and datum_border.csv: GCJ-02 and BD-09, computed with 50 digits (needs mpmath).

datum.csv: a place in WGS 84, the same in GCJ-02 and in BD-09; latitude and longitude in degrees, the first two as bits of
an f64, the others as a sum of two f64 (high and low part, as bits).

datum_border.csv: latitude and longitude of a position in GCJ-02 (bits), how many places it could mean, the least distance
in degrees by which it or its smooth inverse misses the border, and the place where it means one (bits).
"""
import csv, random, struct
from mpmath import mp, mpf, sin, cos, atan2, sqrt, pi

mp.dps = 50
random.seed(20020101)

AXIS, ECCENTRICITY_SQUARED = mpf(6378245), mpf("0.00669342162296594323")
SOUTH, NORTH, WEST, EAST = (float(text) for text in ("0.8293", "55.8271", "72.004", "137.8347"))


def bits(value):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", float(value)))[0]


def split(value):
    high = float(value)
    return bits(high), bits(float(value - mpf(high)))


def gcj02(latitude, longitude):
    x, y = longitude - 105, latitude - 35
    common = 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    north = common + 20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)
    east = common + 20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)
    north = north * 2 / 3 - 100 + 2 * x + 3 * y + y * y / 5 + x * y / 10 + sqrt(abs(x)) / 5
    east = east * 2 / 3 + 300 + x + 2 * y + x * x / 10 + x * y / 10 + sqrt(abs(x)) / 10
    phi = latitude * pi / 180
    w = 1 - ECCENTRICITY_SQUARED * sin(phi) ** 2
    degree_north = AXIS * (1 - ECCENTRICITY_SQUARED) / w ** mpf("1.5") * pi / 180
    degree_east = AXIS / sqrt(w) * cos(phi) * pi / 180
    return latitude + north / degree_north, longitude + east / degree_east


def bd09(latitude, longitude):
    k = 3000 * pi / 180
    z = sqrt(latitude**2 + longitude**2) + mpf("0.00002") * sin(latitude * k)
    theta = atan2(latitude, longitude) + mpf("0.000003") * cos(longitude * k)
    return z * sin(theta) + mpf("0.006"), z * cos(theta) + mpf("0.0065")


def newton(forward, target):
    """The place that a map leads to the target, by Newton's method with difference quotients."""
    at, step = list(target), mpf(10) ** -20
    for _ in range(12):
        here = forward(*at)
        north, east = forward(at[0] + step, at[1]), forward(at[0], at[1] + step)
        a, c = (north[0] - here[0]) / step, (north[1] - here[1]) / step
        b, d = (east[0] - here[0]) / step, (east[1] - here[1]) / step
        u, v = target[0] - here[0], target[1] - here[1]
        at[0] += (d * u - b * v) / (a * d - b * c)
        at[1] += (a * v - c * u) / (a * d - b * c)
    here = forward(*at)
    assert abs(here[0] - target[0]) + abs(here[1] - target[1]) < mpf(10) ** -30
    return at


def depth(latitude, longitude):
    """How far inside the area, in degrees; negative outside."""
    return min(latitude - mpf(SOUTH), mpf(NORTH) - latitude, longitude - mpf(WEST), mpf(EAST) - longitude)


places = [
    (31.2304, 121.4737), (39.915, 116.404), (22.5438, 114.0579), (43.8256, 87.6168), (29.6525, 91.1721),
    (45.8038, 126.535), (18.2528, 109.5119), (35.0, 105.0), (35.0, 104.99999), (35.0, 105.00001), (20.0, 105.0),
]
places += [(random.uniform(SOUTH + 0.02, NORTH - 0.02), random.uniform(WEST + 0.02, EAST - 0.02)) for _ in range(600)]
with open("datum.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow("latitude,longitude,gcj_lat,gcj_lat_low,gcj_lon,gcj_lon_low,bd_lat,bd_lat_low,bd_lon,bd_lon_low".split(","))
    for place in places:
        moved = gcj02(*map(mpf, place))
        again = bd09(*moved)
        out.writerow([bits(place[0]), bits(place[1]), *split(moved[0]), *split(moved[1]), *split(again[0]), *split(again[1])])


def border(side, along, across):
    """A position `across` degrees inside one side of the area (1 south, 2 north, 3 west, 4 east)."""
    latitude, longitude = SOUTH + along * (NORTH - SOUTH), WEST + along * (EAST - WEST)
    return [(SOUTH + across, longitude), (NORTH - across, longitude), (latitude, WEST + across), (latitude, EAST - across)][side]


positions = [border(side, random.random(), random.uniform(-0.012, 0.012)) for side in range(4) for _ in range(150)]
positions += [border(side, random.random(), random.uniform(-3e-5, 3e-5)) for side in range(4) for _ in range(40)]
positions += [(latitude + random.uniform(-0.015, 0.015), longitude + random.uniform(-0.015, 0.015))
              for latitude in (SOUTH, NORTH) for longitude in (WEST, EAST) for _ in range(60)]
for side in range(4):  # just beside the other end of the band, which the smooth inverse of the border makes
    for _ in range(40):
        moved = gcj02(*map(mpf, border(side, random.random(), random.uniform(-3e-5, 3e-5))))
        positions.append((float(moved[0]), float(moved[1])))
with open("datum_border.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow("latitude,longitude,places,miss,wgs_lat,wgs_lon".split(","))
    counts = {}
    for position in positions:
        target = tuple(map(mpf, position))
        found = newton(gcj02, target)
        is_inside, is_outside = depth(*found) >= 0, depth(*target) < 0
        count = int(is_inside) + int(is_outside)
        counts[count] = counts.get(count, 0) + 1
        meant = found if is_inside else target
        miss = min(abs(depth(*found)), abs(depth(*target)))
        out.writerow([bits(position[0]), bits(position[1]), count, bits(miss), *(map(bits, meant) if count == 1 else ("", ""))])
    print(counts)
