//! The words of `identity`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand};
use faxseal::fax::identity::{KeyKind, Usage};
use faxseal::i18n::t;

fn usages() -> impl clap::builder::TypedValueParser<Value = Usage> {
    PossibleValuesParser::new(["client", "server", "mail"]).map(|word| match word.as_str() {
        "server" => Usage::Server,
        "mail" => Usage::Mail,
        _ => Usage::Client,
    })
}

fn keys() -> impl clap::builder::TypedValueParser<Value = KeyKind> {
    PossibleValuesParser::new(["p256", "p384", "rsa3072"]).map(|word| match word.as_str() {
        "p384" => KeyKind::P384,
        "rsa3072" => KeyKind::Rsa3072,
        _ => KeyKind::P256,
    })
}

#[derive(Debug, Subcommand)]
pub enum Identity {
    #[command(about = t::help_identity_list())]
    List,
    #[command(about = t::help_identity_show())]
    Show { name: String },
    #[command(about = t::help_identity_add())]
    Add {
        #[arg(help = t::help_identity_name())]
        name: String,
        #[arg(value_name = "FILE", help = t::help_identity_file())]
        file: PathBuf,
        #[arg(long = "use", value_name = "USE", default_value = "client", value_parser = usages(), help = t::help_identity_use())]
        usage: Usage,
        #[arg(long, help = t::help_identity_password_stdin())]
        password_stdin: bool,
    },
    #[command(about = t::help_identity_make())]
    Make(MakeIdentity),
    #[command(about = t::help_identity_request())]
    Request {
        #[command(flatten)]
        make: MakeIdentity,
        #[arg(short, long, value_name = "FILE", help = t::help_identity_request_output())]
        output: PathBuf,
        #[arg(long, help = t::help_export_force())]
        force: bool,
    },
    #[command(about = t::help_identity_complete())]
    Complete {
        name: String,
        #[arg(value_name = "FILE", help = t::help_identity_complete_file())]
        file: Option<PathBuf>,
    },
    #[command(about = t::help_identity_renew())]
    Renew(RenewIdentity),
    #[command(about = t::help_identity_remove())]
    Remove { name: String },
    #[command(about = t::help_identity_export())]
    Export {
        name: String,
        #[arg(short, long, value_name = "FILE", help = t::help_identity_export_output())]
        output: PathBuf,
        #[arg(long, help = t::help_identity_export_next())]
        next: bool,
        #[arg(long, help = t::help_export_force())]
        force: bool,
    },
}

#[derive(Debug, Args)]
pub struct MakeIdentity {
    #[arg(help = t::help_identity_name())]
    pub name: String,
    #[arg(long = "use", value_name = "USE", default_value = "client", value_parser = usages(), help = t::help_identity_use())]
    pub usage: Usage,
    #[arg(long, value_name = "NAME", help = t::help_identity_common_name())]
    pub common_name: Option<String>,
    #[arg(long, value_name = "NAME", help = t::help_identity_organization())]
    pub organization: Option<String>,
    #[arg(long, value_name = "NAME", help = t::help_identity_san())]
    pub san: Vec<String>,
    #[arg(long, default_value = "p256", value_parser = keys(), help = t::help_identity_key())]
    pub key: KeyKind,
    #[arg(long, default_value_t = 825, help = t::help_identity_days())]
    pub days: u16,
}

#[derive(Debug, Args)]
pub struct RenewIdentity {
    pub name: String,
    #[arg(long, conflicts_with = "request", help = t::help_identity_self_signed())]
    pub self_signed: bool,
    #[arg(long, help = t::help_identity_by_request())]
    pub request: bool,
    #[arg(long, value_parser = keys(), help = t::help_identity_key())]
    pub key: Option<KeyKind>,
    #[arg(long, help = t::help_identity_days())]
    pub days: Option<u16>,
    #[arg(short, long, value_name = "FILE", help = t::help_identity_request_output())]
    pub output: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["self_signed", "request", "key", "days", "output"], help = t::help_identity_undo())]
    pub undo: bool,
    #[arg(long, help = t::help_export_force())]
    pub force: bool,
}
