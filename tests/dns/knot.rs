//! Knot DNS on loopback, with a signed zone `test.` and below it `gw.test.`, which is signed, `plain.test.`, which is
//! not, `forged.test.`, which was changed after it was signed, and `stripped.test.`, which lost its signatures.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hickory_resolver::proto::dnssec::{Algorithm, PublicKeyBuf, TrustAnchors};
use hickory_resolver::proto::rr::{LowerName, Name};

pub struct Knot {
    child: Child,
    port: u16,
    /// Where DNSSEC begins: the key of `test.`.
    pub keys: Arc<TrustAnchors>,
    _folder: tempfile::TempDir,
}

const HEAD: &str = "$TTL 60\n@ SOA ns.test. root.test. 1 3600 600 86400 60\n@ NS ns.test.\n";
const SIGNED: [&str; 4] = ["test", "gw.test", "forged.test", "stripped.test"];

impl Knot {
    /// `signed` and `plain`: what stands in `gw.test.` and in `plain.test.`. None where Knot DNS is not installed.
    pub fn start(signed: &str, plain: &str) -> Option<Self> {
        let installed = |program: &str| Command::new(program).arg("--version").output().is_ok();
        if !["knotd", "keymgr", "kzonesign"].into_iter().all(installed) {
            println!("skipped: Knot DNS is not installed (Debian: knot knot-dnssecutils)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        for folder in ["keys", "served"] {
            std::fs::create_dir(here.join(folder)).unwrap();
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        std::fs::write(here.join("sign.conf"), configuration(here, port, true)).unwrap();
        std::fs::write(here.join("serve.conf"), configuration(here, port, false)).unwrap();
        let mut above = format!("{HEAD}ns A 127.0.0.1\nplain NS ns.test.\n");
        for zone in SIGNED {
            run(
                here,
                "keymgr",
                &["-c", "sign.conf", zone, "generate", "algorithm=ECDSAP256SHA256", "ksk=yes", "zsk=yes"],
            );
            if zone != "test" {
                let delegation = run(here, "keymgr", &["-c", "sign.conf", zone, "ds"]);
                // SHA-256, which everybody knows.
                let digest = delegation.lines().find(|line| line.contains(" 13 2 ")).unwrap();
                above += &format!("{zone}. NS ns.test.\n{digest}\n");
            }
        }
        let other = format!("_587._tcp.mx TLSA 3 1 1 {}\n", "ab".repeat(32));
        for (zone, content) in
            [("test", above), ("gw.test", format!("{HEAD}{signed}")), ("forged.test", format!("{HEAD}{other}"))]
        {
            std::fs::write(here.join(format!("{zone}.zone")), content).unwrap();
            run(here, "kzonesign", &["-c", "sign.conf", "-o", "served", zone]);
        }
        for (zone, content) in [("plain.test", plain), ("stripped.test", other.as_str())] {
            std::fs::write(here.join(format!("served/{zone}.zone")), format!("{HEAD}{content}")).unwrap();
        }
        // One octet of the record, and not of its signature.
        let forged = here.join("served/forged.test.zone");
        let text =
            std::fs::read_to_string(&forged).unwrap().replace("ABABABAB", "ABABABAC").replace("abababab", "abababac");
        std::fs::write(&forged, text).unwrap();

        let key = run(here, "keymgr", &["-c", "sign.conf", "test", "dnskey"]);
        let key = STANDARD
            .decode(key.split_whitespace().skip_while(|word| *word != "13").skip(1).collect::<String>())
            .unwrap();
        let mut keys = TrustAnchors::empty();
        let name = LowerName::from(Name::from_ascii("test.").unwrap());
        keys.insert_with_name(&PublicKeyBuf::new(key, Algorithm::ECDSAP256SHA256), name);
        let child = Command::new("knotd")
            .args(["-c", "serve.conf"])
            .current_dir(here)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let knot = Self { child, port, keys: Arc::new(keys), _folder: folder };
        while TcpStream::connect(knot.address()).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(knot)
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }
}

impl Drop for Knot {
    fn drop(&mut self) {
        self.child.kill().expect("the name server was running");
        self.child.wait().expect("the name server ends");
    }
}

fn configuration(here: &Path, port: u16, sign: bool) -> String {
    let here = here.display();
    let storage = if sign { format!("{here}") } else { format!("{here}/served") };
    let mut text = format!(
        "server:\n    listen: 127.0.0.1@{port}\n    rundir: {here}\ndatabase:\n    storage: {here}/keys\n\
         policy:\n  - id: own\n    manual: on\n    algorithm: ecdsap256sha256\n    single-type-signing: on\n\
         template:\n  - id: default\n    storage: {storage}\n    file: \"%s.zone\"\n    journal-content: none\n    \
         zonefile-load: whole\n    zonefile-sync: -1\nzone:\n"
    );
    for zone in ["test", "gw.test", "plain.test", "forged.test", "stripped.test"] {
        text += &format!("  - domain: {zone}\n");
        if sign && zone != "plain.test" {
            text += "    dnssec-signing: on\n    dnssec-policy: own\n";
        }
    }
    text
}

fn run(here: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(here).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}
