//! The words of the command line.

mod identity;
mod mailbox;
mod receiving;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use faxseal::engine::Coding;
use faxseal::engine::practice::{BUSY, OWN_NUMBER};
use faxseal::fax::certificate::Service;
use faxseal::fax::gateway::{AddressRule, Attachment, Fingerprint, HeaderLine, SignInBy, SuccessDsn, TlsStart};
use faxseal::fax::number::Number;
use faxseal::fax::page::{Layout, Paper, PaperChoice, Resolution, Tone};
use faxseal::fax::signature::ink::Hand;
use faxseal::i18n::t;

use super::signature::SignAt;
pub use identity::{Identity, MakeIdentity, RenewIdentity};
pub use mailbox::{Mailbox, SetMailbox};
pub use receiving::Receiving;

#[derive(Debug, Parser)]
#[command(name = "faxseal", version, about = t::help_about(), after_help = t::help_exit_codes())]
pub struct Arguments {
    #[arg(long, global = true, env = "FAXSEAL_DATA_DIR", value_name = "DIR", help = t::help_data_dir())]
    pub data_dir: Option<PathBuf>,
    #[arg(long, global = true, env = "FAXSEAL_SECRETS", value_enum, default_value = "keyring", help = t::help_secrets())]
    pub secrets: Secrets,
    #[arg(long, global = true, value_name = "FILE", help = t::help_passphrase_file())]
    pub passphrase_file: Option<PathBuf>,
    #[arg(long, global = true, help = t::help_json())]
    pub json: bool,
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help = t::help_verbose())]
    pub verbose: u8,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Secrets {
    #[value(help = t::help_secrets_keyring())]
    Keyring,
    #[value(help = t::help_secrets_file())]
    File,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(about = t::help_compose())]
    Compose {
        #[arg(value_name = "FILE", help = t::help_compose_files())]
        files: Vec<PathBuf>,
    },
    #[command(about = t::help_demo(), long_about = t::help_demo_long(OWN_NUMBER, BUSY))]
    Demo(Demo),
    #[command(about = t::help_render())]
    Render(Render),
    #[command(about = t::help_account(), subcommand)]
    Account(Account),
    #[command(about = t::help_identity(), subcommand)]
    Identity(Identity),
    #[command(about = t::help_check())]
    Check(Check),
    #[command(about = t::help_send())]
    Send(Send),
    #[command(about = t::help_signature(), subcommand)]
    Signature(Signature),
    #[command(about = t::help_outbox(), subcommand)]
    Outbox(Outbox),
    #[command(about = t::help_inbox(), subcommand)]
    Inbox(Inbox),
    #[command(about = t::help_contacts(), subcommand)]
    Contacts(Contacts),
    #[command(about = t::help_receive(), long_about = t::help_receive_long())]
    Receive(Receive),
    #[command(about = t::help_mailbox(), subcommand)]
    Mailbox(Mailbox),
    #[command(about = t::help_receiving(), subcommand)]
    Receiving(Receiving),
    #[command(about = t::help_audit(), subcommand)]
    Audit(Audit),
    #[command(about = t::help_report())]
    Report(Report),
    #[command(about = t::help_gateway())]
    Gateway(Gateway),
    #[command(hide = true, about = t::help_man())]
    Man {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    #[command(hide = true, about = t::help_completions())]
    Completions { shell: Shell },
}

#[derive(Debug, Args)]
pub struct Demo {
    #[arg(long, help = t::help_demo_headless())]
    pub headless: bool,
    #[arg(short, long, value_name = "FILE", help = t::help_demo_output())]
    pub output: Option<PathBuf>,
    #[arg(value_name = "FILE", help = t::help_demo_files())]
    pub files: Vec<PathBuf>,
}

/// How documents become pages.
#[derive(Debug, Args)]
pub struct Pages {
    #[arg(long, default_value = "fine", value_parser = resolutions(), help = t::help_resolution())]
    resolution: Resolution,
    #[arg(long, default_value = "auto", value_parser = papers(), help = t::help_paper())]
    paper: PaperChoice,
    #[arg(long, default_value = "auto", value_parser = tones(), help = t::help_tone())]
    tone: Tone,
    #[arg(long, value_name = "N", help = t::help_jobs())]
    jobs: Option<usize>,
}

