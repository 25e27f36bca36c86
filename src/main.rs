//! The frame's entry.

fn main() {}
