//! Mechanisms: the noise, one file for each, its privacy map beside its sampler.
