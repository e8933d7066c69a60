//! X11 and Wayland.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::DisplayProblem;

/// The libraries that winit opens at run time on X11, with Debian's packages.
const X11_LIBRARIES: [(&str, &str); 7] = [
    ("libX11.so.6", "libx11-6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb.so.1", "libxcb1"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
];
/// The same for Wayland, whose client library is our own.
const WAYLAND_LIBRARIES: [(&str, &str); 1] = [("libxkbcommon.so.0", "libxkbcommon0")];

const WAYLAND: [&str; 2] = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET"];

pub fn available() -> Result<(), DisplayProblem> {
    if WAYLAND.into_iter().any(is_set) {
        missing(&WAYLAND_LIBRARIES)?;
        return reach_wayland();
    }
    if !is_set("DISPLAY") {
        return Err(DisplayProblem::None);
    }
    missing(&X11_LIBRARIES)?;
    reach_x()
}

pub fn needs_restart_under_x() -> Option<Command> {
    let wayland = WAYLAND.into_iter().any(is_set);
    if !wayland || !is_set("DISPLAY") || missing(&X11_LIBRARIES).is_err() || reach_x().is_err() {
        return None;
    }
    let mut command = Command::new(env::current_exe().ok()?);
    command.args(env::args_os().skip(1));
    for name in WAYLAND {
        command.env_remove(name);
    }
    Some(command)
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn reach_x() -> Result<(), DisplayProblem> {
    match x11rb::connect(None) {
        Ok(_) => Ok(()),
        Err(error) => Err(DisplayProblem::Unreachable {
            display: env::var("DISPLAY").unwrap_or_default(),
            detail: error.to_string(),
        }),
    }
}

fn reach_wayland() -> Result<(), DisplayProblem> {
    // A socket that was handed over is open already.
    let Some(name) = env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty()) else { return Ok(()) };
    let folder = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default();
    match UnixStream::connect(folder.join(&name)) {
        Ok(_) => Ok(()),
        Err(error) => {
            Err(DisplayProblem::Unreachable { display: name.to_string_lossy().into_owned(), detail: error.to_string() })
        }
    }
}

/// Looks for libraries as the loader does, without opening them: in its cache, and in the usual folders.
fn missing(libraries: &[(&'static str, &'static str)]) -> Result<(), DisplayProblem> {
    let cache = std::fs::read("/etc/ld.so.cache").unwrap_or_default();
    let folders = folders();
    for (name, package) in libraries {
        let listed = contains(&cache, name.as_bytes());
        if !listed && !folders.iter().any(|folder| folder.join(name).exists()) && !folders.is_empty() {
            return Err(DisplayProblem::Library { name, package });
        }
    }
    Ok(())
}

fn folders() -> Vec<PathBuf> {
    let own = env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let triplet = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
    let usual = ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib", triplet.as_str()];
    let usual = usual.into_iter().map(PathBuf::from);
    env::split_paths(&own).chain(usual).filter(|folder| Path::is_dir(folder)).collect()
}

fn contains(bytes: &[u8], name: &[u8]) -> bool {
    bytes.windows(name.len() + 1).any(|window| window.strip_suffix(&[0]) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_named() {
        let nowhere = [("libnowhere-to-be-found.so.9", "libnowhere9")];
        let problem = missing(&nowhere).unwrap_err();
        assert_eq!(problem, DisplayProblem::Library { name: nowhere[0].0, package: nowhere[0].1 });
        assert!(problem.words().1.contains("libnowhere9"));
    }

    #[test]
    fn names_in_the_cache_are_found_whole() {
        assert!(contains(b"\0libX11.so.6\0/usr", b"libX11.so.6"));
        assert!(!contains(b"\0libX11.so.60\0/usr", b"libX11.so.6"));
    }
}