impl Pages {
    pub fn layout(&self) -> Layout {
        Layout { resolution: self.resolution, paper: self.paper, tone: self.tone }
    }

    /// Pages rendered at a time.
    pub fn jobs(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.jobs.unwrap_or_else(all).max(1)
    }
}

/// One of a few words, each for a value.
macro_rules! words {
    ($name:ident, $type:ty, $($word:literal => $value:expr),+) => {
        fn $name() -> impl clap::builder::TypedValueParser<Value = $type> {
            PossibleValuesParser::new([$($word),+]).map(|word| match word.as_str() {
                $($word => $value,)+
                _ => Default::default(),
            })
        }
    };
}

words!(resolutions, Resolution, "standard" => Resolution::Standard, "fine" => Resolution::Fine, "superfine" => Resolution::Superfine);
words!(papers, PaperChoice, "auto" => PaperChoice::Auto, "a4" => PaperChoice::Fixed(Paper::A4),
    "letter" => PaperChoice::Fixed(Paper::Letter), "legal" => PaperChoice::Fixed(Paper::Legal));
words!(tones, Tone, "auto" => Tone::Auto, "text" => Tone::Text, "photo" => Tone::Photo);
words!(codings, Coding, "mmr" => Coding::Mmr, "mr" => Coding::Mr, "mh" => Coding::Mh);
words!(attachments, Attachment, "tiff-f" => Attachment::TiffF, "tiff-s" => Attachment::TiffS, "pdf" => Attachment::Pdf);
words!(ways, SignInBy, "password" => SignInBy::Password, "scram-sha-256" => SignInBy::ScramSha256,
    "xoauth2" => SignInBy::Xoauth2, "oauthbearer" => SignInBy::Oauthbearer, "external" => SignInBy::External);
words!(header_lines, HeaderLine, "sender" => HeaderLine::Sender, "gateway" => HeaderLine::Gateway);
words!(hands, Hand, "running" => Hand::Running, "lively" => Hand::Lively, "quick" => Hand::Quick);
words!(tls_starts, TlsStart, "starttls" => TlsStart::Starttls, "implicit" => TlsStart::Implicit);
words!(protocols, Service, "smtp" => Service::Submission, "imap" => Service::Mailbox);
words!(successes, SuccessDsn, "handed-over" => SuccessDsn::HandedOver, "faxed" => SuccessDsn::Faxed);

#[derive(Debug, Args)]
pub struct Render {
    #[arg(required = true, value_name = "FILE", help = t::help_files())]
    pub files: Vec<PathBuf>,
    #[arg(short, long, value_name = "OUT", help = t::help_render_output())]
    pub output: PathBuf,
    #[command(flatten)]
    pub pages: Pages,
    #[arg(long, default_value = "mmr", value_parser = codings(), help = t::help_coding())]
    pub coding: Coding,
    #[arg(long, value_name = "FIELDS.json", help = t::help_cover_fields())]
    pub cover: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Signature {
    #[command(about = t::help_signature_list())]
    List,
    #[command(about = t::help_signature_add())]
    Add(AddSignature),
    #[command(about = t::help_signature_remove())]
    Remove { name: String },
}

#[derive(Debug, Args)]
pub struct AddSignature {
    #[arg(value_name = "NAME", help = t::help_signature_name())]
    pub name: String,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["typed", "hand"], help = t::help_signature_image())]
    pub image: Option<PathBuf>,
    #[arg(long, value_name = "TEXT", help = t::help_signature_typed())]
    pub typed: Option<String>,
    #[arg(long, default_value = "running", value_parser = hands(), help = t::help_signature_hand())]
    pub hand: Hand,
    #[arg(long, help = t::help_signature_initials())]
    pub initials: bool,
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100), help = t::help_signature_thickness())]
    pub thickness: u8,
}

