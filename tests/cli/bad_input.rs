//! Bad input: a clear error each, the right exit code, nothing queued, and everything else untouched.

use std::path::Path;
use std::process::Command;

use super::{Profile, ended};

/// A TIFF whose directory promises more than there is.
fn lying_tiff() -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0\x05\0".to_vec();
    for (tag, kind, value) in
        [(256u16, 4u16, 1728u32), (257, 4, 4_000_000_000), (259, 3, 4), (273, 4, 8), (279, 4, 4_000_000_000)]
    {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

/// A PDF of these objects; `more` stands in its trailer.
fn pdf(objects: &[&str], more: &str) -> Vec<u8> {
    let (mut text, mut table) = ("%PDF-1.4\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let (size, start) = (objects.len() + 1, text.len());
    text += &format!("xref\n0 {size}\n{table}trailer\n<< /Root 1 0 R /Size {size} {more} >>\n");
    text += &format!("startxref\n{start}\n%%EOF\n");
    text.into_bytes()
}

fn encrypted() -> Vec<u8> {
    let key = "0123456789abcdef".repeat(4);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        &format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 /O <{key}> /U <{key}> >>"),
    ];
    pdf(&objects, "/Encrypt 4 0 R /ID [<00> <00>]")
}

fn many_pages(count: usize) -> Vec<u8> {
    let kids: String = (0..count).map(|at| format!("{} 0 R ", at + 3)).collect();
    let pages = format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>");
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>", &pages];
    objects.extend(std::iter::repeat_n("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>", count));
    pdf(&objects, "")
}

#[tokio::test]
async fn a_refused_document_queues_nothing() {
    let profile = Profile::new();
    let _gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    std::fs::create_dir(profile.path("folder")).unwrap();
    let folder = profile.path("folder").display().to_string();
    for (file, words) in [
        (profile.file("broken.pdf", b"%PDF-1.7\nnothing"), "damaged"),
        (profile.file("encrypted.pdf", encrypted()), "password"),
        (profile.file("empty.pdf", b""), "empty"),
        (profile.file("huge.pdf", many_pages(20_000)), "pages"),
        (profile.file("lying.tif", lying_tiff()), ""),
        (profile.file("song.mp3", b"ID3\x04\0\0\0\0\0\0\xff\xfb"), "kind"),
        (profile.file("none.docx", b"PK\x03\x04\x14\0\x06\0"), "kind"),
        (folder, "folder"),
        ("/nowhere.pdf".to_owned(), "cannot be opened"),
        ("/dev/zero".to_owned(), "cannot be opened"),
    ] {
        let sent = profile.ask(&["send", "--to", "+14155550123", &letter, &file]).await;
        let message = sent.failed(3);
        assert!(message.contains(&file) && message.contains(words), "{message}");
        let rendered = profile.ask(&["render", &letter, &file, "-o", "out.tif"]).await;
        assert_eq!(rendered.failed(3), message);
    }
    assert!(!profile.path("out.tif").exists());
    for (number, words) in [("", "Enter"), ("12", ""), ("abc", "not a telephone"), ("+999 1234567", "country")] {
        let sent = profile.ask(&["send", "--to", "+14155550123", "--to", number, &letter]).await;
        assert!(sent.failed(2).contains(words), "{number}");
    }
    assert_eq!(profile.stages().await, Vec::<String>::new());
    assert_eq!(profile.ask(&["send", "--to", "+14155550123", &letter]).await.code, 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_without_the_right_to_read_it_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let profile = Profile::new();
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    std::fs::set_permissions(&letter, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::read(&letter).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    assert!(profile.ask(&["render", &letter, "-o", "out.tif"]).await.failed(3).contains("cannot be opened"));
}

#[tokio::test]
async fn without_a_keyring_nothing_is_kept_elsewhere_unasked() {
    let profile = Profile::new();
    let mut command = profile.command(&["--json", "outbox", "list"]);
    command.env("FAXSEAL_SECRETS", "keyring").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    command.env_remove("XDG_RUNTIME_DIR");
    if cfg!(target_os = "linux") {
        let message = ended(command).await.failed(1);
        assert!(message.contains("keyring") && message.contains("--secrets file"), "{message}");
        assert!(!profile.path("profile").join("faxseal.db").exists());
    } else {
        println!("skipped: this system always has a keyring");
    }
}

#[tokio::test]
async fn a_profile_that_cannot_be_opened_says_why() {
    let profile = Profile::new();
    assert_eq!(profile.ask(&["outbox", "list"]).await.code, 0);
    let mut command = profile.command(&["--json", "outbox", "list"]);
    command.env("FAXSEAL_PASSPHRASE", "another");
    assert!(ended(command).await.failed(1).contains("passphrase does not open"));
    let mut command = profile.command(&["--json", "outbox", "list"]);
    command.env_remove("FAXSEAL_PASSPHRASE");
    assert!(ended(command).await.failed(2).contains("FAXSEAL_PASSPHRASE"));

    let settings = profile.path("profile").join("settings.toml");
    std::fs::write(&settings, "region = 'DE'\naccounts = 3\n").unwrap();
    let message = profile.ask(&["outbox", "list"]).await.failed(1);
    assert!(message.contains("settings.toml, line 2"), "{message}");
    assert_eq!(std::fs::read_to_string(&settings).unwrap(), "region = 'DE'\naccounts = 3\n");
    std::fs::remove_file(settings).unwrap();

    let database = profile.path("profile").join("faxseal.db");
    std::fs::write(&database, vec![7; 8192]).unwrap();
    assert!(profile.ask(&["outbox", "list"]).await.failed(1).contains("faxseal.db"));
    std::fs::remove_file(profile.path("profile").join("secrets.sealed")).unwrap();
    assert!(profile.ask(&["outbox", "list"]).await.failed(1).contains("key of"));
}

/// A file system of this many bytes, as long as it lives.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(path: &'a Path, bytes: u32) -> Option<Self> {
        std::fs::create_dir(path).unwrap();
        let size = format!("size={bytes}");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(path).output();
        mount.is_ok_and(|mounted| mounted.status.success()).then_some(Self(path))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing() {
    let profile = Profile::new();
    let small = profile.path("profile");
    let Some(_disk) = SmallDisk::mount(&small, 1_200_000) else {
        println!("skipped: no right to mount a small disk");
        return;
    };
    let _gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    assert_eq!(profile.ask(&["send", "--queue-only", "--to", "+14155550123", &letter]).await.code, 0);
    let free = Command::new("df").args(["--output=avail", "-B1"]).arg(&small).output().unwrap();
    let free: usize = String::from_utf8(free.stdout).unwrap().lines().nth(1).unwrap().trim().parse().unwrap();
    std::fs::write(small.join("filler"), vec![0; free.saturating_sub(8192)]).unwrap();
    let noise: Vec<u8> = (0..60_000u32).map(|at| b' ' + (at.wrapping_mul(2_654_435_761) >> 25) as u8 % 90).collect();
    let long = profile.file("long.txt", noise);
    let full = profile.ask(&["send", "--queue-only", "--to", "+14155550123", &long]).await;
    assert!(full.failed(1).contains("disk is full"), "{}", full.out);
    let out = small.join("out.tif");
    let full = profile.ask(&["render", &long, "-o", out.to_str().unwrap()]).await;
    assert!(full.failed(1).contains("disk is full"), "{}", full.out);
    assert!(!out.exists());
    std::fs::remove_file(small.join("filler")).unwrap();
    assert_eq!(profile.stages().await, ["queued"]);
    assert_eq!(profile.ask(&["outbox", "run"]).await.code, 0);
    assert_eq!(profile.stages().await, ["accepted"]);
}
