//! The texts.