#[derive(Debug, Subcommand)]
pub enum Account {
    #[command(about = t::help_account_add())]
    Add(Box<AddAccount>),
    #[command(about = t::help_account_set())]
    Set(Box<SetAccount>),
    #[command(about = t::help_account_presets())]
    Presets,
    #[command(about = t::help_account_list())]
    List,
    #[command(about = t::help_account_show())]
    Show { name: String },
    #[command(about = t::help_account_test())]
    Test { name: Option<String> },
    #[command(about = t::help_account_remove())]
    Remove { name: String },
    #[command(about = t::help_account_password())]
    Password {
        name: String,
        #[arg(long, help = t::help_password_stdin())]
        password_stdin: bool,
    },
}

#[derive(Debug, Args)]
pub struct AddAccount {
    #[arg(value_name = "NAME", help = t::help_account_name())]
    pub name: Option<String>,
    #[arg(long = "name", value_name = "NAME", hide = true, conflicts_with = "name")]
    pub called: Option<String>,
    #[arg(long, value_name = "NAME", help = t::help_preset())]
    pub preset: Option<String>,
    #[arg(long, required_unless_present = "preset", help = t::help_host())]
    pub host: Option<String>,
    #[arg(long, default_value = "starttls", value_parser = tls_starts(), help = t::help_tls())]
    pub tls: TlsStart,
    #[arg(long, help = t::help_port())]
    pub port: Option<u16>,
    #[arg(long, value_name = "TEMPLATE", help = t::help_address_template())]
    pub address_template: Option<AddressRule>,
    #[arg(long, value_name = "NAME", help = t::help_server_name())]
    pub server_name: Option<String>,
    #[arg(long, help = t::help_user())]
    pub user: Option<String>,
    #[arg(long, default_value = "password", value_parser = ways(), help = t::help_sign_in())]
    pub sign_in: SignInBy,
    #[arg(long, requires = "user", help = t::help_password_stdin())]
    pub password_stdin: bool,
    #[arg(long, value_name = "CMD", num_args = 1.., allow_hyphen_values = true, help = t::help_token_command())]
    pub token_command: Vec<String>,
    #[arg(long, value_name = "ADDRESS", help = t::help_from())]
    pub from: String,
    #[arg(long, value_name = "NAME", help = t::help_sender_name())]
    pub sender_name: Option<String>,
    #[arg(long, value_name = "NUMBER", help = t::help_sender_number())]
    pub sender_number: Option<Number>,
    #[arg(long, value_name = "FILE", help = t::help_ca())]
    pub ca: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = t::help_client_cert(), conflicts_with = "client_identity")]
    pub client_cert: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = t::help_client_identity())]
    pub client_identity: Option<String>,
    #[arg(long, value_name = "IDENTITY", help = t::help_smime_sign())]
    pub smime_sign: Option<String>,
    #[arg(long, value_name = "CERTFILE", help = t::help_smime_encrypt())]
    pub smime_encrypt: Option<PathBuf>,
    #[arg(long, value_name = "SHA256", help = t::help_pin())]
    pub pin: Option<Fingerprint>,
    #[arg(long, value_parser = attachments(), help = t::help_attachment())]
    pub attachment: Option<Attachment>,
    #[arg(long, value_parser = successes(), help = t::help_success_dsn())]
    pub success_dsn: Option<SuccessDsn>,
    #[arg(long, value_parser = header_lines(), help = t::help_header_line())]
    pub header_line: Option<HeaderLine>,
    #[arg(long, value_name = "FILE", help = t::help_crl())]
    pub crl: Option<PathBuf>,
    #[arg(long, help = t::help_nist())]
    pub nist: bool,
    #[arg(long, help = t::help_no_dns())]
    pub no_dns: bool,
}

/// What an account may be without.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Clear {
    ServerName,
    User,
    TokenCommand,
    SenderName,
    SenderNumber,
    Ca,
    ClientCert,
    Smime,
    Pin,
    Crl,
    Nist,
    NoDns,
}

