//! Whole lattices.
