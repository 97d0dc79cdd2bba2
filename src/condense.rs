//! Observations to series.