#[derive(Debug, Args)]
pub struct SetAccount {
    #[arg(value_name = "ACCOUNT", help = t::help_set_account())]
    pub account: String,
    #[arg(long, value_name = "NAME", help = t::help_set_name())]
    pub name: Option<String>,
    #[arg(long, value_name = "NAME", help = t::help_preset())]
    pub preset: Option<String>,
    #[arg(long, help = t::help_host())]
    pub host: Option<String>,
    #[arg(long, value_parser = tls_starts(), help = t::help_tls())]
    pub tls: Option<TlsStart>,
    #[arg(long, help = t::help_port())]
    pub port: Option<u16>,
    #[arg(long, value_name = "TEMPLATE", help = t::help_address_template())]
    pub address_template: Option<AddressRule>,
    #[arg(long, value_name = "NAME", help = t::help_server_name())]
    pub server_name: Option<String>,
    #[arg(long, help = t::help_user())]
    pub user: Option<String>,
    #[arg(long, value_parser = ways(), help = t::help_sign_in())]
    pub sign_in: Option<SignInBy>,
    #[arg(long, help = t::help_password_stdin())]
    pub password_stdin: bool,
    #[arg(long, value_name = "CMD", num_args = 1.., allow_hyphen_values = true, help = t::help_token_command())]
    pub token_command: Vec<String>,
    #[arg(long, value_name = "ADDRESS", help = t::help_from())]
    pub from: Option<String>,
    #[arg(long, value_name = "NAME", help = t::help_sender_name())]
    pub sender_name: Option<String>,
    #[arg(long, value_name = "NUMBER", help = t::help_sender_number())]
    pub sender_number: Option<Number>,
    #[arg(long, value_name = "FILE", help = t::help_ca())]
    pub ca: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "ca", help = t::help_also_ca())]
    pub also_ca: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = t::help_client_cert(), conflicts_with = "client_identity")]
    pub client_cert: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = t::help_client_identity())]
    pub client_identity: Option<String>,
    #[arg(long, value_name = "IDENTITY", help = t::help_smime_sign())]
    pub smime_sign: Option<String>,
    #[arg(long, value_name = "CERTFILE", help = t::help_smime_encrypt())]
    pub smime_encrypt: Option<PathBuf>,
    #[arg(long, value_name = "SHA256", help = t::help_pin())]
    pub pin: Option<Fingerprint>,
    #[arg(long, value_name = "TEXT", requires = "pin", help = t::help_pin_note())]
    pub pin_note: Option<String>,
    #[arg(long, value_parser = attachments(), help = t::help_attachment())]
    pub attachment: Option<Attachment>,
    #[arg(long, value_parser = successes(), help = t::help_success_dsn())]
    pub success_dsn: Option<SuccessDsn>,
    #[arg(long, value_parser = header_lines(), help = t::help_header_line())]
    pub header_line: Option<HeaderLine>,
    #[arg(long, value_name = "FILE", help = t::help_crl())]
    pub crl: Option<PathBuf>,
    #[arg(long, help = t::help_nist())]
    pub nist: bool,
    #[arg(long, help = t::help_no_dns())]
    pub no_dns: bool,
    #[arg(long, value_name = "WHAT", value_enum, help = t::help_clear())]
    pub clear: Vec<Clear>,
    #[arg(long, help = t::help_usual())]
    pub usual: bool,
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    #[command(about = t::help_audit_verify())]
    Verify {
        #[arg(long, value_name = "SHA256", help = t::help_audit_head())]
        head: Option<Fingerprint>,
    },
    #[command(about = t::help_audit_export())]
    Export {
        #[arg(short, long, value_name = "FILE", help = t::help_audit_output())]
        output: Option<PathBuf>,
        #[arg(long, requires = "output", help = t::help_export_force())]
        force: bool,
    },
}

