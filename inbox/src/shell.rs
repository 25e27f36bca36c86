//! stub
pub fn start() {}
