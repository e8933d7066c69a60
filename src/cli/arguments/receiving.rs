//! The words of `receiving`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand};
use faxseal::engine::Notifications;
use faxseal::i18n::t;

fn on_or_off() -> impl clap::builder::TypedValueParser<Value = bool> {
    PossibleValuesParser::new(["on", "off"]).map(|word| word == "on")
}

fn notifications() -> impl clap::builder::TypedValueParser<Value = Notifications> {
    PossibleValuesParser::new(["off", "plain", "full"]).map(|word| match word.as_str() {
        "off" => Notifications::Off,
        "full" => Notifications::Full,
        _ => Notifications::Plain,
    })
}

#[derive(Debug, Subcommand)]
pub enum Receiving {
    #[command(about = t::help_receiving_show())]
    Show,
    #[command(about = t::help_receiving_set())]
    Set(SetReceiving),
}

#[derive(Debug, Args)]
pub struct SetReceiving {
    #[arg(long, value_name = "on|off", value_parser = on_or_off(), help = t::help_receiving_receipts())]
    pub receipts: Option<bool>,
    #[arg(long, value_name = "WHAT", value_parser = notifications(), help = t::help_receiving_notifications())]
    pub notifications: Option<Notifications>,
    #[arg(long, value_name = "FOLDER", help = t::help_receiving_folder())]
    pub watch: Option<PathBuf>,
    #[arg(long, conflicts_with = "watch", help = t::help_receiving_no_folder())]
    pub no_watch: bool,
}
