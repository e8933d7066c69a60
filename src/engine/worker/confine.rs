//! What the system offers to keep a process small.

#[cfg(target_os = "linux")]
use super::wall;

/// Bytes of memory that the child may have for its data.
#[cfg(unix)]
const DATA: u64 = 1536 << 20;
/// Bytes of address space: more than the data, as threads reserve much that they never touch.
#[cfg(unix)]
const ADDRESS_SPACE: u64 = 4 << 30;
/// Seconds of processor time.
#[cfg(unix)]
const CPU_SECONDS: u64 = 900;
/// Open files: fonts are opened one at a time.
#[cfg(unix)]
const FILES: u64 = 64;

/// Limits this process for good, and shuts it in with the fonts.
pub fn confine() {
    limit();
    #[cfg(target_os = "linux")]
    wall::raise(wall::Reach::Fonts);
}

/// Shuts this process in with the programs of the system.
pub fn wall_for_programs() {
    #[cfg(target_os = "linux")]
    wall::raise(wall::Reach::Programs);
}

/// Limits this process for good: memory, processor time, open files; no core dump, and no file is written.
#[cfg(unix)]
pub fn limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = [
        (Resource::Data, DATA),
        (Resource::As, ADDRESS_SPACE),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Nofile, FILES),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ];
    for (resource, most) in limits {
        let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
        // A system that does not know one of them still has the others, and the parent's clock.
        if let Err(error) = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }) {
            log::debug!("no limit for {resource:?}: {error}");
        }
    }
}

/// Nothing is limited on this system yet but the time, by the parent.
#[cfg(not(unix))]
pub const fn limit() {}

/// Did the child end because the system stopped it, and why?
#[cfg(unix)]
pub fn cause(status: std::process::ExitStatus) -> Option<Cause> {
    use std::os::unix::process::ExitStatusExt;

    use rustix::process::Signal;
    let signal = status.signal()?;
    if signal == Signal::KILL.as_raw() {
        Some(Cause::Memory)
    } else if signal == Signal::XCPU.as_raw() {
        Some(Cause::Time)
    } else {
        None
    }
}

/// Not told on this system.
#[cfg(not(unix))]
pub fn cause(_status: std::process::ExitStatus) -> Option<Cause> {
    None
}

/// Why the system stopped a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Killed without our doing: the system ran out of memory.
    Memory,
    /// Its processor time was used up.
    Time,
}
