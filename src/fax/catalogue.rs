//! The gateways that the program knows, and accounts made from what is known of one.

use std::sync::OnceLock;

use thiserror::Error;

use super::gateway::{AddressError, AddressRule, Gateway, Sender};
use super::preset::GatewayProfile;

include!(concat!(env!("OUT_DIR"), "/gateways.rs"));

/// A profile with its name: that of its file, without the ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What it is asked for by.
    pub name: String,
    /// What is known of the gateway.
    pub profile: GatewayProfile,
    /// The user's own.
    pub own: bool,
}

/// Why an account cannot be made from a profile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PresetError {
    /// The profile does not know the server, and nor were we told.
    #[error("the mail server is not known")]
    NoHost,
    /// The gateway takes no fax by its address.
    #[error("the gateway takes no fax by mail to a number")]
    NoAddress,
    /// The template makes no address with this server.
    #[error(transparent)]
    Address(#[from] AddressError),
}

/// The built-in profiles, by name.
pub fn built_in() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        // `build.rs` has read every one of them with the same code.
        let read = |(name, text): &(&str, &str)| {
            let profile = GatewayProfile::read(text).ok()?;
            Some(Preset { name: (*name).to_owned(), profile, own: false })
        };
        PROFILES.iter().filter_map(read).collect()
    })
}

impl Preset {
    /// An account with everything that the profile tells; `host` where the user names the server.
    ///
    /// # Errors
    /// [`PresetError`].
    pub fn account(&self, name: &str, host: Option<&str>, sender: Sender) -> Result<Gateway, PresetError> {
        let address = self.profile.address.as_ref().ok_or(PresetError::NoAddress)?;
        let host = self.host(host)?;
        self.account_by(name, Some(host), address.template.replace("{host}", host).parse()?, sender)
    }

    /// As [`Preset::account`], with the user's own template.
    ///
    /// # Errors
    /// [`PresetError::NoHost`].
    pub fn account_by(
        &self,
        name: &str,
        host: Option<&str>,
        address: AddressRule,
        sender: Sender,
    ) -> Result<Gateway, PresetError> {
        let GatewayProfile { server, accepts, tiff_unchanged, header_line, success_dsn, .. } = &self.profile;
        let host = self.host(host)?;
        let usual = Gateway::new(name.to_owned(), host.to_owned(), address, sender);
        let own_server = server.as_ref().filter(|server| server.host == host);
        Ok(Gateway {
            port: own_server.map_or(usual.port, |server| server.port),
            attachment: accepts.first().copied().unwrap_or_default(),
            success_dsn: success_dsn.unwrap_or_default(),
            tiff_unchanged: tiff_unchanged.unwrap_or_default(),
            header_line: header_line.unwrap_or_default(),
            preset: Some(self.name.clone()),
            ..usual
        })
    }

    fn host<'a>(&'a self, host: Option<&'a str>) -> Result<&'a str, PresetError> {
        host.or_else(|| self.profile.server.as_ref().map(|server| server.host.as_str())).ok_or(PresetError::NoHost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_read() {
        assert_eq!(built_in().len(), PROFILES.len());
        assert!(built_in().is_sorted_by(|one, next| one.name < next.name));
    }

    #[test]
    fn an_account_is_what_its_profile_tells() {
        let text = "title = 'X'\naccepts = ['pdf']\ntiff-unchanged = true\nsuccess-dsn = 'faxed'\n\
                    [address]\ntemplate = '{digits}@{host}'\nnumber = '+1'\nexample = '1@x.example'\n\
                    [server]\nhost = 'x.example'\nport = 25\n";
        let preset = Preset { name: "x".into(), profile: GatewayProfile::read(text).unwrap(), own: true };
        let sender = || Sender { address: "me@x.example".into(), name: None, number: None };
        let account = preset.account("mine", None, sender()).unwrap();
        assert_eq!((account.host.as_str(), account.port), ("x.example", 25));
        assert_eq!(account.address.template(), "{digits}@x.example");
        assert_eq!(account.preset.as_deref(), Some("x"));
        assert!(account.tiff_unchanged);
        // Another server has the usual port.
        let account = preset.account("mine", Some("y.example"), sender()).unwrap();
        assert_eq!((account.port, account.address.template()), (587, "{digits}@y.example"));
        let host = preset.account("mine", Some("no host"), sender());
        assert_eq!(host, Err(PresetError::Address(AddressError::NotAnAddress)));
    }
}
