//! The tests of the package.

mod languages;