#[derive(Debug, Args)]
pub struct Report {
    pub job: i64,
    #[arg(short, long, value_name = "OUT", help = t::help_report_output())]
    pub output: Option<PathBuf>,
    #[arg(long, requires = "output", help = t::help_export_force())]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    #[arg(value_name = "ACCOUNT or HOST:PORT", help = t::help_check_target())]
    pub target: Option<String>,
    #[arg(long, value_parser = protocols(), help = t::help_check_protocol())]
    pub protocol: Option<Service>,
    #[arg(long, value_parser = tls_starts(), help = t::help_tls())]
    pub tls: Option<TlsStart>,
    #[arg(long, value_name = "NAME", help = t::help_server_name())]
    pub server_name: Option<String>,
    #[arg(long, value_name = "FILE", help = t::help_ca())]
    pub ca: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = t::help_client_cert())]
    pub client_cert: Option<PathBuf>,
    #[arg(long, value_name = "SHA256", help = t::help_pin())]
    pub pin: Option<Fingerprint>,
    #[arg(long, value_name = "FILE", help = t::help_crl())]
    pub crl: Option<PathBuf>,
    #[arg(long, help = t::help_nist())]
    pub nist: bool,
    #[arg(long, help = t::help_no_dns())]
    pub no_dns: bool,
}

#[derive(Debug, Args)]
pub struct Send {
    #[arg(long, required = true, value_name = "NUMBER", help = t::help_to())]
    pub to: Vec<String>,
    #[arg(required_unless_present = "cover", value_name = "FILE", help = t::help_files())]
    pub files: Vec<PathBuf>,
    #[arg(long, help = t::help_send_account())]
    pub account: Option<String>,
    #[arg(long, default_value = "", help = t::help_subject())]
    pub subject: String,
    #[arg(long, value_name = "TIME", help = t::help_at())]
    pub at: Option<String>,
    #[arg(long, help = t::help_queue_only())]
    pub queue_only: bool,
    #[arg(long, value_name = "NAME@PAGE:X,Y,W", help = t::help_sign())]
    pub sign: Vec<SignAt>,
    #[command(flatten)]
    pub cover: SendCover,
    #[command(flatten)]
    pub pages: Pages,
}

