//! A wall around a process that reads what strangers wrote: no files but those that it is given, no network, no other
//! programs. What the system does not offer is left out; the limits on memory and time stand all the same.

use std::collections::BTreeMap;
use std::path::PathBuf;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetError,
    Scope, path_beneath_rules,
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

/// What is known of Landlock here; an older system does as much of it as it knows.
const KNOWN: ABI = ABI::V6;

/// Which files stay in reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The system's fonts, to be read.
    Fonts,
    /// Programs with what they need, to be read and to be started once: what is started has the same wall around it.
    Programs,
}

/// Raises the wall, for good. To be called before the process has a second thread.
pub fn raise(reach: Reach) {
    if let Err(error) = close_files(reach) {
        log::debug!("Landlock is not in force: {error}");
    }
    match forbid(reach) {
        Ok(program) => {
            if let Err(error) = seccompiler::apply_filter(&program) {
                log::debug!("seccomp is not in force: {error}");
            }
        }
        Err(error) => log::debug!("seccomp is not in force: {error}"),
    }
}

fn close_files(reach: Reach) -> Result<(), RulesetError> {
    let allowed: BitFlags<AccessFs> = match reach {
        Reach::Fonts => AccessFs::ReadFile | AccessFs::ReadDir,
        Reach::Programs => AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute,
    };
    let created = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?;
    created.add_rules(path_beneath_rules(places(reach), allowed))?.restrict_self()?;
    Ok(())
}

/// Those that are not there are left out.
fn places(reach: Reach) -> Vec<PathBuf> {
    let fixed: &[&str] = match reach {
        Reach::Fonts => &["/etc/fonts", "/usr/share/fonts", "/usr/share/fontconfig", "/usr/local/share/fonts"],
        Reach::Programs => &["/usr", "/lib", "/lib64", "/bin", "/etc", "/var/lib/ghostscript", "/dev/null"],
    };
    let mut places: Vec<PathBuf> = fixed.iter().map(PathBuf::from).collect();
    if reach == Reach::Fonts
        && let Some(home) = std::env::var_os("HOME").map(PathBuf::from)
    {
        places.extend([home.join(".fonts"), home.join(".local/share/fonts")]);
    }
    places.retain(|place| place.exists());
    places
}

/// Calls of the system that reading a document never needs, and that lead out of it.
fn forbid(reach: Reach) -> Result<BpfProgram, seccompiler::BackendError> {
    let always = [
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_open,
        libc::SYS_pidfd_getfd,
        libc::SYS_pidfd_send_signal,
        libc::SYS_kcmp,
        libc::SYS_io_uring_setup,
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_open_by_handle_at,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_kexec_load,
        libc::SYS_kill,
    ];
    let start = [libc::SYS_execve, libc::SYS_execveat];
    let start = start.iter().filter(|_| reach == Reach::Fonts);
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> =
        always.iter().chain(start).map(|call| (*call, Vec::new())).collect();
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let target = TargetArch::try_from(std::env::consts::ARCH)?;
    SeccompFilter::new(rules, SeccompAction::Allow, refused, target)?.try_into()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io;
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::process::Command;

    use super::*;

    /// What a thread behind the wall can still do: the wall stands around the thread that raises it, and its children.
    fn behind(reach: Reach) -> Vec<&'static str> {
        let tries = move || {
            raise(reach);
            let refused = |error: &io::Error| matches!(error.raw_os_error(), Some(libc::EPERM | libc::EACCES));
            let can = |outcome: io::Result<()>| !outcome.is_err_and(|error| refused(&error));
            let file = std::env::temp_dir().join("faxseal-behind-the-wall");
            let tries = [
                (
                    "read the passwords' file",
                    can(fs::read("/root/.profile").or_else(|_| fs::read("/var/lib/dpkg/status")).map(drop)),
                ),
                ("look into the root", can(fs::read_dir("/").map(drop))),
                ("read what the system tells of it", can(fs::read("/proc/self/environ").map(drop))),
                ("write a file", can(File::create(file).map(drop))),
                ("listen", can(TcpListener::bind("127.0.0.1:0").map(drop))),
                ("connect", can(TcpStream::connect("127.0.0.1:9").map(drop))),
                ("send a datagram", can(UdpSocket::bind("127.0.0.1:0").map(drop))),
                ("start a program", can(Command::new("/usr/bin/true").status().map(drop))),
                ("read the fonts", can(fs::read_dir("/usr/share/fonts").map(drop))),
            ];
            tries.into_iter().filter_map(|(what, can)| can.then_some(what)).collect()
        };
        std::thread::spawn(tries).join().unwrap()
    }

    #[test]
    fn nothing_but_fonts_is_in_reach() {
        assert_eq!(behind(Reach::Fonts), ["read the fonts"]);
        assert_eq!(behind(Reach::Programs), ["start a program", "read the fonts"]);
    }
}
