package io.hereabouts.example

/** The policy of this app, as TOML: what it tells, to whom, and how exactly. An app of yours has it in its assets. */
const val RULES = """
# What this app tells, to whom, and how exactly. See it in sentences: hereabouts policy explain policy.toml
version = 1

[protection]
radius_m = 200

[[budget]]
epsilon = 8
window = "24h"

[zones]
epsilon = 0.5
radius = "300m"

[purposes.weather]
mechanism = { kind = "planar-laplace", epsilon = 1.2 }
repeat = { kind = "hold", within = "10km", epsilon = 0.5, recall = 16 }
grid = { kind = "h3", resolution = 7 }
interval = "15min"
time_bucket = "1h"
keep = []

[purposes.stores]
mechanism = { kind = "planar-laplace", epsilon = 1 }
repeat = { kind = "hold", within = "6km", epsilon = 0.5, recall = 16 }
grid = { kind = "metric", edge_m = 1500 }
interval = "30min"
time_bucket = "1h"
keep = []

[ceilings.city]
floor = { area_km2 = 100 }

[ceilings.region]
floor = { area_km2 = 5000 }

[destinations.forecast]
jurisdiction = "DE"
operator = "Example Weather GmbH"
floor = { area_km2 = 1.0 }

[destinations.shop]
jurisdiction = "NL"
operator = "Example Shop B.V."
floor = { area_km2 = 1.0 }
"""
