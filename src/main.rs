//! Reads the arguments and opens the right face.

fn main() {}