#[derive(Debug, Args)]
pub struct SendCover {
    #[arg(long, value_name = "TEMPLATE", help = t::help_send_cover())]
    pub cover: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "cover", help = t::help_cover_message())]
    pub message: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "cover", help = t::help_cover_notice())]
    pub notice: Option<String>,
    #[arg(long, value_name = "NAME", requires = "cover", help = t::help_cover_attention())]
    pub attention: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Outbox {
    #[command(about = t::help_outbox_list())]
    List,
    #[command(about = t::help_outbox_show())]
    Show { id: i64 },
    #[command(about = t::help_outbox_run())]
    Run {
        #[arg(long, help = t::help_outbox_watch())]
        watch: bool,
    },
    #[command(about = t::help_outbox_cancel())]
    Cancel { id: i64 },
    #[command(about = t::help_outbox_retry())]
    Retry { id: i64 },
    #[command(about = t::help_outbox_resolve(), group = ArgGroup::new("word").required(true))]
    Resolve {
        id: i64,
        #[arg(long, group = "word", help = t::help_resolve_sent())]
        sent: bool,
        #[arg(long, group = "word", help = t::help_resolve_not_sent())]
        not_sent: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Inbox {
    #[command(about = t::help_inbox_list())]
    List(Which),
    #[command(about = t::help_inbox_search())]
    Search {
        #[arg(required = true, value_name = "WORD", help = t::help_inbox_words())]
        words: Vec<String>,
        #[command(flatten)]
        which: Which,
    },
    #[command(about = t::help_inbox_change(), group = ArgGroup::new("change").required(true).multiple(true))]
    Change(Change),
    #[command(about = t::help_inbox_ocr())]
    Ocr,
    #[command(about = t::help_inbox_print())]
    Print {
        id: i64,
        #[arg(long, value_name = "NAME", help = t::help_inbox_printer())]
        printer: Option<String>,
        #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=99), help = t::help_inbox_copies())]
        copies: u16,
    },
    #[command(about = t::help_inbox_printers())]
    Printers,
    #[command(about = t::help_inbox_rules(), subcommand)]
    Rules(Rules),
    #[command(about = t::help_inbox_show())]
    Show { id: i64 },
    #[command(about = t::help_inbox_others())]
    Others {
        #[arg(help = t::help_inbox_others_id())]
        id: Option<i64>,
        #[arg(short, long, value_name = "OUT", requires = "id", help = t::help_inbox_others_output())]
        output: Option<PathBuf>,
        #[arg(long, requires = "output", help = t::help_export_force())]
        force: bool,
    },
    #[command(about = t::help_inbox_fetch())]
    Fetch {
        #[arg(long, help = t::help_inbox_fetch_watch())]
        watch: bool,
    },
    #[command(about = t::help_inbox_import())]
    Import {
        #[arg(required = true, value_name = "FILE", help = t::help_import_files())]
        files: Vec<PathBuf>,
    },
    #[command(about = t::help_inbox_export())]
    Export {
        id: i64,
        #[arg(short, long, value_name = "OUT", help = t::help_export_output())]
        output: PathBuf,
        #[arg(long, help = t::help_export_force())]
        force: bool,
    },
    #[command(about = t::help_inbox_mark(), group = ArgGroup::new("as").required(true))]
    Mark {
        id: i64,
        #[arg(long, group = "as", help = t::help_mark_read())]
        read: bool,
        #[arg(long, group = "as", help = t::help_mark_unread())]
        unread: bool,
    },
    #[command(about = t::help_inbox_delete())]
    Delete {
        id: i64,
        #[arg(long, help = t::help_inbox_undo())]
        undo: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Rules {
    #[command(about = t::help_rules_list())]
    List,
    #[command(about = t::help_rules_add())]
    Add(AddRule),
    #[command(about = t::help_rules_remove())]
    Remove { name: String },
    #[command(about = t::help_rules_try())]
    Try,
}

#[derive(Debug, Args)]
pub struct AddRule {
    #[arg(value_name = "NAME", help = t::help_rules_name())]
    pub name: String,
    #[arg(long, value_name = "WORDS", default_value = "", help = t::help_rules_sender())]
    pub sender: String,
    #[arg(long, value_name = "NUMBER", default_value = "", help = t::help_rules_number())]
    pub number: String,
    #[arg(long, value_name = "ADDRESS", default_value = "", help = t::help_rules_gateway())]
    pub gateway: String,
    #[arg(long, value_name = "WORDS", default_value = "", help = t::help_rules_text())]
    pub text: String,
    #[arg(long, value_name = "LABEL", help = t::help_rules_label())]
    pub label: Vec<String>,
    #[arg(long, value_name = "NAME", help = t::help_rules_assign())]
    pub assign: Option<String>,
    #[arg(long, help = t::help_rules_archive())]
    pub archive: bool,
    #[arg(long, help = t::help_rules_notify())]
    pub notify: bool,
    #[arg(long, value_name = "NUMBER", help = t::help_rules_forward())]
    pub forward: Option<String>,
    #[arg(long, value_name = "PRINTER", num_args = 0..=1, default_missing_value = "", help = t::help_rules_print())]
    pub print: Option<String>,
}

/// Which received faxes are meant, and in which order.
#[derive(Debug, Args)]
pub struct Which {
    #[arg(long, help = t::help_inbox_unread())]
    pub unread: bool,
    #[arg(long, value_name = "LABEL", help = t::help_inbox_label())]
    pub label: Option<String>,
    #[arg(long, value_name = "NAME", help = t::help_inbox_assigned())]
    pub assigned: Option<String>,
    #[arg(long, conflicts_with = "deleted", help = t::help_inbox_archived())]
    pub archived: bool,
    #[arg(long, help = t::help_inbox_deleted())]
    pub deleted: bool,
    #[arg(long, value_name = "TIME", help = t::help_inbox_since())]
    pub since: Option<String>,
    #[arg(long, value_enum, default_value_t, help = t::help_inbox_sort())]
    pub sort: Sort,
    #[arg(long, value_name = "COUNT", help = t::help_inbox_most())]
    pub most: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Sort {
    #[default]
    Newest,
    Oldest,
    Sender,
    Pages,
}

#[derive(Debug, Args)]
pub struct Change {
    pub id: i64,
    #[arg(long, value_name = "LABEL", group = "change", help = t::help_inbox_add_label())]
    pub label: Vec<String>,
    #[arg(long, value_name = "LABEL", group = "change", help = t::help_inbox_take_label())]
    pub unlabel: Vec<String>,
    #[arg(long, value_name = "TEXT", group = "change", help = t::help_inbox_note())]
    pub note: Option<String>,
    #[arg(long, value_name = "NAME", group = "change", conflicts_with = "nobody", help = t::help_inbox_assign())]
    pub assign: Option<String>,
    #[arg(long, group = "change", help = t::help_inbox_nobody())]
    pub nobody: bool,
    #[arg(long, group = "change", conflicts_with = "unarchive", help = t::help_inbox_archive())]
    pub archive: bool,
    #[arg(long, group = "change", help = t::help_inbox_unarchive())]
    pub unarchive: bool,
}

#[derive(Debug, Subcommand)]
pub enum Contacts {
    #[command(about = t::help_contacts_list())]
    List,
    #[command(about = t::help_contacts_add())]
    Add(AddContact),
    #[command(about = t::help_contacts_remove())]
    Remove { id: i64 },
    #[command(about = t::help_contacts_import())]
    Import {
        #[arg(value_name = "FILE", help = t::help_contacts_file())]
        file: PathBuf,
        #[arg(long, help = t::help_contacts_dry_run())]
        dry_run: bool,
    },
    #[command(about = t::help_contacts_export())]
    Export {
        #[arg(short, long, value_name = "OUT", help = t::help_contacts_output())]
        output: PathBuf,
        #[arg(long, help = t::help_export_force())]
        force: bool,
    },
}

#[derive(Debug, Args)]
pub struct AddContact {
    #[arg(value_name = "NAME", help = t::help_contacts_name())]
    pub name: String,
    #[arg(long, required = true, value_name = "NUMBER", help = t::help_contacts_number())]
    pub number: Vec<String>,
    #[arg(long, default_value = "", value_name = "NAME", help = t::help_contacts_organisation())]
    pub organisation: String,
    #[arg(long, value_name = "NAME", help = t::help_contacts_group())]
    pub group: Vec<String>,
    #[arg(long, default_value = "", value_name = "TEXT", help = t::help_contacts_note())]
    pub note: String,
    #[arg(long, default_value = "", value_name = "TEMPLATE", help = t::help_contacts_cover())]
    pub cover: String,
    #[arg(long, default_value = "", value_name = "NAME", help = t::help_contacts_attention())]
    pub attention: String,
    #[arg(long, default_value = "", value_name = "TEXT", help = t::help_contacts_notice())]
    pub notice: String,
}

#[derive(Debug, Args)]
pub struct Receive {
    #[arg(long, value_name = "ADDRESS:PORT", help = t::help_receive_listen())]
    pub listen: Option<SocketAddr>,
    #[arg(long, value_name = "NAME", conflicts_with_all = ["cert", "key"], help = t::help_receive_identity())]
    pub identity: Option<String>,
    #[arg(long, value_name = "FILE", help = t::help_receive_cert())]
    pub cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = t::help_receive_key())]
    pub key: Option<PathBuf>,
    #[arg(long, value_name = "ADDRESS", num_args = 1.., help = t::help_receive_recipient())]
    pub recipient: Vec<String>,
    #[arg(long, value_name = "FILE", help = t::help_receive_ca())]
    pub require_client_ca: Option<PathBuf>,
    #[arg(long, value_name = "NAME", num_args = 1.., help = t::help_receive_name())]
    pub client_name: Vec<String>,
    #[arg(long, value_name = "SHA256", num_args = 1.., help = t::help_receive_pin())]
    pub client_pin: Vec<Fingerprint>,
}

#[derive(Debug, Args)]
pub struct Gateway {
    #[arg(long, default_value_t = 0, help = t::help_gateway_port())]
    pub port: u16,
    #[arg(long, value_name = "FILE", help = t::help_gateway_ca_file())]
    pub ca_file: Option<PathBuf>,
    #[arg(long, value_name = "DIR", help = t::help_gateway_mail_dir())]
    pub mail_dir: Option<PathBuf>,
}
