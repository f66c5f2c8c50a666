"""Writes earth_centred.csv: points of the WGS 84 ellipsoid, computed with 60 digits (needs mpmath).

Each row: geodetic latitude and longitude in degrees, as bits of an f64; then x, y and z in metres, each as a sum of two
f64 (high and low part, as bits).
"""
import csv, random, struct
from mpmath import mp, mpf, sin, cos, sqrt, pi

mp.dps = 60
random.seed(20240620)


def bits(value):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", float(value)))[0]


def split(value):
    high = float(value)
    return bits(high), bits(float(value - mpf(high)))


def point(latitude, longitude):
    phi, turn = mpf(latitude) * pi / 180, mpf(longitude) * pi / 180
    flattening = 1 / mpf("298.257223563")
    squared = flattening * (2 - flattening)
    normal = 6378137 / sqrt(1 - squared * sin(phi) ** 2)
    return normal * cos(phi) * cos(turn), normal * cos(phi) * sin(turn), normal * (1 - squared) * sin(phi)


latitudes = [0.0, 52.0907, -37.8, 65.0, -65.3, 89.9, 89.99999, -89.9999999, 90.0, -90.0]
longitudes = [0.0, 5.1214, 90.0, 179.9999, -180.0]
cases = [(latitude, longitude) for latitude in latitudes for longitude in longitudes]
cases += [(random.uniform(-90, 90), random.uniform(-180, 180)) for _ in range(1000)]
with open("earth_centred.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow("latitude longitude x_high x_low y_high y_low z_high z_low".split())
    for case in cases:
        out.writerow([*map(bits, case), *(part for value in point(*case) for part in split(value))])
