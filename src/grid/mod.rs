//! Grids: fixed global partitions of the Earth into cells.
