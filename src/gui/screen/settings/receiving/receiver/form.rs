//! What can be filled in of the built-in receiver, and the receiver that it makes.

use std::net::{IpAddr, SocketAddr};

use faxseal::engine::{Receiver, ReceiverError};
use faxseal::fax::gateway::Fingerprint;
use faxseal::i18n::t;

use super::super::super::connection::{self, filled, path, port, text};

/// A field that something can be wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The address that is listened on.
    Address,
    /// Its port.
    Port,
    /// The file of the certificate.
    Certificate,
    /// The file of the private key.
    Key,
    /// An address that faxes are taken for, counted from 0.
    Recipient(usize),
    /// The file of the authorities that vouch for clients.
    ClientCa,
    /// A name that a client's certificate may carry, counted from 0.
    ClientName(usize),
    /// A pinned certificate of a client, counted from 0.
    ClientPin(usize),
}

/// Entries of which there may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Addresses that faxes are taken for.
    Recipients,
    /// Names of clients.
    Names,
    /// Pinned certificates of clients.
    Pins,
}

impl List {
    /// One of its fields.
    pub const fn field(self, at: usize) -> Field {
        match self {
            Self::Recipients => Field::Recipient(at),
            Self::Names => Field::ClientName(at),
            Self::Pins => Field::ClientPin(at),
        }
    }
}

/// What is wrong at one field.
pub type Fault = connection::Fault<Field>;

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub on: bool,
    pub address: String,
    pub port: String,
    /// The certificate, by its name among our own; none: it is in a file.
    pub identity: Option<String>,
    pub certificate: String,
    pub key: String,
    pub recipients: Vec<String>,
    /// A client must show a certificate.
    pub demand: bool,
    pub client_ca: String,
    pub client_names: Vec<String>,
    pub client_pins: Vec<String>,
}

impl Form {
    /// What is filled in for this receiver.
    pub fn of(receiver: &Receiver) -> Self {
        let or_one = |entries: Vec<String>| if entries.is_empty() { vec![String::new()] } else { entries };
        Self {
            on: receiver.with_window,
            address: receiver.listen.ip().to_string(),
            port: receiver.listen.port().to_string(),
            identity: receiver.identity.clone(),
            certificate: filled(receiver.certificate.as_ref()),
            key: filled(receiver.key.as_ref()),
            recipients: or_one(receiver.recipients.clone()),
            demand: receiver.demands_certificate(),
            client_ca: filled(receiver.client_ca.as_ref()),
            client_names: or_one(receiver.client_names.clone()),
            client_pins: or_one(receiver.client_pins.iter().map(Fingerprint::to_string).collect()),
        }
    }

    /// The entries of a list.
    pub const fn list(&self, list: List) -> &Vec<String> {
        match list {
            List::Recipients => &self.recipients,
            List::Names => &self.client_names,
            List::Pins => &self.client_pins,
        }
    }

    /// The same, to be changed.
    pub const fn list_mut(&mut self, list: List) -> &mut Vec<String> {
        match list {
            List::Recipients => &mut self.recipients,
            List::Names => &mut self.client_names,
            List::Pins => &mut self.client_pins,
        }
    }

    /// The text of a field.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Address => &self.address,
            Field::Port => &self.port,
            Field::Certificate => &self.certificate,
            Field::Key => &self.key,
            Field::ClientCa => &self.client_ca,
            Field::Recipient(at) => self.recipients.get(at).map_or("", String::as_str),
            Field::ClientName(at) => self.client_names.get(at).map_or("", String::as_str),
            Field::ClientPin(at) => self.client_pins.get(at).map_or("", String::as_str),
        }
    }

    /// A field changed.
    pub fn type_in(&mut self, field: Field, text: String) {
        let known = match field {
            Field::Address => Some(&mut self.address),
            Field::Port => Some(&mut self.port),
            Field::Certificate => Some(&mut self.certificate),
            Field::Key => Some(&mut self.key),
            Field::ClientCa => Some(&mut self.client_ca),
            Field::Recipient(at) => self.recipients.get_mut(at),
            Field::ClientName(at) => self.client_names.get_mut(at),
            Field::ClientPin(at) => self.client_pins.get_mut(at),
        };
        if let Some(known) = known {
            *known = text;
        }
    }

    /// The receiver as filled in, with what is not asked for as it was; or everything that is wrong with it.
    pub fn receiver(&self, before: Option<&Receiver>) -> Result<Receiver, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fault = |field, words| faults.push(Fault { field, words });
        let address = self.address.trim().trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if address.is_err() {
            fault(Field::Address, t::receiving_bad_address());
        }
        let port = port(&self.port);
        if port.is_none() {
            fault(Field::Port, t::receiving_bad_listen_port());
        }
        let certificate = if self.identity.is_none() { path(&self.certificate) } else { None };
        if self.identity.is_none() && certificate.is_none() {
            fault(Field::Certificate, t::receiving_no_certificate());
        }
        let entries = |list: &[String]| list.iter().filter_map(|entry| text(entry)).collect::<Vec<String>>();
        let recipients = entries(&self.recipients);
        if recipients.is_empty() {
            fault(Field::Recipient(0), t::receiving_no_recipient());
        }
        let mut receiver = Receiver {
            with_window: self.on,
            key: certificate.as_ref().and_then(|_| path(&self.key)),
            identity: self.identity.clone(),
            certificate,
            recipients,
            client_ca: None,
            client_names: Vec::new(),
            client_pins: Vec::new(),
            ..before.cloned().unwrap_or_default()
        };
        if self.demand {
            receiver.client_ca = path(&self.client_ca);
            receiver.client_names = entries(&self.client_names);
            for (at, pin) in self.client_pins.iter().enumerate().filter(|(_, pin)| !pin.trim().is_empty()) {
                match pin.trim().parse::<Fingerprint>() {
                    Ok(pin) => receiver.client_pins.push(pin),
                    Err(_) => fault(Field::ClientPin(at), t::account_pin_typed_short()),
                }
            }
            match (&receiver.client_ca, receiver.client_names.is_empty()) {
                (Some(_), true) => fault(Field::ClientName(0), t::receiving_no_client_name()),
                (None, false) => fault(Field::ClientCa, t::receiving_no_client_ca()),
                (None, true) if receiver.client_pins.is_empty() => {
                    fault(Field::ClientCa, t::receiving_nothing_demanded());
                }
                _ => {}
            }
        }
        match (address, port, faults.is_empty()) {
            (Ok(address), Some(port), true) => Ok(Receiver { listen: SocketAddr::new(address, port), ..receiver }),
            _ => Err(faults),
        }
    }
}

/// The field that the engine's refusal is about.
pub fn field_of(error: &ReceiverError, form: &Form) -> Option<Field> {
    Some(match error {
        ReceiverError::NoRecipient => Field::Recipient(0),
        ReceiverError::Recipient { address } => {
            Field::Recipient(form.recipients.iter().position(|known| known.trim() == address)?)
        }
        ReceiverError::NoClientName => Field::ClientName(0),
        ReceiverError::NoClientAuthority | ReceiverError::Authorities(_) => Field::ClientCa,
        ReceiverError::File { path, .. } if path.display().to_string() == form.key.trim() => Field::Key,
        ReceiverError::File { .. } | ReceiverError::NotSet | ReceiverError::Identity(_) if form.identity.is_none() => {
            Field::Certificate
        }
        ReceiverError::Listen { .. } => Field::Port,
        _ => return None,
    })
}
