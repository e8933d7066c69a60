//! Reads the arguments and opens the right face.

mod explain;

fn main() {}
