//! The words of `mailbox`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand};
use faxseal::fax::gateway::{Fingerprint, SignInBy, TlsStart};
use faxseal::fax::mailbox::Afterwards;
use faxseal::i18n::t;
use jiff::civil::Date;

use super::{tls_starts, ways};

fn afterwards() -> impl clap::builder::TypedValueParser<Value = Afterwards> {
    PossibleValuesParser::new(["leave", "mark-seen", "delete"]).map(|word| match word.as_str() {
        "mark-seen" => Afterwards::MarkSeen,
        "delete" => Afterwards::Delete,
        _ => Afterwards::Leave,
    })
}

#[derive(Debug, Subcommand)]
pub enum Mailbox {
    #[command(about = t::help_mailbox_set())]
    Set(Box<SetMailbox>),
    #[command(about = t::help_mailbox_show())]
    Show,
    #[command(about = t::help_mailbox_test())]
    Test,
    #[command(about = t::help_mailbox_remove())]
    Remove,
    #[command(about = t::help_mailbox_password())]
    Password {
        #[arg(long, help = t::help_password_stdin())]
        password_stdin: bool,
    },
}

#[derive(Debug, Args)]
pub struct SetMailbox {
    #[arg(long, help = t::help_mailbox_host())]
    pub host: String,
    #[arg(long, default_value = "implicit", value_parser = tls_starts(), help = t::help_tls())]
    pub tls: TlsStart,
    #[arg(long, help = t::help_mailbox_port())]
    pub port: Option<u16>,
    #[arg(long, value_name = "NAME", help = t::help_server_name())]
    pub server_name: Option<String>,
    #[arg(long, help = t::help_mailbox_user())]
    pub user: Option<String>,
    #[arg(long, default_value = "password", value_parser = ways(), help = t::help_sign_in())]
    pub sign_in: SignInBy,
    #[arg(long, requires = "user", help = t::help_password_stdin())]
    pub password_stdin: bool,
    #[arg(long, value_name = "CMD", num_args = 1.., allow_hyphen_values = true, help = t::help_token_command())]
    pub token_command: Vec<String>,
    #[arg(long, value_name = "FILE", help = t::help_ca())]
    pub ca: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = t::help_client_identity())]
    pub client_identity: Option<String>,
    #[arg(long, value_name = "SHA256", help = t::help_pin())]
    pub pin: Option<Fingerprint>,
    #[arg(long, value_name = "FILE", help = t::help_crl())]
    pub crl: Option<PathBuf>,
    #[arg(long, help = t::help_nist())]
    pub nist: bool,
    #[arg(long, value_name = "FOLDER", default_value = "INBOX", help = t::help_mailbox_folder())]
    pub folder: Vec<String>,
    #[arg(long, value_name = "DATE", help = t::help_mailbox_since())]
    pub since: Option<Date>,
    #[arg(long, value_parser = afterwards(), conflicts_with = "move_to", help = t::help_mailbox_afterwards())]
    pub afterwards: Option<Afterwards>,
    #[arg(long, value_name = "FOLDER", help = t::help_mailbox_move_to())]
    pub move_to: Option<String>,
    #[arg(long, value_name = "NAME", help = t::help_mailbox_authserv_id())]
    pub authserv_id: Option<String>,
}
