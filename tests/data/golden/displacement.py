"""Writes displacement.csv: steps on the sphere, computed with 60 digits (needs mpmath).

Each row: latitude and longitude in degrees, arc in radians, bearing in turns, as bits of an f64; then the end point's
latitude and longitude in degrees, each as a sum of two f64 (high and low part, as bits).
"""
import csv, random, struct
from mpmath import mp, mpf, sin, cos, atan2, sqrt, pi

mp.dps = 60
random.seed(20240620)


def bits(value):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", float(value)))[0]


def split(value):
    high = float(value)
    return bits(high), bits(float(value - mpf(high)))


def step(latitude, longitude, arc, bearing):
    phi, delta, theta = mpf(latitude) * pi / 180, mpf(arc), mpf(bearing) * 2 * pi
    x = cos(phi) * cos(delta) - sin(phi) * sin(delta) * cos(theta)
    y = sin(delta) * sin(theta)
    z = sin(phi) * cos(delta) + cos(phi) * sin(delta) * cos(theta)
    return atan2(z, sqrt(x * x + y * y)) * 180 / pi, mpf(longitude) + atan2(y, x) * 180 / pi


latitudes = [0.0, 52.0907, -37.8, 65.0, -65.3, 89.9, 89.99999, -89.9999999, 90.0, -90.0]
longitudes = [0.0, 5.1214, 179.9999, -180.0]
arcs = [1e-9, 8.5e-7, 3.1e-5, 1e-3, 0.1, 1.0, 1.5707963, 3.0, 3.14159265]
bearings = [0.0, 0.125, 0.25, -0.5, -0.3333333333333333]
cases = [(a, o, d, b) for a in latitudes for o in longitudes for d in arcs for b in bearings]
cases += [
    (random.uniform(-90, 90), random.uniform(-180, 180), 10 ** random.uniform(-9, 0.497), random.uniform(-0.5, 0.5))
    for _ in range(2200)
]
with open("displacement.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow("latitude longitude arc bearing end_latitude_high end_latitude_low end_longitude_high end_longitude_low".split())
    for case in cases:
        latitude, longitude = step(*case)
        out.writerow([*map(bits, case), *split(latitude), *split(longitude)])
